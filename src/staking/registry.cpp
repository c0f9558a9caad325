#include "registry.hpp"

#include "rows.hpp"
#include "share_pools.hpp"

#include <quoin/staking/era.hpp>

#include <algorithm>

namespace quoin::staking {

ValidatorIndex register_validator(State& state, const Validator& validator) {
    const ValidatorIndex index{state.validators.size()};
    state.append_validator(validator);
    state.tokens.push_back({});
    state.shares.push_back({});
    state.operator_shares.push_back({});
    state.effective_balance.push_back({});
    state.inactivity_score.push_back(0);
    for (EraHits* hits : {&state.hits, &state.previous_hits}) {
        hits->source.push_back(0);
        hits->target.push_back(0);
        hits->head.push_back(0);
    }
    state.proposer_reward.push_back({});
    return index;
}

void initiate_exit(State& state, ValidatorIndex validator) {
    state.validators.edit(validator.value).exiting = true;
    remove_items(state.entry_queue.waiting, [validator](ValidatorIndex waiting) { return waiting == validator; });
    if (state.entry_queue.waiting.empty()) {
        state.entry_queue.carried = {};
    }
    state.exit_queue.waiting.push_back(validator);
}

std::vector<bool> waiting_in(const State& state, const ChurnQueue& queue) {
    std::vector<bool> waiting(state.validators.size());
    for (const ValidatorIndex validator : queue.waiting) {
        waiting[validator.value] = true;
    }
    return waiting;
}

bool is_waiting_in(const ChurnQueue& queue, ValidatorIndex validator) {
    return std::find(queue.waiting.begin(), queue.waiting.end(), validator) != queue.waiting.end();
}

Weight churn_budget(const State& state, const Spec& spec) {
    return Weight{std::max(spec.min_churn, current_sets(state).total[0].value / spec.churn_limit_quotient)};
}

Weight entry_weight(const State& state, const Spec& spec, ValidatorIndex validator) {
    const std::size_t i = validator.value;
    return Weight{effective_balance_after(spec, state.effective_balance[i], state.tokens[i]).value};
}

Weight exit_weight(const State& state, ValidatorIndex validator) {
    const Validator& record = state.validators[validator.value];
    const bool counts = record.activation_era != Era::far_future() && !record.slashed;
    return counts ? Weight{state.effective_balance[validator.value].value} : Weight{};
}

namespace {

/// Lets waiting validators through, oldest first, while the budget lasts. `weight_of_one` says what one takes of it;
/// `let_through` returns false to keep it, and all behind it, for the next boundary.
template <class WeightOfOne, class LetThrough>
void advance_queue(ChurnQueue& queue, Weight budget, const WeightOfOne& weight_of_one, const LetThrough& let_through) {
    Weight left = budget + queue.carried;
    std::size_t passed = 0;
    for (; passed < queue.waiting.size(); ++passed) {
        const ValidatorIndex validator = queue.waiting[passed];
        const Weight weight = weight_of_one(validator);
        if (weight > left || !let_through(validator)) {
            break;
        }
        left -= weight;
    }
    remove_front(queue.waiting, passed);
    queue.carried = queue.waiting.empty() ? Weight{} : left;
}

/// Enough of its own and enough in all to attest.
bool is_ready(const State& state, const Spec& spec, ValidatorIndex validator) {
    const SharePool pool = share_pool(state, stake_key(validator));
    const std::uint64_t weight = entry_weight(state, spec, validator).value;
    return worth(pool.pool, pool.operator_shares).value >= spec.min_self_stake && weight != 0 &&
           weight >= spec.ejection_balance;
}

void queue_for_entry(State& state, const Spec& spec, const Roll& roll) {
    const std::vector<bool> waiting = waiting_in(state, state.entry_queue);
    for (std::uint64_t i = 0; i < roll.size(); ++i) {
        if (!roll[i].activated && !roll[i].exiting && !waiting[i] && is_ready(state, spec, ValidatorIndex{i})) {
            state.entry_queue.waiting.push_back(ValidatorIndex{i});
        }
    }
}

void activate(Books& books, Roll& roll, Era coming) {
    State& state = books.state();
    queue_for_entry(state, books.spec(), roll);
    advance_queue(
        state.entry_queue, churn_budget(state, books.spec()),
        [&](ValidatorIndex validator) {
            return is_ready(state, books.spec(), validator) ? entry_weight(state, books.spec(), validator) : Weight{};
        },
        [&](ValidatorIndex validator) {
            if (is_ready(state, books.spec(), validator)) {
                state.validators.edit(validator.value).activation_era = coming;
                roll.renew(state, validator);
                books.note(validator, LifecycleEvent::Kind::activated, coming);
            }
            return true;
        });
}

/// Undelegates all operator shares. False while the unbonding pool refuses them.
bool release(Books& books, ValidatorIndex validator, Era ended) {
    State& state = books.state();
    const PoolKey key = stake_key(validator);
    const SharePool pool = share_pool(state, key);
    const auto tokens = redeem(pool.pool, pool.operator_shares);
    if (!tokens) {
        set_shares(state, key, pool.pool.shares - pool.operator_shares, Shares{});
        return true;
    }
    return undelegate_for_operator(books, validator, {pool.operator_shares, *tokens}, ended, ended + 1, Root{});
}

void let_go(Books& books, Era ended) {
    State& state = books.state();
    advance_queue(
        state.exit_queue, churn_budget(state, books.spec()),
        [&](ValidatorIndex validator) { return exit_weight(state, validator); },
        [&](ValidatorIndex validator) { return release(books, validator, ended); });
}

void eject(Books& books, Roll& roll, Era coming) {
    State& state = books.state();
    for_each_stretch(roll.size(), [&](std::size_t begin, std::size_t end) {
        const Rows<Amount> effective{state.effective_balance, begin};
        for (std::size_t i = begin; i < end; ++i) {
            const bool too_light = effective[i].value < books.spec().ejection_balance;
            if (too_light && !roll[i].exiting && state.validators[i].activation_era < coming) {
                const ValidatorIndex validator{i};
                initiate_exit(state, validator);
                roll.renew(state, validator);
                books.note(validator, LifecycleEvent::Kind::ejected, coming);
            }
        }
    });
}

bool is_in_a_set(const State& state, const Spec& spec, ValidatorIndex validator) {
    const JointWeight weight = weight_of(current_sets(state), validator);
    if (!weight[0].is_zero() || !weight[1].is_zero()) {
        return true;
    }
    const bool will_be = state.candidate && validator.value < state.candidate->weights.size() &&
                         !state.candidate->weights[validator.value].is_zero();
    return will_be && !is_out(state, spec, validator);
}

/// Dates the exit of those whom the sets of `ended` do not hold any more.
void note_left(Books& books, const Roll& roll, Era ended) {
    State& state = books.state();
    const std::vector<bool> waiting = waiting_in(state, state.exit_queue);
    for (std::uint64_t i = 0; i < roll.size(); ++i) {
        if (!roll[i].exiting) {
            continue;
        }
        const Validator& validator = state.validators[i];
        const bool leaves = validator.exit_era == Era::far_future() && (validator.slashed || !waiting[i]);
        if (leaves && !is_in_a_set(state, books.spec(), ValidatorIndex{i})) {
            Validator& left = state.validators.edit(i);
            left.exit_era = ended;
            left.withdrawable_era = withdrawable_after(books.spec(), left);
            books.note(ValidatorIndex{i}, LifecycleEvent::Kind::exited, ended);
        }
    }
}

/// When the stake of `era` stopped voting: the start of the first version whose two sets were both computed after it.
std::optional<Era> stopped_voting(const State& state, Era era) {
    const SetVersion& newest = state.set_versions.back();
    const std::size_t count = state.set_versions.size();
    const SetVersion& older = newest.version == 0 ? newest : state.set_versions[count - 2];
    QUOIN_ASSERT(newest.version == 0 || older.version + 1 == newest.version, "the log holds the version before");
    return older.computed > era ? std::optional{newest.started} : std::nullopt;
}

/// LEDGER "Undelegating" and "Slashing"; far future while it cannot be said.
Era maturity_of(const State& state, const Spec& spec, const SidePool& pool, Era coming) {
    const bool implicated = pool.initial_taken && pool.key.slashes == 0;
    if (implicated) {
        return state.validators[pool.key.validator.value].withdrawable_era;
    }
    if (pool.key.kind == PoolKey::Kind::entering) {
        return pool.key.era + 2 <= coming ? coming : Era::far_future();
    }
    const auto stopped = stopped_voting(state, pool.key.era);
    return stopped ? *stopped + spec.unbonding_eras : Era::far_future();
}

void mark_matured(State& state, const Spec& spec, Era coming) {
    for (std::size_t i = 0; i < state.side_pools.size(); ++i) {
        const SidePool& pool = state.side_pools[i];
        if (pool.matures == Era::far_future()) {
            const Era matures = maturity_of(state, spec, pool, coming);
            if (matures != Era::far_future()) {
                state.side_pools.edit(i).matures = matures;
            }
        }
    }
}

/// Matured pools that penalties left without a token pay nobody: their shares are void.
void close_void_pools(State& state, Era coming) {
    std::vector<PoolKey> gone;
    for (const SidePool& pool : state.side_pools) {
        if (pool.tokens.is_zero() && pool.matures <= coming) {
            gone.push_back(pool.key);
        }
    }
    for (const PoolKey& key : gone) {
        remove_holdings(state, key);
        set_shares(state, key, Shares{}, Shares{});
        close_if_empty(state, key);
    }
}

} // namespace

void update_registry(Books& books, Roll& roll, Era ended) {
    const Era coming = ended + 1;
    activate(books, roll, coming);
    let_go(books, ended);
    eject(books, roll, coming);
    note_left(books, roll, ended);
    mark_matured(books.state(), books.spec(), coming);
    close_void_pools(books.state(), coming);
}

} // namespace quoin::staking
