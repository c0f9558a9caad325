#pragma once

#include "adversary.hpp"

namespace quoin::sim {

/// Validators who vote as they should and never propose: their slots stay empty, and their votes are never missing.
class SilentProposers : public Adversary {
public:
    using Adversary::Adversary;

    void at_slot_start(Powers& powers, Slot slot) override;
};

} // namespace quoin::sim
