#include "penalty.hpp"
#include "registry.hpp"
#include "share_pools.hpp"

#include <quoin/base/mutant.hpp>
#include <quoin/staking/slash.hpp>
#include <quoin/types/clock.hpp>

#include <algorithm>

namespace quoin::staking {

namespace {

/// Unmatured entering and unbonding pools at or above `reach` that no slash has touched.
std::vector<PoolKey> implicated_pools(const State& state, ValidatorIndex validator, Era reach, Era now) {
    std::vector<PoolKey> implicated;
    for (const PoolKey::Kind kind : {PoolKey::Kind::entering, PoolKey::Kind::unbonding}) {
        const Positions positions = side_pools_of(state, kind, validator);
        for (std::size_t i = positions.begin; i < positions.end; ++i) {
            const SidePool& pool = state.side_pools[i];
            const bool paid = pool.initial_taken && !is_planted(Mutant::slashed_pool_pays_twice);
            const bool escapes =
                is_planted(Mutant::unbonding_escapes_the_slash) && pool.key.kind == PoolKey::Kind::unbonding;
            if (pool.key.era >= reach && pool.matures > now && !paid && !escapes) {
                implicated.push_back(pool.key);
            }
        }
    }
    return implicated;
}

/// Takes the initial fraction of a pool: `reward` of it, as far as it goes, to the reporter, the rest burned. Returns
/// what is left of the reward.
Amount take_initial(Books& books, const PoolKey& key, Fraction fraction, Amount reward, const Address& reporter,
                    const Root& evidence) {
    const Amount penalty = burn_shares(books.state(), key, fraction);
    const Amount paid = std::min(reward, penalty);
    const LedgerAccount pool = LedgerAccount::of(key);
    if (!paid.is_zero()) {
        books.move(pool, LedgerAccount::of(reporter), paid, PostingKind::reporter_reward, evidence);
    }
    if (paid < penalty) {
        books.move(pool, LedgerAccount::burned(), penalty - paid, PostingKind::slash_initial, evidence);
    }
    return reward - paid;
}

void mark_pool(State& state, const PoolKey& key, Era matures) {
    const auto position = find_side_pool(state, key);
    if (!position) {
        return;
    }
    SidePool& pool = state.side_pools.edit(*position);
    pool.initial_taken = true;
    pool.matures = matures;
}

void note_slashed_weight(State& state, Era now, Weight weight) {
    if (!state.slashed_weights.empty() && state.slashed_weights.back().era == now) {
        state.slashed_weights.back().weight += weight;
    } else {
        state.slashed_weights.push_back({now, weight});
    }
}

/// Tombstone and exit; the first slash of a validator only.
void entomb(Books& books, ValidatorIndex index, Era now, Era reach) {
    State& state = books.state();
    state.validators.edit(index.value).slashed = SlashMark{now, reach};
    if (!state.validators[index.value].exiting) {
        initiate_exit(state, index);
    }
    Validator& validator = state.validators.edit(index.value);
    if (validator.exit_era != Era::far_future()) {
        validator.withdrawable_era = withdrawable_after(books.spec(), validator);
    }
    note_slashed_weight(state, now, validator.last_weight);
    books.note(index, LifecycleEvent::Kind::slashed, now);
}

} // namespace

Era reach_of(const State& state, Era offence_era) {
    const SetVersion* in_force = nullptr;
    const SetVersion* before = nullptr;
    for (const SetVersion& version : state.set_versions) {
        if (version.started <= offence_era) {
            before = in_force;
            in_force = &version;
        }
    }
    if (in_force == nullptr) {
        return Era{};
    }
    if (in_force->version == 0) {
        return in_force->computed;
    }
    return before == nullptr ? Era{} : before->computed;
}

bool slash_has_effect(const State& state, const Spec& spec, ValidatorIndex validator, Era offence_era) {
    const Era now = era_of(spec, state.slot);
    return !state.validators[validator.value].slashed ||
           !implicated_pools(state, validator, reach_of(state, offence_era), now).empty();
}

SlashingOutcome slash_validator(Books& books, ValidatorIndex validator, Offence offence, Era offence_era,
                                const Root& evidence, const Address& reporter) {
    State& state = books.state();
    const Spec& spec = books.spec();
    const Era now = books.era();
    const Era reach = reach_of(state, offence_era);
    const bool first = !state.validators[validator.value].slashed;
    std::vector<PoolKey> keys = implicated_pools(state, validator, reach, now);
    if (first) {
        keys.insert(keys.begin(), stake_key(validator));
    }
    const Fraction fraction{1, spec.min_slash_quotient};
    SlashingOutcome outcome{validator, offence, evidence, offence_era, {}, {}, reporter};
    for (const PoolKey& key : keys) {
        outcome.taken += penalty_of(state, key, fraction);
    }
    const Validator record = state.validators[validator.value];
    outcome.reward = std::min(Amount{record.last_weight.value / spec.reporter_reward_quotient}, outcome.taken);
    if (first) {
        entomb(books, validator, now, reach);
    } else {
        state.validators.edit(validator.value).slashed->reach = std::min(record.slashed->reach, reach);
    }
    Amount reward = outcome.reward;
    for (const PoolKey& key : keys) {
        reward = take_initial(books, key, fraction, reward, reporter, evidence);
        mark_pool(state, key, state.validators[validator.value].withdrawable_era);
    }
    close_emptied(state, keys);
    books.effects().slashings.push_back(outcome);
    return outcome;
}

} // namespace quoin::staking
