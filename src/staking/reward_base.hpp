#pragma once

#include <quoin/types/state.hpp>

namespace quoin::staking {

// The base of all rewards (LEDGER "Rewards and penalties").

/// Weights of the duties, of `reward_denominator`.
inline constexpr std::uint64_t source_weight = 14;
inline constexpr std::uint64_t target_weight = 26;
inline constexpr std::uint64_t head_weight = 14;
inline constexpr std::uint64_t proposer_weight = 8;
inline constexpr std::uint64_t reward_denominator = 64;

struct RewardBase {
    std::uint64_t increments = 1;    ///< A: of the duty set; never zero
    std::uint64_t per_increment = 0; ///< base reward of one increment
};
RewardBase reward_base_of(const EraSets& sets, const Spec& spec);

/// The weight that a validator is rewarded by: in V[v], or in V[v-1] if it is only there.
Weight duty_weight_of(const EraSets& sets, ValidatorIndex validator);

} // namespace quoin::staking
