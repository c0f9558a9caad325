#pragma once

#include "connection.hpp"
#include "ledger_record.hpp"

#include <quoin/ports/stores.hpp>

#include <optional>
#include <string>
#include <vector>

/// What ports::LedgerStore asks of ledger.db, on a connection of the caller's. Corrupt when a row does not read as one.
namespace quoin::store::queries {

using Cursor = std::optional<ports::RowCursor>;

std::optional<ports::BlockRow> tip(Connection& db);
std::optional<ports::BlockRow> block_by_number(Connection& db, std::uint64_t number);
std::optional<ports::BlockRow> block_by_slot(Connection& db, Slot slot);
std::optional<ports::BlockRow> block_by_root(Connection& db, const Root& root);
std::vector<ports::BlockRow> blocks_after(Connection& db, std::uint64_t number, std::size_t limit);

std::optional<ByteVector> body(Connection& db, std::uint64_t number);
std::optional<SignedBlock> signed_block(Connection& db, std::uint64_t number);
std::vector<SignedBlock> signed_blocks(Connection& db, Slot from, std::uint64_t count, std::size_t limit);

std::vector<ports::PostingRow> postings_of_block(Connection& db, std::uint64_t number);
std::optional<ports::PostingRow> posting(Connection& db, std::uint64_t number, std::uint64_t index);
std::vector<ports::PostingRow> postings_of_account(Connection& db, const std::string& account, const Cursor& after,
                                                   std::size_t limit);

std::optional<ports::TransactionRow> transaction(Connection& db, const Root& hash);
std::vector<ports::TransactionRow> transactions_of_block(Connection& db, std::uint64_t number);
std::vector<ports::TransactionRow> transactions_of_account(Connection& db, const Address& sender, const Cursor& after,
                                                           std::size_t limit);

std::vector<ports::EvidenceRow> evidence_after(Connection& db, std::uint64_t id, std::size_t limit);
std::vector<ports::EvidenceRow> evidence_of_block(Connection& db, std::uint64_t number);
std::optional<ports::EvidenceRow> evidence(Connection& db, const Root& evidence_root);

std::vector<ports::SlashingRow> slashings_of_block(Connection& db, std::uint64_t number);
std::vector<ports::SlashingRow> slashings_of_validator(Connection& db, ValidatorIndex validator);
std::vector<ports::SlashingRow> slashings_after(Connection& db, const Cursor& after, std::size_t limit);

std::vector<ports::LifecycleRow> lifecycle_of_block(Connection& db, std::uint64_t number);
std::vector<ports::LifecycleRow> lifecycle_of_validator(Connection& db, ValidatorIndex validator);

std::vector<ports::RewardRow> rewards_of_block(Connection& db, std::uint64_t number);
std::vector<ports::RewardRow> rewards_of_validator(Connection& db, ValidatorIndex validator, Era from, Era to,
                                                   std::size_t limit);

std::vector<ports::BalanceRow> balances(Connection& db, const std::string& after_account, std::size_t limit);

/// All rows of a block, as they are in the file. Nothing when the block or its body is missing.
std::optional<LedgerRecord> record(Connection& db, std::uint64_t number);

/// The newest snapshot at or below a block, checked against the state root of that block's row.
std::optional<ports::LedgerStore::StateSnapshot> snapshot_at_or_below(Connection& db, std::uint64_t number);

} // namespace quoin::store::queries
