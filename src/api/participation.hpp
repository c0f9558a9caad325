#pragma once

#include <quoin/types/genesis.hpp>
#include <quoin/types/state.hpp>

#include <optional>
#include <vector>

namespace quoin::api {

/// Who voted in an epoch, as far as a state's chain shows.
struct Participation {
    Epoch epoch;
    Weight target; ///< of V[v], for this chain's checkpoint
    Weight total;
    std::vector<ValidatorIndex> missing; ///< on duty, and no vote of theirs was included

    /// In parts of ten thousand.
    std::uint64_t target_bps() const { return total.is_zero() ? 0 : mul_div(target.value, 10'000, total.value); }
};

/// Nothing for an epoch whose votes the state does not count, or no more.
std::optional<Participation> participation_in(const State& state, const Spec& spec, Epoch epoch);
/// Of the newest epoch that the state has seen the end of.
std::optional<Participation> participation_of(const State& state, const Spec& spec);

} // namespace quoin::api
