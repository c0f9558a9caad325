#pragma once

#include "adversary.hpp"

#include <vector>

namespace quoin::sim {

/// Votes as an honest validator does and shows each vote only `slots` later. Where its votes are needed for a quorum,
/// what the others could have justified or finalized comes to light when they have moved on: the saved attestations of
/// the bouncing attack (Nakamura, "Analysis of bouncing attack on FFG", ethresear.ch 6113), and withheld finality.
class SavedVotes : public Adversary {
public:
    /// `at_once`: everything is kept until slot `end` and shown together.
    SavedVotes(std::vector<ValidatorIndex> owned, std::uint64_t slots, Slot end, bool at_once = false);

    void at_slot_start(Powers& powers, Slot slot) override;

private:
    std::uint64_t slots_;
    Slot end_;
    bool at_once_;
};

} // namespace quoin::sim
