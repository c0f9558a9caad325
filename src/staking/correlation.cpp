#include "penalty.hpp"
#include "share_pools.hpp"

#include <quoin/base/mutant.hpp>
#include <quoin/staking/era.hpp>

#include <algorithm>

namespace quoin::staking {

namespace {

/// min(correlation_multiplier * S, W) / W
Fraction correlation_fraction(const State& state, const Spec& spec) {
    const std::uint64_t whole = current_sets(state).total[0].value;
    Uint128 slashed = 0;
    for (const SlashedWeight& entry : state.slashed_weights) {
        slashed += entry.weight.value;
    }
    const Uint128 part = std::min<Uint128>(slashed * spec.correlation_multiplier, whole);
    return {narrow(part), whole};
}

void forget_slashed_weights(State& state, const Spec& spec, Era ended) {
    const auto kept = std::find_if(state.slashed_weights.begin(), state.slashed_weights.end(),
                                   [&](const SlashedWeight& entry) { return entry.era + spec.unbonding_eras > ended; });
    state.slashed_weights.erase(state.slashed_weights.begin(), kept);
}

/// Pools that owe the correlation fraction at the boundary that begins `coming`: a validator's own on its date, side
/// pools from that date on, since later evidence may implicate some later.
std::vector<PoolKey> correlated_pools(const State& state, const Spec& spec, Era coming) {
    std::vector<PoolKey> keys;
    const auto is_due = [&](Era slashed) { return slashed + correlation_delay_eras(spec) == coming; };
    const bool any_due = std::any_of(state.slashed_weights.begin(), state.slashed_weights.end(),
                                     [&](const SlashedWeight& entry) { return is_due(entry.era); });
    for (std::uint64_t i = 0; any_due && i < state.validators.size(); ++i) {
        const Validator& validator = state.validators[i];
        if (validator.slashed && is_due(validator.slashed->era)) {
            keys.push_back(stake_key(ValidatorIndex{i}));
        }
    }
    for (const SidePool& pool : state.side_pools) {
        if (pool.initial_taken && !pool.correlation_taken && pool.matures > coming &&
            correlation_is_taken(spec, state.validators[pool.key.validator.value], coming)) {
            keys.push_back(pool.key);
        }
    }
    return keys;
}

} // namespace

void correlation_penalties(Books& books, Era ended) {
    State& state = books.state();
    forget_slashed_weights(state, books.spec(), ended);
    const std::uint64_t late = is_planted(Mutant::correlation_after_maturity) ? books.spec().unbonding_eras : 0;
    const std::vector<PoolKey> keys = correlated_pools(state, books.spec(), (ended + 1).saturating_minus(late));
    const Fraction fraction = correlation_fraction(state, books.spec());
    for (const PoolKey& key : keys) {
        const Amount penalty = burn_shares(state, key, fraction);
        if (!penalty.is_zero()) {
            books.move(LedgerAccount::of(key), LedgerAccount::burned(), penalty, PostingKind::slash_correlation);
        }
        if (const auto position = find_side_pool(state, key)) {
            state.side_pools.edit(*position).correlation_taken = true;
        }
    }
    close_emptied(state, keys);
}

} // namespace quoin::staking
