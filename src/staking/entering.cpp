#include "registry.hpp"
#include "share_pools.hpp"

#include <quoin/staking/era.hpp>

namespace quoin::staking {

namespace {

/// Takes new stake: not slashed, and not let go by the exit queue.
bool takes_stake(const Validator& validator, bool leaving) {
    return !validator.slashed && (!validator.exiting || leaving);
}

/// Shares out what a pool minted among those who hold the entering pool, each rounded down. Returns what was given.
Shares share_out(State& state, const SidePool& entering, Shares minted) {
    const PoolKey to = stake_key(entering.key.validator);
    const auto part_of = [&](Shares shares) {
        return Shares{mul_div(minted.value, shares.value, entering.shares.value)};
    };
    Shares held;
    const Positions positions = holdings_of(state, entering.key);
    std::vector<Holding> holders;
    for (std::size_t i = positions.begin; i < positions.end; ++i) {
        holders.push_back(state.holdings[i]);
    }
    for (const Holding& holder : holders) {
        const Shares part = part_of(holder.shares);
        if (!part.is_zero()) {
            add_holding(state, to, holder.account, part);
            held += part;
        }
    }
    const Shares of_operator = part_of(entering.operator_shares);
    const SharePool pool = share_pool(state, to);
    set_shares(state, to, pool.pool.shares + held + of_operator, pool.operator_shares + of_operator);
    return held + of_operator;
}

void mint_pool(Books& books, const SidePool& entering) {
    State& state = books.state();
    const PoolKey to = stake_key(entering.key.validator);
    const auto minted = mint(share_pool(state, to).pool, entering.tokens);
    if (!minted) {
        return;
    }
    books.move(LedgerAccount::of(entering.key), LedgerAccount::of(to), entering.tokens, PostingKind::mint_entering);
    const Shares given = share_out(state, entering, *minted);
    QUOIN_ASSERT(!given.is_zero(), "L5");
    remove_holdings(state, entering.key);
    set_shares(state, entering.key, Shares{}, Shares{});
    close_if_empty(state, entering.key);
}

} // namespace

void mint_entering(Books& books, Era ended) {
    const State& state = books.state();
    const std::vector<bool> leaving = waiting_in(state, state.exit_queue);
    std::vector<SidePool> due;
    for (const SidePool& pool : state.side_pools) {
        const bool waits = pool.key.kind == PoolKey::Kind::entering && pool.matures == Era::far_future();
        const std::uint64_t i = pool.key.validator.value;
        if (waits && pool.key.era < ended && takes_stake(state.validators[i], leaving[i])) {
            due.push_back(pool);
        }
    }
    for (const SidePool& pool : due) {
        mint_pool(books, pool);
    }
}

} // namespace quoin::staking
