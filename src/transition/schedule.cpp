#include "schedule.hpp"

#include <quoin/crypto/sha256.hpp>

#include <algorithm>
#include <string_view>

namespace quoin::transition {

namespace {

Root hash_of(std::string_view tag, std::uint64_t number, const Root& root) {
    ByteVector input(tag.begin(), tag.end());
    for (int byte = 0; byte < 8; ++byte) {
        input.push_back(static_cast<std::uint8_t>(number >> (8 * byte)));
    }
    input.insert(input.end(), root.begin(), root.end());
    return crypto::sha256(input);
}

/// Those who may be drawn: V[v], ascending, and how much weight lies up to and including each.
struct Members {
    std::vector<ValidatorIndex> indices;
    std::vector<std::uint64_t> weight_up_to;
};

Members members_of(const EraSets& sets) {
    Members members;
    std::uint64_t index = 0;
    Weight sum;
    for (const Weight weight : sets.weights) {
        if (!weight.is_zero()) {
            sum += weight;
            members.indices.emplace_back(index);
            members.weight_up_to.push_back(sum.value);
        }
        ++index;
    }
    return members;
}

/// The member whose stretch of the total weight a point drawn evenly falls into.
ValidatorIndex draw_weighted(const Members& members, const Root& seed) {
    std::uint64_t draw = 0;
    for (std::size_t byte = 0; byte < 8; ++byte) {
        draw |= std::uint64_t{seed[byte]} << (8 * byte);
    }
    const auto& up_to = members.weight_up_to;
    const auto point = static_cast<std::uint64_t>((Uint128{draw} * up_to.back()) >> 64);
    return members
        .indices[static_cast<std::size_t>(std::upper_bound(up_to.begin(), up_to.end(), point) - up_to.begin())];
}

} // namespace

void mix_in(State& state, const ValidatorSignature& reveal) {
    const Root hash = crypto::sha256(reveal);
    Root& mix = state.mixes.back();
    for (std::size_t i = 0; i < mix.size(); ++i) {
        mix[i] ^= hash[i];
    }
}

void turn_mixes(State& state) {
    state.mixes = {state.mixes[1], state.mixes[2], state.mixes[2]};
}

Root committee_seed(const State& state, Era era) {
    return hash_of("quoin committee", era.value, state.mixes.front());
}

void draw_schedule(State& state, const Spec& spec, Era era, const Root& mix) {
    const Members members = members_of(current_sets(state));
    const Root seed = hash_of("quoin proposer", era.value, mix);
    const Slot first = first_slot_of(spec, era);
    for (std::uint64_t i = 0; i < slots_per_era(spec); ++i) {
        const Slot slot = first + i;
        ValidatorIndex proposer = ValidatorIndex::far_future(); // of nobody: the slot is void
        if (!members.indices.empty()) {
            proposer = spec.proposer_schedule == ProposerSchedule::round_robin
                           ? members.indices[slot.value % members.indices.size()]
                           : draw_weighted(members, hash_of("quoin slot", slot.value, seed));
        }
        state.proposers.set(slot.value % state.proposers.size(), proposer);
    }
}

} // namespace quoin::transition
