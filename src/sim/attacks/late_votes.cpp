#include "attacks/late_votes.hpp"

namespace quoin::sim {

LateVotes::LateVotes(std::uint64_t least_ms, std::uint64_t most_ms, std::uint64_t seed)
    : Adversary({}), least_ms_(least_ms), most_ms_(most_ms), random_(seed) {}

std::optional<std::uint64_t> LateVotes::delay_ms(Powers&, const Sighting& sighting, std::size_t) {
    if (!std::holds_alternative<SingleAttestation>(sighting.message)) {
        return std::nullopt;
    }
    return least_ms_ + random_.below(most_ms_ - least_ms_ + 1);
}

} // namespace quoin::sim
