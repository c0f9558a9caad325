#include "payloads.hpp"

#include <quoin/codec/ssz.hpp>
#include <quoin/crypto/sha256.hpp>
#include <quoin/staking/transactions.hpp>
#include <quoin/types/clock.hpp>

#include <algorithm>

namespace quoin::staking {

namespace {

Fault refuse(Reason reason, const char* field, std::string message) {
    return {reason, std::string{"message."} + field, std::move(message)};
}

/// What fee and nonce ask of a transaction, whether for a block or for the mempool. `slot` is that of the block.
struct Admission {
    std::uint64_t account = 0; ///< the sender's position
    std::uint64_t nonce = 0;   ///< the sender's next
    Amount fee_max;            ///< covered by the sender
};

Result<Admission> admit(const State& state, const SignedTransaction& transaction, Slot slot) {
    const Transaction& message = transaction.message;
    if (message.valid_until_slot < slot) {
        return refuse(Reason::expired, "valid_until_slot", "has passed");
    }
    const auto position = find_account(state, address_of(message.sender));
    if (!position) {
        return refuse(Reason::unknown_account, "sender", "has no account");
    }
    const Account& account = state.accounts[*position];
    if (message.nonce < account.next_nonce) {
        return refuse(Reason::nonce_too_low, "nonce", "the next is " + std::to_string(account.next_nonce));
    }
    if (message.max_fee < state.base_fee) {
        return refuse(Reason::fee_too_low, "max_fee", "the base fee is " + std::to_string(state.base_fee.value));
    }
    const auto fee = checked_mul(message.max_fee.value, units_of(transaction));
    if (!fee || *fee > account.balance.value) {
        return refuse(Reason::insufficient_balance, "max_fee", "times the units is not covered by the balance");
    }
    return Admission{*position, account.next_nonce, Amount{*fee}};
}

Fault nonce_gap(std::uint64_t next) {
    return refuse(Reason::nonce_too_high, "nonce", "the next is " + std::to_string(next));
}

void charge(Books& books, const Transaction& message, std::uint64_t units, ValidatorIndex proposer,
            TransactionOutcome& outcome) {
    const State& state = books.state();
    const Amount priority = std::min(message.tip, message.max_fee - state.base_fee);
    outcome.fee_burned = Amount{state.base_fee.value * units};
    outcome.fee_tip = Amount{priority.value * units};
    const LedgerAccount sender = LedgerAccount::of(outcome.sender);
    books.move(sender, LedgerAccount::burned(), outcome.fee_burned, PostingKind::base_fee, outcome.hash);
    if (!outcome.fee_tip.is_zero()) {
        const Address& to = state.validators[proposer.value].withdrawal_address;
        books.move(sender, LedgerAccount::of(to), outcome.fee_tip, PostingKind::tip, outcome.hash);
    }
}

} // namespace

Address address_of(const AccountKey& key) {
    return Address::from(crypto::sha256(key.octets));
}

std::uint64_t units_of(const SignedTransaction& transaction) {
    const bool registers = std::holds_alternative<Stake>(transaction.message.payload);
    return encode(transaction).size() + units_per_account_signature + (registers ? units_per_proof_of_possession : 0);
}

Result<void> check_transaction(const State& state, const Spec& spec, const SignedTransaction& transaction) {
    const Transaction& message = transaction.message;
    const auto admission = admit(state, transaction, state.slot + 1);
    if (!admission) {
        return admission.fault();
    }
    if (message.nonce - admission->nonce >= limits.mempool_per_account_max) {
        return nonce_gap(admission->nonce);
    }
    if (message.nonce != admission->nonce) {
        return check_payload_form(message.payload);
    }
    const Account& account = state.accounts[admission->account];
    return check_payload(state, spec, {account.address, account.balance - admission->fee_max}, message.payload);
}

Result<TransactionOutcome> apply_transaction(Books& books, const SignedTransaction& transaction,
                                             ValidatorIndex proposer) {
    State& state = books.state();
    const Transaction& message = transaction.message;
    const auto admission = admit(state, transaction, state.slot);
    if (!admission) {
        return admission.fault();
    }
    if (message.nonce != admission->nonce) {
        return nonce_gap(admission->nonce);
    }
    TransactionOutcome outcome;
    outcome.hash = hash_tree_root(transaction);
    outcome.sender = state.accounts[admission->account].address;
    outcome.nonce = message.nonce;
    charge(books, message, units_of(transaction), proposer, outcome);
    Account& account = state.accounts.edit(admission->account);
    ++account.next_nonce;
    const Payer payer{account.address, account.balance};
    if (auto verdict = check_payload(state, books.spec(), payer, message.payload); verdict) {
        perform_payload(books, payer.address, message.payload, outcome.hash);
    } else {
        outcome.failure = verdict.fault().reason;
    }
    books.effects().transactions.push_back(outcome);
    return outcome;
}

void update_base_fee(State& state, const Spec& spec, std::uint64_t units_used) {
    const std::uint64_t base = state.base_fee.value;
    const std::uint64_t target = spec.block_units_target;
    const std::uint64_t distance = std::min(target, units_used > target ? units_used - target : target - units_used);
    const Uint128 scaled = Uint128{base} * distance / target / spec.base_fee_change_denominator;
    const std::uint64_t step = narrow(scaled);
    if (units_used > target) {
        state.base_fee = Amount{checked_add(base, std::max<std::uint64_t>(1, step)).value_or(base)};
    } else {
        state.base_fee = Amount{std::max<std::uint64_t>(1, base - step)};
    }
}

} // namespace quoin::staking
