#include "registry.hpp"
#include "share_pools.hpp"

#include <quoin/staking/era.hpp>
#include <quoin/staking/queries.hpp>
#include <quoin/types/clock.hpp>

#include <algorithm>

namespace quoin::staking {

namespace {

/// From the boundary that lets a validator in to its first duty: the candidate computed there is adopted an era later.
constexpr std::uint64_t eras_to_duty = 1;
/// From the boundary that lets stake go to the first era whose two sets were both computed without it.
constexpr std::uint64_t eras_to_leave = 2;

/// Boundaries until `weight` has passed a queue that adds `churn` an era and has `carried` already; at least one.
std::uint64_t boundaries_for(Uint128 weight, Weight churn, Weight carried) {
    const Uint128 missing = weight > carried.value ? weight - carried.value : 0;
    return std::max<std::uint64_t>(1, narrow((missing + churn.value - 1) / churn.value));
}

/// A queue walked up to one validator, or to its end.
struct Walk {
    std::uint64_t position = 0; ///< validators ahead
    Uint128 weight = 0;         ///< of those ahead, and of the one sought
    bool found = false;
};

template <class WeightOfOne>
Walk walk(const ChurnQueue& queue, std::optional<ValidatorIndex> sought, const WeightOfOne& weight_of_one) {
    Walk so_far;
    for (const ValidatorIndex validator : queue.waiting) {
        so_far.weight += weight_of_one(validator).value;
        if (sought == validator) {
            so_far.found = true;
            return so_far;
        }
        ++so_far.position;
    }
    return so_far;
}

Walk walk_entry(const State& state, const Spec& spec, std::optional<ValidatorIndex> sought) {
    return walk(state.entry_queue, sought,
                [&](ValidatorIndex validator) { return entry_weight(state, spec, validator); });
}

Walk walk_exit(const State& state, std::optional<ValidatorIndex> sought) {
    return walk(state.exit_queue, sought, [&](ValidatorIndex validator) { return exit_weight(state, validator); });
}

QueueForecast queue_forecast(const State& state, const Spec& spec, const ChurnQueue& queue, const Walk& all) {
    const Weight churn = churn_budget(state, spec);
    const Era now = era_of(spec, state.slot);
    const Era last = queue.waiting.empty() ? now : now + boundaries_for(all.weight, churn, queue.carried);
    return {all.position, Weight{narrow(all.weight)}, churn, last};
}

/// For stake that is ready for the queue from the boundary that begins `ready` on, behind all who wait now.
StakeForecast behind_all(const State& state, const Spec& spec, Amount tokens, Era ready) {
    const Era now = era_of(spec, state.slot);
    const Weight churn = churn_budget(state, spec);
    const Weight own{effective_balance_after(spec, Amount{}, tokens).value};
    const Walk all = walk_entry(state, spec, std::nullopt);
    const Era through_queue = now + boundaries_for(all.weight + own.value, churn, state.entry_queue.carried);
    const Era alone = ready + (boundaries_for(own.value, churn, Weight{}) - 1);
    StakeForecast forecast;
    forecast.minted = ready;
    forecast.activated = std::max(through_queue, alone);
    forecast.on_duty = forecast.activated + eras_to_duty;
    return forecast;
}

Amount entering_tokens(const State& state, ValidatorIndex validator) {
    Amount tokens;
    const Positions positions = side_pools_of(state, PoolKey::Kind::entering, validator);
    for (std::size_t i = positions.begin; i < positions.end; ++i) {
        tokens += state.side_pools[i].tokens;
    }
    return tokens;
}

/// The first boundary at which all that a validator has entering is minted.
Era minted_at(const State& state, const Spec& spec, ValidatorIndex validator) {
    const Positions positions = side_pools_of(state, PoolKey::Kind::entering, validator);
    const Era now = era_of(spec, state.slot);
    return positions.size() == 0 ? now : std::max(now, state.side_pools[positions.end - 1].key.era + 2);
}

/// Eras of duty after the release. A validator of whom too little stays weighs nothing in the set adopted next.
std::uint64_t eras_of_duty(const State& state, const Spec& spec, ValidatorIndex validator) {
    if (state.validators[validator.value].activation_era == Era::far_future()) {
        return 0;
    }
    const Amount stays = state.tokens[validator.value] - self_stake_of(state, validator);
    return stays.value < spec.ejection_balance ? eras_to_leave - 1 : eras_to_leave;
}

UnstakeForecast from_release(const Spec& spec, Era released, std::uint64_t duty) {
    UnstakeForecast forecast;
    forecast.released = released;
    forecast.left = released + duty;
    forecast.withdrawable = released + eras_to_leave + spec.unbonding_eras;
    forecast.slashable_until = forecast.withdrawable;
    return forecast;
}

/// The boundary at which the exit queue let a validator go: the era of its newest unbonding pool, plus one.
Era released_at(const State& state, ValidatorIndex validator, Era now) {
    const Positions positions = side_pools_of(state, PoolKey::Kind::unbonding, validator);
    return positions.size() == 0 ? now : state.side_pools[positions.end - 1].key.era + 1;
}

} // namespace

QueueForecast entry_queue_of(const State& state, const Spec& spec) {
    return queue_forecast(state, spec, state.entry_queue, walk_entry(state, spec, std::nullopt));
}

QueueForecast exit_queue_of(const State& state, const Spec& spec) {
    return queue_forecast(state, spec, state.exit_queue, walk_exit(state, std::nullopt));
}

StakeForecast forecast_stake(const State& state, const Spec& spec, Amount amount) {
    return behind_all(state, spec, amount, era_of(spec, state.slot) + 2);
}

StakeForecast forecast_activation(const State& state, const Spec& spec, ValidatorIndex index) {
    const Validator& validator = state.validators[index.value];
    const Era now = era_of(spec, state.slot);
    StakeForecast forecast;
    if (validator.activation_era != Era::far_future()) {
        forecast.minted = forecast.activated = validator.activation_era;
        const bool from_genesis = validator.activation_era == Era{};
        const bool attests = !weight_of(current_sets(state), index)[0].is_zero();
        const Era expected = from_genesis ? Era{} : validator.activation_era + eras_to_duty;
        forecast.on_duty = attests ? std::min(expected, now) : std::max(expected, now + 1);
        return forecast;
    }
    const Walk ahead = walk_entry(state, spec, index);
    if (!ahead.found) {
        const Amount tokens = state.tokens[index.value] + entering_tokens(state, index);
        return behind_all(state, spec, tokens, std::max(now + 1, minted_at(state, spec, index)));
    }
    forecast.queue_position = ahead.position;
    forecast.minted = now;
    forecast.activated = now + boundaries_for(ahead.weight, churn_budget(state, spec), state.entry_queue.carried);
    forecast.on_duty = forecast.activated + eras_to_duty;
    return forecast;
}

UnstakeForecast forecast_exit(const State& state, const Spec& spec, ValidatorIndex index) {
    const Validator& validator = state.validators[index.value];
    const Era now = era_of(spec, state.slot);
    const std::uint64_t duty = eras_of_duty(state, spec, index);
    const Walk ahead = walk_exit(state, index);
    if (ahead.found || !validator.exiting) {
        const Uint128 own = ahead.found ? 0 : exit_weight(state, index).value;
        const std::uint64_t boundaries =
            boundaries_for(ahead.weight + own, churn_budget(state, spec), state.exit_queue.carried);
        UnstakeForecast forecast = from_release(spec, now + boundaries, duty);
        forecast.queue_position = ahead.found ? std::optional{ahead.position} : std::nullopt;
        return forecast;
    }
    UnstakeForecast forecast = from_release(spec, released_at(state, index, now), duty);
    if (validator.exit_era != Era::far_future()) {
        forecast.left = validator.exit_era;
        forecast.withdrawable = forecast.slashable_until = validator.withdrawable_era;
    }
    return forecast;
}

UnstakeForecast forecast_unstake(const State& state, const Spec& spec) {
    // Taken out in this era, it leaves the sets as if the next boundary released it.
    UnstakeForecast forecast = from_release(spec, era_of(spec, state.slot) + 1, eras_to_leave);
    forecast.released = era_of(spec, state.slot);
    return forecast;
}

} // namespace quoin::staking
