#pragma once

#include "adversary.hpp"
#include "attacks/ballots.hpp"

namespace quoin::sim {

/// Ex-post reorg: holds the honest block of the slot before its own back from half of the nodes until they have voted,
/// and then builds not on it but beside it, in time for a proposer's boost (the sandwich of Schwarz-Schilling et al.,
/// arXiv 2110.10086, is this after a hidden block). A boost that outweighs the votes of the other half hands it the
/// head.
class Usurper : public Adversary {
public:
    using Adversary::Adversary;

    void at_slot_start(Powers& powers, Slot slot) override;
    void on_message(Powers& powers, const Sighting& sighting) override;
    std::optional<std::uint64_t> delay_ms(Powers& powers, const Sighting& sighting, std::size_t to) override;

    std::uint64_t tried() const { return tried_; }

private:
    void vote(Powers& powers, Slot slot);

    Ballots ballots_;
    bool holds_back_ = false;
    std::uint64_t tried_ = 0;
};

} // namespace quoin::sim
