#include "json_out.hpp"
#include "pages.hpp"
#include "render.hpp"
#include "routes.hpp"
#include "slot_times.hpp"
#include "view.hpp"

#include <quoin/base/hex.hpp>
#include <quoin/staking/queries.hpp>
#include <quoin/types/clock.hpp>

#include <algorithm>
#include <numeric>

namespace quoin::api {

namespace {

std::string validator_json(const State& state, const Spec& spec, ValidatorIndex index) {
    const Validator& validator = state.validators[index.value];
    JsonObject json;
    json.add("index", index).add("public_key", validator.public_key);
    json.add("status", to_string(staking::status_of(state, spec, index)));
    json.add("stake", state.tokens[index.value]).add("self_stake", staking::self_stake_of(state, index));
    json.add("shares", state.shares[index.value]).add("operator_shares", state.operator_shares[index.value]);
    json.add("effective_balance", state.effective_balance[index.value]);
    json.add("weight", weight_of(current_sets(state), index)[0]);
    json.add("inactivity_score", state.inactivity_score[index.value]);
    json.add("operator", validator.operator_address).add("withdrawal_address", validator.withdrawal_address);
    json.raw("commission", to_json(validator.commission));
    json.add("activation_era", era_or_none(validator.activation_era));
    json.add("exit_era", era_or_none(validator.exit_era));
    json.add("withdrawable_era", era_or_none(validator.withdrawable_era));
    return json.add("exiting", validator.exiting).add("slashed", validator.slashed.has_value()).take();
}

std::string pool_part_json(const SlotTimes& times, const staking::PoolPart& part) {
    JsonObject json;
    json.add("pool", LedgerAccount::of(part.pool).text()).add("shares", part.shares).add("worth", part.worth);
    json.add("matures_era", era_or_none(part.matures));
    return json.add("matures_ms", times.start_ms(part.matures)).take();
}

/// A status of the beacon-APIs, or the family of statuses that begin with it (`active`, `exited`).
bool fits(std::string_view status, std::string_view wanted) {
    return wanted.empty() || status == wanted ||
           (status.starts_with(wanted) && status.size() > wanted.size() && status[wanted.size()] == '_');
}

bool is_status(std::string_view wanted) {
    for (auto status = staking::ValidatorStatus::pending_initialized;;) {
        if (fits(to_string(status), wanted)) {
            return true;
        }
        if (status == staking::ValidatorStatus::withdrawal_done) {
            return false;
        }
        status = static_cast<staking::ValidatorStatus>(static_cast<int>(status) + 1);
    }
}

/// The order of a list: by index, or the greatest stake first.
std::vector<std::uint64_t> ordered(const State& state, bool is_by_stake) {
    std::vector<std::uint64_t> order(state.validators.size());
    std::iota(order.begin(), order.end(), 0);
    if (is_by_stake) {
        std::stable_sort(order.begin(), order.end(),
                         [&](std::uint64_t a, std::uint64_t b) { return state.tokens[a] > state.tokens[b]; });
    }
    return order;
}

Result<ValidatorIndex> validator_in(const Request& request, const State& state) {
    const std::string& id = segment(request, 2);
    const Fault unknown{Reason::unknown_validator, "", "no validator has this index or key"};
    if (id.starts_with("0x")) {
        const auto key = bytes_from_hex<48>(id);
        if (!key) {
            return Fault{key.fault().reason, "id", key.fault().message};
        }
        const auto index = find_validator(state, *key);
        return index ? Result<ValidatorIndex>{*index} : unknown;
    }
    const auto number = parse_number(id);
    if (!number) {
        return Fault{Reason::wrong_type, "id", "expected an index or a 0x public key"};
    }
    return *number < state.validators.size() ? Result<ValidatorIndex>{ValidatorIndex{*number}} : unknown;
}

} // namespace

Reply get_validators(Context& context, const Request& request) {
    Parameters query{request};
    const std::string status = query.text("status").value_or("");
    if (!is_status(status)) {
        query.refuse("status", Reason::out_of_range, "expected a validator status such as active_ongoing or active");
    }
    const bool is_by_stake = query.choice("sort", {"index", "stake"}) == "stake";
    const std::uint64_t limit =
        query.number("limit", context.bounds.page_items_default, 1, context.bounds.page_items_max);
    const Result<PageView> page = page_of(context, query);
    if (!page) {
        return page.fault();
    }
    const State& state = *page->view.state;
    const std::vector<std::uint64_t> order = ordered(state, is_by_stake);
    JsonArray items;
    std::string next;
    std::uint64_t shown = 0;
    for (std::uint64_t at = page->after ? std::min<std::uint64_t>(*page->after, order.size()) : 0; at < order.size();
         ++at) {
        const ValidatorIndex index{order[at]};
        if (!fits(to_string(staking::status_of(state, context.spec(), index)), status)) {
            continue;
        }
        if (shown++ == limit) {
            next = page_cursor(context, page->view, at);
            break;
        }
        items.raw(validator_json(state, context.spec(), index));
    }
    return state_answer({items.take(), next}, page->view);
}

Reply get_validator(Context& context, const Request& request) {
    Parameters query{request};
    const Result<StateView> view = state_of(context, query);
    if (!view) {
        return view.fault();
    }
    const auto index = validator_in(request, *view->state);
    if (!index) {
        return index.fault();
    }
    std::string json = validator_json(*view->state, context.spec(), *index);
    const auto parts = staking::operator_parts(*view->state, *index);
    const SlotTimes times{context.parts};
    json.pop_back();
    json +=
        ",\"operator_parts\":" + json_array(parts, [&](const auto& part) { return pool_part_json(times, part); }) + "}";
    return state_answer({json, {}}, *view);
}

Reply get_validator_duties(Context& context, const Request& request) {
    Parameters query{request};
    const std::uint64_t limit =
        query.number("limit", context.bounds.page_items_default, 1, context.bounds.page_items_max);
    const Result<StateView> view = state_of(context, query);
    if (!view) {
        return view.fault();
    }
    const State& state = *view->state;
    const auto index = validator_in(request, state);
    if (!index) {
        return index.fault();
    }
    const Spec& spec = context.spec();
    const Slot end = first_slot_of(spec, era_of(spec, state.slot) + 2); // as far as the schedule reaches
    const SlotTimes times{context.parts};
    JsonArray proposals;
    std::uint64_t count = 0;
    for (Slot slot = state.slot + 1; slot < end && count < limit; ++slot) {
        if (proposer_of(state, spec, slot) == *index) {
            JsonObject json;
            json.add("slot", slot).add("time_ms", times.start_ms(slot));
            proposals.raw(json.take());
            ++count;
        }
    }
    const auto& duty_set = current_sets(state).duty_set;
    const bool is_on_duty = std::find(duty_set.begin(), duty_set.end(), *index) != duty_set.end();
    JsonObject json;
    json.add("index", *index).add("attests", is_on_duty).raw("proposals", proposals.take());
    return state_answer({json.take(), {}}, *view);
}

Reply get_validator_slashings(Context& context, const Request& request) {
    Parameters query{request};
    const Result<StateView> view = state_of(context, query);
    if (!view) {
        return view.fault();
    }
    const auto index = validator_in(request, *view->state);
    if (!index) {
        return index.fault();
    }
    const auto rows = context.parts.ledger.slashings_of_validator(*index);
    const auto events = context.parts.ledger.lifecycle_of_validator(*index);
    JsonObject json;
    json.add("index", *index);
    json.raw("slashings", json_array(rows, [](const auto& row) { return json_of(row); }));
    json.raw("lifecycle", json_array(events, [](const auto& row) { return json_of(row); }));
    return history_answer(context, {json.take(), {}});
}

} // namespace quoin::api
