#pragma once

#include "adversary.hpp"

namespace quoin::sim {

/// Leaders that are not heard: what is proposed in a slot so struck reaches nobody, while its proposer and everybody
/// else go on voting.
class LostProposals : public Adversary {
public:
    /// Each of the slots from `first` up to and excluding `end` is struck with a chance of `percent`.
    LostProposals(std::uint64_t percent, Slot first, Slot end);

    std::optional<std::uint64_t> delay_ms(Powers& powers, const Sighting& sighting, std::size_t to) override;

private:
    bool strikes(Slot slot) const;

    std::uint64_t percent_;
    Slot first_;
    Slot end_;
};

} // namespace quoin::sim
