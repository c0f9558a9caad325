#include "registry.hpp"
#include "rows.hpp"

#include <quoin/staking/era.hpp>

#include <algorithm>

namespace quoin::staking {

namespace {

/// How far tokens may lie from the effective balance without moving it.
struct Band {
    explicit Band(const Spec& spec)
        : below(Uint128{step(spec)} * spec.hysteresis_downward_multiplier),
          above(Uint128{step(spec)} * spec.hysteresis_upward_multiplier) {}

    bool holds(Amount effective, Amount tokens) const {
        return tokens.value + below >= effective.value && effective.value + above >= tokens.value;
    }

    Uint128 below;
    Uint128 above;

private:
    static std::uint64_t step(const Spec& spec) { return spec.effective_balance_increment / spec.hysteresis_quotient; }
};

Amount whole_increments(const Spec& spec, Amount tokens) {
    const std::uint64_t whole = tokens.value - tokens.value % spec.effective_balance_increment;
    return Amount{std::min(whole, spec.max_effective_balance)};
}

} // namespace

Amount effective_balance_after(const Spec& spec, Amount effective, Amount tokens) {
    return Band{spec}.holds(effective, tokens) ? effective : whole_increments(spec, tokens);
}

void update_effective_balances(State& state, const Spec& spec) {
    const Band band{spec};
    for_each_stretch(state.tokens.size(), [&](std::size_t begin, std::size_t end) {
        const Rows<Amount> tokens{state.tokens, begin};
        for (std::size_t i = begin; i < end; ++i) {
            const Amount effective = state.effective_balance[i];
            if (!band.holds(effective, tokens[i])) {
                state.effective_balance.set(i, whole_increments(spec, tokens[i]));
            }
        }
    });
}

void reset_hits(State& state) {
    state.previous_hits = std::move(state.hits);
    state.hits.source.assign(state.validators.size(), 0);
    state.hits.target = state.hits.source;
    state.hits.head = state.hits.source;
}

bool is_out(const State& state, const Spec& spec, ValidatorIndex validator) {
    const Validator& record = state.validators[validator.value];
    return record.slashed || (record.exiting && state.effective_balance[validator.value].value < spec.ejection_balance);
}

Column<Weight, type_limits.validators> candidate_weights(const State& state, const Spec& spec, const Roll& roll) {
    const std::vector<bool> leaving = waiting_in(state, state.exit_queue);
    // Most weigh what they weigh now, and where that is so for all of a chunk the chunk is shared.
    Column<Weight, type_limits.validators> weights;
    if (!state.sets.empty()) {
        weights = current_sets(state).weights;
    }
    weights.resize(roll.size());
    for_each_stretch(roll.size(), [&](std::size_t begin, std::size_t end) {
        const Rows<Amount> effective{state.effective_balance, begin};
        for (std::size_t i = begin; i < end; ++i) {
            const Roll::Entry& record = roll[i];
            const bool stays =
                record.activated && (!record.exiting || leaving[i]) && !is_out(record, spec, effective[i]);
            weights.set(i, stays ? Weight{effective[i].value} : Weight{});
        }
    });
    return weights;
}

} // namespace quoin::staking
