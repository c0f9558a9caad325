#pragma once

#include <quoin/staking/books.hpp>

namespace quoin::staking {

/// Block space of what has to be computed besides bytes, in units: one unit is about a byte carried or half a
/// microsecond of verification.
inline constexpr std::uint64_t units_per_account_signature = 100;
inline constexpr std::uint64_t units_per_proof_of_possession = 2'000;

/// The address an Ed25519 key speaks for: the first 20 bytes of its SHA-256.
Address address_of(const AccountKey& key);

/// What a transaction takes of `block_units_limit` and pays for: its SSZ bytes and its signatures.
std::uint64_t units_of(const SignedTransaction& transaction);

/// What the mempool asks of a transaction for the block after `state`; signatures are somebody else's. Refused are a
/// nonce used or more than `mempool_per_account_max` ahead, `max_fee` below the base fee, a sender who cannot cover
/// `max_fee * units`, one that expires, and a payload that would fail now (of a transaction with a later nonce: one
/// that fails whatever comes before it).
Result<void> check_transaction(const State& state, const Spec& spec, const SignedTransaction& transaction);

/// Applies a transaction of a block at the state's slot. A fault means that the block is invalid: nonce not the next,
/// expired, `max_fee` below the base fee, `max_fee * units` not covered; the state is then untouched. A payload that
/// fails keeps fee and nonce and says why in the outcome. Base fee to burned, tip to the proposer's withdrawal account.
/// The outcome is also appended to the effects. Signatures and the block's sum of units are the caller's to check.
Result<TransactionOutcome> apply_transaction(Books& books, const SignedTransaction& transaction,
                                             ValidatorIndex proposer);

/// The base fee after a block that used `units_used`: moves by at most 1 / `base_fee_change_denominator` around the
/// units target, at least by 1 upward, and stays at least 1.
void update_base_fee(State& state, const Spec& spec, std::uint64_t units_used);

} // namespace quoin::staking
