#pragma once

#include "adversary.hpp"

namespace quoin::sim {

/// Abstains, and in every slot sends what it did not vote before: for each epoch the inclusion window still reaches a
/// vote for a head of that time. Every one is valid and nobody can be slashed for it; to judge it somebody may have to
/// recompute an old state (the flood of old-target attestations that cost Prysm's nodes 42 epochs in May 2023).
class OldVotes : public Adversary {
public:
    using Adversary::Adversary;

    void at_slot_start(Powers& powers, Slot slot) override;
    void on_message(Powers& powers, const Sighting& sighting) override;

    std::uint64_t sent() const { return sent_; }

private:
    std::map<Slot, Root> blocks_; ///< by slot, those of the window
    std::uint64_t sent_ = 0;
};

} // namespace quoin::sim
