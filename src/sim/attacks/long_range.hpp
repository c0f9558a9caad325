#pragma once

#include "adversary.hpp"

namespace quoin::sim {

/// The long-range attack (Buterin, "Proof of stake: how I learned to love weak subjectivity", 2014): validators who
/// have left and withdrawn lose nothing by signing another history from genesis on. Their nodes were honest while they
/// were on duty.
class LongRange : public Adversary {
public:
    /// At slot `shown_at` a history of `length` slots comes to light.
    LongRange(std::vector<ValidatorIndex> owned, std::uint64_t length, Slot shown_at);

    bool leaves_duties_to_nodes() const override { return true; }
    void at_slot_start(Powers& powers, Slot slot) override;

private:
    std::uint64_t length_;
    Slot shown_at_;
};

} // namespace quoin::sim
