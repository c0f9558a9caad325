#include "share_pools.hpp"

namespace quoin::staking {

namespace {

PoolKey first_key(PoolKey::Kind kind, ValidatorIndex validator) {
    return {kind, validator, Era{}, 0};
}

std::size_t side_position(const State& state, const PoolKey& key) {
    return first_position(state.side_pools, [&key](const SidePool& pool) { return pool.key < key; });
}

std::size_t holding_position(const State& state, const PoolKey& key, const Address& account) {
    return first_position(state.holdings, [&](const Holding& holding) {
        return holding.pool < key || (holding.pool == key && holding.account < account);
    });
}

} // namespace

PoolKey stake_key(ValidatorIndex validator) {
    return first_key(PoolKey::Kind::stake, validator);
}

PoolKey entering_key(ValidatorIndex validator, Era era) {
    return {PoolKey::Kind::entering, validator, era, 0};
}

PoolKey unbonding_key(const State& state, ValidatorIndex validator, Era era) {
    const bool slashed = state.validators[validator.value].slashed.has_value();
    return {PoolKey::Kind::unbonding, validator, era, slashed ? 1U : 0U};
}

std::optional<std::size_t> find_side_pool(const State& state, const PoolKey& key) {
    const std::size_t position = side_position(state, key);
    const bool found = position < state.side_pools.size() && state.side_pools[position].key == key;
    return found ? std::optional{position} : std::nullopt;
}

Positions side_pools_of(const State& state, PoolKey::Kind kind, ValidatorIndex validator) {
    return {side_position(state, first_key(kind, validator)), side_position(state, first_key(kind, validator + 1))};
}

SharePool share_pool(const State& state, const PoolKey& key) {
    if (key.kind == PoolKey::Kind::stake) {
        const std::size_t i = key.validator.value;
        return {{state.tokens[i], state.shares[i]}, state.operator_shares[i]};
    }
    const auto position = find_side_pool(state, key);
    if (!position) {
        return {};
    }
    const SidePool& pool = state.side_pools[*position];
    return {{pool.tokens, pool.shares}, pool.operator_shares};
}

void open_side_pool(State& state, const SidePool& fresh) {
    const std::size_t position = side_position(state, fresh.key);
    if (position == state.side_pools.size() || state.side_pools[position].key != fresh.key) {
        insert_at(state.side_pools, position, fresh);
    }
}

void close_if_empty(State& state, const PoolKey& key) {
    const auto position = find_side_pool(state, key);
    if (position && state.side_pools[*position].shares.is_zero()) {
        QUOIN_ASSERT(state.side_pools[*position].tokens.is_zero(), "L5");
        remove_items(state.side_pools, [&key](const SidePool& pool) { return pool.key == key; });
    }
}

void set_shares(State& state, const PoolKey& key, Shares shares, Shares operator_shares) {
    QUOIN_ASSERT(operator_shares <= shares, "L3");
    if (key.kind == PoolKey::Kind::stake) {
        state.shares.set(key.validator.value, shares);
        state.operator_shares.set(key.validator.value, operator_shares);
        return;
    }
    const auto position = find_side_pool(state, key);
    QUOIN_ASSERT(position.has_value(), "pool is open");
    SidePool& pool = state.side_pools.edit(*position);
    pool.shares = shares;
    pool.operator_shares = operator_shares;
}

bool deposit_for_operator(Books& books, const LedgerAccount& source, const PoolKey& key, Amount tokens,
                          PostingKind kind, const Root& reference) {
    const SharePool before = share_pool(books.state(), key);
    const auto minted = mint(before.pool, tokens);
    if (!minted) {
        return false;
    }
    books.move(source, LedgerAccount::of(key), tokens, kind, reference);
    set_shares(books.state(), key, before.pool.shares + *minted, before.operator_shares + *minted);
    return true;
}

bool undelegate_for_operator(Books& books, ValidatorIndex validator, const Part& part, Era era, Era now,
                             const Root& reference) {
    State& state = books.state();
    const PoolKey from = stake_key(validator);
    SidePool fresh;
    fresh.key = unbonding_key(state, validator, era);
    const Validator& record = state.validators[validator.value];
    fresh.initial_taken = record.slashed.has_value();
    fresh.correlation_taken = correlation_is_taken(books.spec(), record, now);
    open_side_pool(state, fresh);
    if (!deposit_for_operator(books, LedgerAccount::of(from), fresh.key, part.tokens, PostingKind::undelegate,
                              reference)) {
        close_if_empty(state, fresh.key);
        return false;
    }
    const SharePool left = share_pool(state, from);
    set_shares(state, from, left.pool.shares - part.shares, left.operator_shares - part.shares);
    return true;
}

Positions holdings_of(const State& state, const PoolKey& key) {
    PoolKey next = key;
    ++next.slashes;
    const auto begins = [&state](const PoolKey& pool) {
        return first_position(state.holdings, [&pool](const Holding& holding) { return holding.pool < pool; });
    };
    return {begins(key), begins(next)};
}

std::optional<std::size_t> find_holding(const State& state, const PoolKey& key, const Address& account) {
    const std::size_t position = holding_position(state, key, account);
    const bool found = position < state.holdings.size() && state.holdings[position].pool == key &&
                       state.holdings[position].account == account;
    return found ? std::optional{position} : std::nullopt;
}

void add_holding(State& state, const PoolKey& key, const Address& account, Shares shares) {
    if (const auto position = find_holding(state, key, account)) {
        state.holdings.edit(*position).shares += shares;
    } else {
        insert_at(state.holdings, holding_position(state, key, account), Holding{account, key, shares});
    }
}

void remove_holdings(State& state, const PoolKey& key) {
    if (holdings_of(state, key).size() != 0) {
        remove_items(state.holdings, [&key](const Holding& holding) { return holding.pool == key; });
    }
}

bool correlation_is_taken(const Spec& spec, const Validator& validator, Era now) {
    return validator.slashed && now >= validator.slashed->era + correlation_delay_eras(spec);
}

Era withdrawable_after(const Spec& spec, const Validator& validator) {
    const Era unbonded = validator.exit_era + spec.unbonding_eras;
    if (!validator.slashed) {
        return unbonded;
    }
    return std::max(unbonded, validator.slashed->era + correlation_delay_eras(spec) + 1);
}

} // namespace quoin::staking
