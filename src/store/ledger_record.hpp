#pragma once

#include <quoin/ports/stores.hpp>

#include <vector>

namespace quoin::store {

/// All rows that one block brings into the ledger, in the order they are kept and hashed.
struct LedgerRecord {
    ports::BlockRow row;
    ByteVector body; ///< SSZ of the signed block
    std::vector<ports::PostingRow> postings;
    std::vector<ports::TransactionRow> transactions;
    std::vector<ports::EvidenceRow> evidence;
    std::vector<ports::SlashingRow> slashings;
    std::vector<ports::LifecycleRow> lifecycle;
    std::vector<ports::RewardRow> rewards; ///< by era, then validator
};

/// The rows of a finalized block; `running_hash` is left zero. Evidence is numbered from `first_evidence_id`.
LedgerRecord record_of(const ports::FinalizedBlock& block, std::uint64_t first_evidence_id);

Root evidence_root_of(const engine::Evidence& evidence);
ByteVector evidence_bytes(const engine::Evidence& evidence);

/// The hash that chains a block's rows to those of all blocks before it:
///
///     running_hash(n) = SHA-256(running_hash(n - 1) | rows(n)),   running_hash(-1) = genesis root
///
/// where integers are 8 bytes little-endian, roots, hashes and addresses are as they are, text and SSZ are their length
/// as an integer and then their bytes, and rows(n) is, in this order:
///
///     block:        number, slot, root, parent root, state root, proposer, time_ms, transactions, attestations,
///                   postings, SSZ of the signed block
///     postings:     how many; each slot, era, debit (text), credit (text), amount, kind (text), reference
///     transactions: how many; each slot, hash, sender, nonce, failure (text, empty for none), fee burned, fee tip, SSZ
///     evidence:     how many; each id, slot, root, SSZ
///     slashings:    how many; each slot, validator, offence (text), evidence, era of the offence, taken, reward,
///     reporter events:       how many; each validator, kind (text), era rewards:      how many; each era, validator,
///     source, target, head, proposer, missed, inactivity, ideal, commission
///
/// Accounts and kinds enter by name, so neither the numbers that rows refer to accounts by nor those of enumerations
/// matter.
Root running_hash(const Root& previous, const LedgerRecord& record);

} // namespace quoin::store
