#include "registry.hpp"

#include <quoin/staking/era.hpp>

#include <algorithm>

namespace quoin::staking {

Amount effective_balance_after(const Spec& spec, Amount effective, Amount tokens) {
    const std::uint64_t step = spec.effective_balance_increment / spec.hysteresis_quotient;
    const Uint128 below = Uint128{step} * spec.hysteresis_downward_multiplier;
    const Uint128 above = Uint128{step} * spec.hysteresis_upward_multiplier;
    const bool fell = tokens.value + below < effective.value;
    const bool rose = effective.value + above < tokens.value;
    if (!fell && !rose) {
        return effective;
    }
    const std::uint64_t whole = tokens.value - tokens.value % spec.effective_balance_increment;
    return Amount{std::min(whole, spec.max_effective_balance)};
}

void update_effective_balances(State& state, const Spec& spec) {
    std::size_t i = 0;
    for (const Amount& tokens : state.tokens) {
        const Amount effective = effective_balance_after(spec, state.effective_balance[i], tokens);
        state.effective_balance.set(i++, effective);
    }
}

void reset_hits(State& state) {
    state.previous_hits = std::move(state.hits);
    const std::size_t count = state.validators.size();
    state.hits.source.assign(count, 0);
    state.hits.target.assign(count, 0);
    state.hits.head.assign(count, 0);
}

bool is_out(const State& state, const Spec& spec, ValidatorIndex validator) {
    const Validator& record = state.validators[validator.value];
    return record.slashed || (record.exiting && state.effective_balance[validator.value].value < spec.ejection_balance);
}

Column<Weight, type_limits.validators> candidate_weights(const State& state, const Spec& spec) {
    const std::vector<bool> leaving = waiting_in(state, state.exit_queue);
    Column<Weight, type_limits.validators> weights;
    std::uint64_t i = 0;
    for (const Validator& validator : state.validators) {
        const bool stays = validator.activation_era != Era::far_future() && (!validator.exiting || leaving[i]) &&
                           !is_out(state, spec, ValidatorIndex{i});
        weights.push_back(stays ? Weight{state.effective_balance[i].value} : Weight{});
        ++i;
    }
    return weights;
}

} // namespace quoin::staking
