#include "rows.hpp"
#include "share_pools.hpp"

#include <quoin/staking/books.hpp>
#include <quoin/types/clock.hpp>

namespace quoin::staking {

namespace {

PoolKey pool_key_of(const LedgerAccount& account) {
    const bool enters = account.kind == LedgerAccount::Kind::entering;
    return {enters ? PoolKey::Kind::entering : PoolKey::Kind::unbonding, account.validator, account.era,
            account.slashes};
}

} // namespace

Books::Books(State& state, const Spec& spec, BlockEffects& effects)
    : state_(state), spec_(spec), effects_(effects), issued_(state.issued), burned_(state.burned) {}

Era Books::era() const {
    return era_of(spec_, state_.slot);
}

void Books::move(const LedgerAccount& debit, const LedgerAccount& credit, Amount amount, PostingKind kind,
                 const Root& reference) {
    QUOIN_ASSERT(!amount.is_zero(), "a posting moves something");
    take(debit, amount);
    give(credit, amount);
    effects_.postings.push_back({state_.slot, era(), debit, credit, amount, kind, reference});
}

void Books::take(const LedgerAccount& account, Amount amount) {
    switch (account.kind) {
    case LedgerAccount::Kind::account: {
        const auto position = find_account(state_, account.address);
        QUOIN_ASSERT(position.has_value(), "L4");
        state_.accounts.edit(*position).balance -= amount;
        return;
    }
    case LedgerAccount::Kind::stake:
        state_.tokens.edit(account.validator.value) -= amount;
        return;
    case LedgerAccount::Kind::entering:
    case LedgerAccount::Kind::unbonding: {
        const auto position = find_side_pool(state_, pool_key_of(account));
        QUOIN_ASSERT(position.has_value(), "L4");
        state_.side_pools.edit(*position).tokens -= amount;
        return;
    }
    case LedgerAccount::Kind::issuance:
        state_.issued += amount.value;
        issued_ += amount.value;
        return;
    case LedgerAccount::Kind::burned:
        break;
    }
    QUOIN_ASSERT(false, "what is burned stays burned");
}

void Books::give(const LedgerAccount& account, Amount amount) {
    switch (account.kind) {
    case LedgerAccount::Kind::account: {
        const auto position = find_account(state_, account.address);
        if (position) {
            state_.accounts.edit(*position).balance += amount;
        } else {
            state_.append_account({account.address, amount, 0});
        }
        return;
    }
    case LedgerAccount::Kind::stake:
        state_.tokens.edit(account.validator.value) += amount;
        return;
    case LedgerAccount::Kind::entering:
    case LedgerAccount::Kind::unbonding: {
        const auto position = find_side_pool(state_, pool_key_of(account));
        QUOIN_ASSERT(position.has_value(), "pool is open");
        state_.side_pools.edit(*position).tokens += amount;
        return;
    }
    case LedgerAccount::Kind::burned:
        state_.burned += amount.value;
        burned_ += amount.value;
        return;
    case LedgerAccount::Kind::issuance:
        break;
    }
    QUOIN_ASSERT(false, "issuance is never paid back");
}

void Books::settle_pools(ValidatorIndex first, std::span<const Amount> earned, std::span<const Amount> lost) {
    EditedRows<Amount> tokens{state_.tokens, first.value};
    Uint128 all_earned = 0;
    Uint128 all_lost = 0;
    for (std::size_t i = 0; i < earned.size(); ++i) {
        Amount& pool = tokens[first.value + i];
        pool = pool + earned[i] - lost[i];
        all_earned += earned[i].value;
        all_lost += lost[i].value;
    }
    state_.issued += all_earned;
    issued_ += all_earned;
    state_.burned += all_lost;
    burned_ += all_lost;
}

void Books::note(ValidatorIndex validator, LifecycleEvent::Kind kind, Era era) {
    effects_.lifecycle.push_back({validator, kind, era});
}

void Books::assert_balanced() const {
    QUOIN_ASSERT(state_.issued == issued_, "L2");
    QUOIN_ASSERT(state_.burned == burned_, "L2");
}

} // namespace quoin::staking
