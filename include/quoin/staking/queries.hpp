#pragma once

#include <quoin/types/state.hpp>

#include <optional>
#include <string_view>
#include <vector>

// Questions the API and the command line ask of a state; nothing here changes one. Forecasts assume that finality keeps
// up and that nobody else joins or leaves.

namespace quoin::staking {

/// As the beacon-APIs name them.
enum class ValidatorStatus : std::uint8_t {
    pending_initialized,
    pending_queued,
    active_ongoing,
    active_exiting,
    active_slashed,
    exited_unslashed,
    exited_slashed,
    withdrawal_possible,
    withdrawal_done,
};
std::string_view to_string(ValidatorStatus status);

ValidatorStatus status_of(const State& state, const Spec& spec, ValidatorIndex validator);

/// A line before the registry: how long, how much weight an era lets through, and when its last would be through.
struct QueueForecast {
    std::uint64_t length = 0;
    Weight waiting; ///< of all in it
    Weight churn;   ///< budget an era adds
    Era last_leaves;
};
QueueForecast entry_queue_of(const State& state, const Spec& spec);
QueueForecast exit_queue_of(const State& state, const Spec& spec);

/// What comes of stake, per validator: eras are the first in which it holds.
struct StakeForecast {
    std::optional<std::uint64_t> queue_position; ///< from 0, once it waits
    Era minted;                                  ///< its stake is in the validator's pool
    Era activated;                               ///< the entry queue let it in
    Era on_duty;                                 ///< it attests
};
/// For a validator that would register now with `amount`.
StakeForecast forecast_stake(const State& state, const Spec& spec, Amount amount);
/// For a registered one: what is past is as it was, the rest expected.
StakeForecast forecast_activation(const State& state, const Spec& spec, ValidatorIndex validator);

struct UnstakeForecast {
    std::optional<std::uint64_t> queue_position; ///< from 0, while it waits to leave
    Era released;                                ///< the exit queue lets it go (of a part: this era)
    Era left;                                    ///< it has no more duties (of a part: the stake no longer votes)
    Era withdrawable;                            ///< `withdraw` pays
    Era slashable_until;                         ///< the first era in which the stake can no longer be slashed
};
/// For a validator that leaves altogether: already leaving, or were it to ask now.
UnstakeForecast forecast_exit(const State& state, const Spec& spec, ValidatorIndex validator);
/// For a part of its own stake that an operator takes out now.
UnstakeForecast forecast_unstake(const State& state, const Spec& spec);

/// A side pool as an account sees its part of it.
struct PoolPart {
    PoolKey pool;
    Shares shares;
    Amount worth;
    Era matures;
};
/// The operator's parts of a validator's entering and unbonding pools.
std::vector<PoolPart> operator_parts(const State& state, ValidatorIndex validator);
/// What the operator shares of the validator's own pool are worth.
Amount self_stake_of(const State& state, ValidatorIndex validator);

} // namespace quoin::staking
