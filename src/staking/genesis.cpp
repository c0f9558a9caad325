#include "registry.hpp"
#include "share_pools.hpp"

#include <quoin/staking/era.hpp>

namespace quoin::staking {

namespace {

void open_account(Books& books, const GenesisAccount& account) {
    if (!account.balance.is_zero()) {
        books.move(LedgerAccount::issuance(), LedgerAccount::of(account.address), account.balance,
                   PostingKind::genesis);
    } else if (!find_account(books.state(), account.address)) {
        books.state().append_account({account.address, Amount{}, 0});
    }
}

void open_validator(Books& books, const GenesisValidator& genesis) {
    State& state = books.state();
    Validator validator;
    validator.public_key = genesis.public_key;
    validator.withdrawal_address = genesis.withdrawal_address;
    validator.operator_address = genesis.operator_address;
    validator.commission = genesis.commission;
    validator.activation_era = Era{};
    const Amount effective = effective_balance_after(books.spec(), Amount{}, genesis.stake);
    validator.last_weight = Weight{effective.value};
    const ValidatorIndex index = register_validator(state, validator);
    state.effective_balance.set(index.value, effective);
    const bool minted = deposit_for_operator(books, LedgerAccount::issuance(), stake_key(index), genesis.stake,
                                             PostingKind::genesis, Root{});
    QUOIN_ASSERT(minted, "a genesis validator has stake");
    books.note(index, LifecycleEvent::Kind::deposited, Era{});
    books.note(index, LifecycleEvent::Kind::activated, Era{});
}

} // namespace

void open_ledger(Books& books, const Genesis& genesis) {
    books.state().base_fee = Amount{genesis.spec.base_fee_initial};
    for (const GenesisAccount& account : genesis.accounts) {
        open_account(books, account);
    }
    for (const GenesisValidator& validator : genesis.validators) {
        open_validator(books, validator);
    }
}

} // namespace quoin::staking
