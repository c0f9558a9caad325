#pragma once

#include "json_out.hpp"
#include "slot_times.hpp"

#include <quoin/types/genesis.hpp>
#include <quoin/types/state.hpp>

namespace quoin::api {

/// What a typed write always says (API.md "Routes"): queue position, when it takes effect, until when it can be
/// slashed.
struct Forecast {
    std::optional<std::uint64_t> queue_position;
    std::optional<Era> expected;
    std::optional<Era> slashable_until; ///< none while it stays staked
};

/// Of a payload sent now. `unknown_validator` for an index beyond the registry.
Result<Forecast> forecast_of(const State& head, const Spec& spec, const Payload& payload);

/// `"queue_position", "expected_era", "expected_time_ms", "slashable_until_era", "slashable_until_ms"`.
void write(JsonObject& json, const SlotTimes& times, const Forecast& forecast);

} // namespace quoin::api
