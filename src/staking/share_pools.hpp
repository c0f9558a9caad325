#pragma once

#include "columns.hpp"
#include "pool.hpp"

#include <quoin/staking/books.hpp>

#include <vector>

namespace quoin::staking {

// The share pools of a state: a validator's own in the columns, entering and unbonding ones among the side pools.

PoolKey stake_key(ValidatorIndex validator);
PoolKey entering_key(ValidatorIndex validator, Era era);
/// The pool that stake leaving `validator` in `era` goes to, of those so far unslashed or slashed as they are now.
PoolKey unbonding_key(const State& state, ValidatorIndex validator, Era era);

/// A pool with the part of its shares that is the operator's.
struct SharePool {
    Pool pool;
    Shares operator_shares;
};

std::optional<std::size_t> find_side_pool(const State& state, const PoolKey& key);
/// The entering or unbonding pools of a validator, by era.
Positions side_pools_of(const State& state, PoolKey::Kind kind, ValidatorIndex validator);
/// The pool as it stands; empty when there is no such side pool.
SharePool share_pool(const State& state, const PoolKey& key);

/// Opens the side pool if it is not there yet.
void open_side_pool(State& state, const SidePool& fresh);
/// Removes side pools without a share.
void close_if_empty(State& state, const PoolKey& key);

void set_shares(State& state, const PoolKey& key, Shares shares, Shares operator_shares);

/// Moves `tokens` from `source` into a pool that is open, as operator shares. False, and nothing done, when the pool
/// refuses the mint.
bool deposit_for_operator(Books& books, const LedgerAccount& source, const PoolKey& key, Amount tokens,
                          PostingKind kind, const Root& reference);

/// Moves a part of the operator's stake into the unbonding pool of `era`. `now` is the era the chain is in. False, and
/// nothing done, when that pool refuses the mint.
bool undelegate_for_operator(Books& books, ValidatorIndex validator, const Part& part, Era era, Era now,
                             const Root& reference);

/// Holdings of a pool, by account.
Positions holdings_of(const State& state, const PoolKey& key);
std::optional<std::size_t> find_holding(const State& state, const PoolKey& key, const Address& account);
/// Adds to an account's shares of a pool; the pool's own count is `set_shares`'.
void add_holding(State& state, const PoolKey& key, const Address& account, Shares shares);
void remove_holdings(State& state, const PoolKey& key);

/// Eras from a slash to its correlation penalty.
constexpr std::uint64_t correlation_delay_eras(const Spec& spec) {
    return std::max<std::uint64_t>(1, spec.unbonding_eras / 2);
}
/// True when the boundary that began `now`, or one before it, took the correlation fraction of the validator's pool.
bool correlation_is_taken(const Spec& spec, const Validator& validator, Era now);

/// When the stake of a validator that has left is free: `unbonding_eras` after its exit, and never before a slash that
/// came late has taken its correlation fraction.
Era withdrawable_after(const Spec& spec, const Validator& validator);

} // namespace quoin::staking
