#include "rows.hpp"
#include "share_pools.hpp"

#include <quoin/staking/books.hpp>

#include <limits>

namespace quoin::staking {

namespace {

Fault broken(const char* invariant, std::string message) {
    return {Reason::corrupt, invariant, std::move(message)};
}

std::string name_of(const PoolKey& key) {
    return LedgerAccount::of(key).text();
}

Result<void> check_columns(const State& state) {
    const std::size_t count = state.validators.size();
    for (const std::size_t size :
         {state.tokens.size(), state.shares.size(), state.operator_shares.size(), state.effective_balance.size(),
          state.inactivity_score.size(), state.hits.source.size(), state.hits.target.size(), state.hits.head.size(),
          state.previous_hits.source.size(), state.previous_hits.target.size(), state.previous_hits.head.size(),
          state.proposer_reward.size()}) {
        if (size != count) {
            return broken("columns", "a column is not as long as the registry");
        }
    }
    return {};
}

/// L1 and L2 in one: what was issued is what is there and what was burned.
Result<void> check_sums(const State& state) {
    Uint128 supply = 0;
    for (const Account& account : state.accounts) {
        supply += account.balance.value;
    }
    for (const Amount& tokens : state.tokens) {
        supply += tokens.value;
    }
    for (const SidePool& pool : state.side_pools) {
        supply += pool.tokens.value;
    }
    if (supply + state.burned != state.issued) {
        return broken("L2", "supply and burned do not add up to what was issued");
    }
    return {};
}

bool is_sound(const SharePool& pool, Uint128 held) {
    return held + pool.operator_shares.value == pool.pool.shares.value &&
           (!pool.pool.shares.is_zero() || pool.pool.tokens.is_zero());
}

Result<void> check_pool(const PoolKey& key, const SharePool& pool, Uint128 held) {
    if (is_sound(pool, held)) {
        return {};
    }
    if (held + pool.operator_shares.value != pool.pool.shares.value) {
        return broken("L3", name_of(key) + " has other shares than its holders");
    }
    return broken("L5", name_of(key) + " has tokens and no share");
}

/// Sums the holdings of `key` from `cursor` on, which then stands behind them.
Uint128 sum_holdings(const State& state, const PoolKey& key, std::size_t& cursor) {
    Uint128 held = 0;
    for (; cursor < state.holdings.size() && state.holdings[cursor].pool == key; ++cursor) {
        held += state.holdings[cursor].shares.value;
    }
    return held;
}

/// L3 and L5. Pools and holdings have one order, so one pass meets both.
Result<void> check_pools(const State& state) {
    std::size_t cursor = 0;
    Result<void> verdict;
    for_each_stretch(state.validators.size(), [&](std::size_t begin, std::size_t end) {
        const Rows<Amount> tokens{state.tokens, begin};
        const Rows<Shares> shares{state.shares, begin};
        const Rows<Shares> operator_shares{state.operator_shares, begin};
        for (std::size_t i = begin; i < end && verdict; ++i) {
            const PoolKey key = stake_key(ValidatorIndex{i});
            const SharePool pool{{tokens[i], shares[i]}, operator_shares[i]};
            const Uint128 held = sum_holdings(state, key, cursor);
            if (!is_sound(pool, held)) {
                verdict = check_pool(key, pool, held);
            }
        }
    });
    if (!verdict) {
        return verdict;
    }
    for (const SidePool& pool : state.side_pools) {
        const SharePool shares{{pool.tokens, pool.shares}, pool.operator_shares};
        verdict = check_pool(pool.key, shares, sum_holdings(state, pool.key, cursor));
        if (!verdict) {
            return verdict;
        }
    }
    if (cursor != state.holdings.size()) {
        return broken("L3", "holdings stand out of order or have no pool");
    }
    return {};
}

Result<void> check_side_pools(const State& state) {
    const SidePool* before = nullptr;
    for (const SidePool& pool : state.side_pools) {
        if (pool.key.kind == PoolKey::Kind::stake || pool.key.validator.value >= state.validators.size() ||
            (before != nullptr && before->key >= pool.key)) {
            return broken("order", name_of(pool.key) + " stands out of order among the side pools");
        }
        if (pool.shares.is_zero()) {
            return broken("L5", name_of(pool.key) + " is open without a share");
        }
        const bool slashed = state.validators[pool.key.validator.value].slashed.has_value();
        if ((pool.initial_taken || pool.correlation_taken) && !slashed) {
            return broken("L7", name_of(pool.key) + " paid for a validator that was not slashed");
        }
        if (pool.correlation_taken && !pool.initial_taken) {
            return broken("L7", name_of(pool.key) + " paid the correlation fraction before the initial one");
        }
        before = &pool;
    }
    return {};
}

Result<void> check_queue(const State& state, const ChurnQueue& queue, const char* name) {
    std::vector<bool> seen(state.validators.size());
    for (const ValidatorIndex validator : queue.waiting) {
        if (validator.value >= seen.size() || seen[validator.value]) {
            return broken(name, "a validator waits twice or is unknown");
        }
        seen[validator.value] = true;
    }
    return {};
}

Result<void> check_effective(const State& state, const Spec& spec) {
    Amount sound; // most are alike, and a remainder is slow
    for (const Amount effective : state.effective_balance) {
        if (effective == sound) {
            continue;
        }
        if (effective.value > spec.max_effective_balance || effective.value % spec.effective_balance_increment != 0) {
            return broken("effective_balance", "is not a number of increments up to the maximum");
        }
        sound = effective;
    }
    return {};
}

} // namespace

Result<void> check_books(const State& state, const Spec& spec) {
    for (const auto& check : {check_columns(state), check_sums(state)}) {
        if (!check) {
            return check;
        }
    }
    for (const auto& check :
         {check_side_pools(state), check_pools(state), check_queue(state, state.entry_queue, "entry_queue"),
          check_queue(state, state.exit_queue, "exit_queue"), check_effective(state, spec)}) {
        if (!check) {
            return check;
        }
    }
    return {};
}

} // namespace quoin::staking
