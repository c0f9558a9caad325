#include "json_out.hpp"
#include "render.hpp"
#include "routes.hpp"
#include "slot_times.hpp"
#include "view.hpp"

#include <quoin/staking/queries.hpp>
#include <quoin/types/clock.hpp>

#include <algorithm>

namespace quoin::api {

namespace {

std::string queue_json(const SlotTimes& times, const staking::QueueForecast& queue) {
    JsonObject json;
    json.add("length", queue.length).add("waiting", queue.waiting).add("churn", queue.churn);
    const auto last = queue.length == 0 ? std::nullopt : era_or_none(queue.last_leaves);
    json.add("expected_era", last);
    return json.add("expected_time_ms", last ? times.start_ms(*last) : std::nullopt).take();
}

/// Stake that has left and waits until it can no longer be slashed.
std::string withdrawal_json(const Spec& spec, const SlotTimes& times, const State& state) {
    std::uint64_t pools = 0;
    Uint128 amount = 0;
    Era last = Era::far_future(); // the latest of those that are known
    const Era now = era_of(spec, state.slot);
    for (const SidePool& pool : state.side_pools) {
        if (pool.key.kind != PoolKey::Kind::unbonding || pool.matures <= now) {
            continue;
        }
        ++pools;
        amount += pool.tokens.value;
        if (pool.matures != Era::far_future()) {
            last = last == Era::far_future() ? pool.matures : std::max(last, pool.matures);
        }
    }
    JsonObject json;
    json.add("length", pools).add("waiting", amount).raw("churn", "null");
    json.add("expected_era", era_or_none(last));
    return json.add("expected_time_ms", times.start_ms(last)).take();
}

std::string csv_of(const std::vector<ports::RewardRow>& rows) {
    std::string text =
        "era,block_number,validator,source,target,head,proposer,penalty_missed,penalty_inactivity,ideal,commission\n";
    for (const ports::RewardRow& row : rows) {
        const ValidatorReward& reward = row.reward;
        const std::uint64_t columns[] = {row.era.value,
                                         row.block_number,
                                         reward.validator.value,
                                         reward.source.value,
                                         reward.target.value,
                                         reward.head.value,
                                         reward.proposer.value,
                                         reward.penalty_missed.value,
                                         reward.penalty_inactivity.value,
                                         reward.ideal.value,
                                         reward.commission.value};
        for (const std::uint64_t& column : columns) {
            text += std::to_string(column) + (&column == std::end(columns) - 1 ? "\n" : ",");
        }
    }
    return text;
}

} // namespace

Reply get_rewards(Context& context, const Request& request) {
    Parameters query{request};
    constexpr std::uint64_t most = ~std::uint64_t{0} >> 1;
    const auto validator = query.number("validator", 0, type_limits.validators);
    const Era from{query.number("from_era", 0, 0, most)};
    const Era to{query.number("to_era", most, 0, most)};
    const bool is_csv = query.choice("format", {"json", "csv"}) == "csv";
    const std::uint64_t limit =
        query.number("limit", context.bounds.page_items_default, 1, context.bounds.page_items_max);
    if (const auto fault = query.finish()) {
        return *fault;
    }
    if (!validator) {
        return Fault{Reason::missing_field, "validator", "the parameter is required"};
    }
    const auto rows = context.parts.ledger.rewards_of_validator(ValidatorIndex{*validator}, from, to, limit);
    if (is_csv) {
        Response response;
        response.content_type = "text/csv; charset=utf-8";
        response.body = csv_of(rows);
        return response;
    }
    // The cursor of the next page is its first era, for `from_era`.
    const std::string next = rows.size() < limit ? "" : std::to_string(rows.back().era.value + 1);
    return history_answer(context, {json_array(rows, [](const auto& row) { return json_of(row); }), next});
}

Reply get_queues(Context& context, const Request& request) {
    Parameters query{request};
    const Result<StateView> view = state_of(context, query);
    if (!view) {
        return view.fault();
    }
    const Spec& spec = context.spec();
    const SlotTimes times{context.parts};
    const State& state = *view->state;
    JsonObject json;
    json.raw("entry", queue_json(times, staking::entry_queue_of(state, spec)));
    json.raw("exit", queue_json(times, staking::exit_queue_of(state, spec)));
    return state_answer({json.raw("withdrawal", withdrawal_json(spec, times, state)).take(), {}}, *view);
}

} // namespace quoin::api
