#include "attacks/lost_proposals.hpp"

#include <quoin/base/random.hpp>

namespace quoin::sim {

LostProposals::LostProposals(std::uint64_t percent, Slot first, Slot end)
    : Adversary({}), percent_(percent), first_(first), end_(end) {}

std::optional<std::uint64_t> LostProposals::delay_ms(Powers&, const Sighting& sighting, std::size_t) {
    const auto* proposal = std::get_if<engine::Proposal>(&sighting.message);
    const bool is_lost = proposal != nullptr && strikes(proposal->block.message.slot);
    return is_lost ? std::optional{never} : std::nullopt;
}

/// The same for every copy, and in every run.
bool LostProposals::strikes(Slot slot) const {
    constexpr std::uint64_t seed_step = 0x9e3779b97f4a7c15;
    return slot >= first_ && slot < end_ && SeededRandom((slot.value + 1) * seed_step).chance(percent_);
}

} // namespace quoin::sim
