#include "forecast.hpp"

#include "view.hpp"

#include <quoin/staking/queries.hpp>
#include <quoin/types/clock.hpp>

#include <algorithm>

namespace quoin::api {

namespace {

Forecast of(const staking::StakeForecast& forecast) {
    return {forecast.queue_position, era_or_none(forecast.on_duty), std::nullopt};
}

Forecast of(const staking::UnstakeForecast& forecast) {
    return {forecast.queue_position, era_or_none(forecast.withdrawable), era_or_none(forecast.slashable_until)};
}

/// The first era in which something of the sender's at the validator matures.
Forecast of_withdrawal(const State& head, const Spec& spec, ValidatorIndex validator) {
    Era first = Era::far_future();
    for (const staking::PoolPart& part : staking::operator_parts(head, validator)) {
        first = std::min(first, part.matures);
    }
    if (first != Era::far_future()) {
        first = std::max(first, era_of(spec, head.slot + 1));
    }
    return {std::nullopt, era_or_none(first), std::nullopt};
}

} // namespace

Result<Forecast> forecast_of(const State& head, const Spec& spec, const Payload& payload) {
    const auto known = [&](ValidatorIndex validator) -> Result<void> {
        if (validator.value >= head.validators.size()) {
            return Fault{Reason::unknown_validator, "message.payload.validator", "no validator has this index"};
        }
        return {};
    };
    if (const auto* stake = std::get_if<Stake>(&payload)) {
        return of(staking::forecast_stake(head, spec, stake->amount));
    }
    if (const auto* more = std::get_if<StakeMore>(&payload)) {
        const auto verdict = known(more->validator);
        return verdict ? Result<Forecast>{of(staking::forecast_stake(head, spec, more->amount))} : verdict.fault();
    }
    if (const auto* unstake = std::get_if<Unstake>(&payload)) {
        if (const auto verdict = known(unstake->validator); !verdict) {
            return verdict.fault();
        }
        return unstake->exit ? of(staking::forecast_exit(head, spec, unstake->validator))
                             : of(staking::forecast_unstake(head, spec));
    }
    if (const auto* withdraw = std::get_if<Withdraw>(&payload)) {
        const auto verdict = known(withdraw->validator);
        return verdict ? Result<Forecast>{of_withdrawal(head, spec, withdraw->validator)} : verdict.fault();
    }
    return Forecast{};
}

void write(JsonObject& json, const SlotTimes& times, const Forecast& forecast) {
    const auto time_of = [&](const std::optional<Era>& era) { return era ? times.start_ms(*era) : std::nullopt; };
    json.add("queue_position", forecast.queue_position).add("expected_era", forecast.expected);
    json.add("expected_time_ms", time_of(forecast.expected));
    json.add("slashable_until_era", forecast.slashable_until);
    json.add("slashable_until_ms", time_of(forecast.slashable_until));
}

} // namespace quoin::api
