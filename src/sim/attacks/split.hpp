#pragma once

#include "adversary.hpp"
#include "attacks/ballots.hpp"

#include <map>
#include <set>
#include <vector>

namespace quoin::sim {

/// Finalizes both sides of a partition: a third or more of the stake votes and proposes on each side as if it were
/// honest there (the lower bound of Casper FFG's accountable safety, Buterin and Griffith, arXiv 1710.09437). The world
/// keeps the sides apart; this is the equivocation.
class Split : public Adversary {
public:
    using Side = std::set<std::size_t>; ///< nodes

    /// Votes on each side from slot `first` up to and excluding `end`.
    Split(std::vector<ValidatorIndex> owned, std::vector<Side> sides, Slot first, Slot end);

    void at_slot_start(Powers& powers, Slot slot) override;
    void on_message(Powers& powers, const Sighting& sighting) override;

private:
    void propose(Powers& powers, Slot slot, std::size_t side);
    void vote(Powers& powers, Slot slot, std::size_t side);
    void send(Powers& powers, std::size_t side, const engine::Message& message);

    std::vector<Side> sides_;
    std::vector<Ballots> ballots_; ///< by side
    Slot first_;
    Slot end_;
};

} // namespace quoin::sim
