#pragma once

#include "adversary.hpp"
#include "attacks/ballots.hpp"

#include <vector>

namespace quoin::sim {

/// Builds on a branch of its own in all its slots, votes for it, and shows everything at once, every block twice (the
/// avalanche attack on GHOST, Neu, Tas, Tse, "Two more attacks on proof-of-stake GHOST", arXiv 2203.01315).
class HiddenChain : public Adversary {
public:
    /// Leaves the others' chain at slot `first` and comes to light at `end`.
    HiddenChain(std::vector<ValidatorIndex> owned, Slot first, Slot end);

    void at_slot_start(Powers& powers, Slot slot) override;

    std::size_t blocks_hidden() const { return blocks_hidden_; }

private:
    void grow(Powers& powers, Slot slot);

    Slot first_;
    Slot end_;
    Root tip_;
    Ballots ballots_;
    std::vector<engine::Message> hidden_;
    std::size_t blocks_hidden_ = 0;
};

} // namespace quoin::sim
