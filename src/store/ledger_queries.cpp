#include "ledger_queries.hpp"

#include "row_values.hpp"
#include "snapshots.hpp"

#include <quoin/codec/ssz.hpp>

#include <algorithm>
#include <limits>

namespace quoin::store::queries {

namespace {

const std::string select_blocks = "SELECT number, slot, root, parent_root, state_root, running_hash, proposer, "
                                  "time_ms, transactions, attestations, postings FROM blocks ";
const std::string posting_columns = "SELECT p.block, p.position, b.root, p.slot, p.era, d.account, c.account, "
                                    "p.amount, p.kind, p.reference ";
const std::string posting_joins = "p JOIN blocks b ON b.number = p.block JOIN balances d ON d.id = p.debit "
                                  "JOIN balances c ON c.id = p.credit ";
const std::string select_transactions = "SELECT block, position, slot, hash, sender, nonce, failure, fee_burned, "
                                        "fee_tip, body FROM transactions ";
const std::string select_evidence = "SELECT id, block, slot, root, kind, evidence FROM evidence ";
const std::string select_slashings = "SELECT block, position, slot, validator, offence, evidence, offence_era, taken, "
                                     "reward, reporter FROM slashings ";
const std::string select_events = "SELECT block, position, validator, kind, era FROM validator_events ";
const std::string select_rewards = "SELECT era, validator, block, source, target, head, proposer, penalty_missed, "
                                   "penalty_inactivity, ideal, commission FROM rewards ";

template <class T>
T decoded(ByteView bytes, const char* what) {
    Result<T> value = decode<T>(bytes);
    if (!value) {
        throw Corrupt("the database has a " + std::string(what) + " that does not decode: " + value.fault().text());
    }
    return std::move(*value);
}

ports::BlockRow block_row(const Query& row) {
    return {
        row.number(0),      Slot{row.number(1)},           row.bytes<Root>(2), row.bytes<Root>(3), row.bytes<Root>(4),
        row.bytes<Root>(5), ValidatorIndex{row.number(6)}, row.number(7),      row.number(8),      row.number(9),
        row.number(10)};
}

ports::PostingRow posting_row(const Query& row) {
    Posting posting;
    posting.slot = Slot{row.number(3)};
    posting.era = Era{row.number(4)};
    posting.debit = account_from_text(row.text(5));
    posting.credit = account_from_text(row.text(6));
    posting.amount = Amount{row.number(7)};
    posting.kind = posting_kind_from_text(row.text(8));
    posting.reference = row.is_null(9) ? Root{} : row.bytes<Root>(9);
    return {row.number(0), row.number(1), row.bytes<Root>(2), posting};
}

ports::TransactionRow transaction_row(const Query& row) {
    TransactionOutcome outcome;
    outcome.hash = row.bytes<Root>(3);
    outcome.sender = row.bytes<Address>(4);
    outcome.nonce = row.number(5);
    if (!row.is_null(6)) {
        outcome.failure = reason_from_text(row.text(6));
    }
    outcome.fee_burned = Amount{row.number(7)};
    outcome.fee_tip = Amount{row.number(8)};
    return {row.number(0), row.number(1), Slot{row.number(2)}, outcome,
            decoded<SignedTransaction>(row.blob(9), "transaction")};
}

engine::Evidence evidence_from(const std::string& kind, ByteView bytes) {
    if (kind == "proposer_slashing") {
        return decoded<ProposerSlashing>(bytes, "proposer slashing");
    }
    if (kind == "attester_slashing") {
        return decoded<AttesterSlashing>(bytes, "attester slashing");
    }
    throw Corrupt("the database has an unknown kind of evidence: " + kind);
}

ports::EvidenceRow evidence_row(const Query& row) {
    return {row.number(0), row.number(1), Slot{row.number(2)}, evidence_from(row.text(4), row.blob(5)),
            row.bytes<Root>(3)};
}

ports::SlashingRow slashing_row(const Query& row) {
    SlashingOutcome outcome;
    outcome.validator = ValidatorIndex{row.number(3)};
    outcome.offence = offence_from_text(row.text(4));
    outcome.evidence = row.bytes<Root>(5);
    outcome.offence_era = Era{row.number(6)};
    outcome.taken = Amount{row.number(7)};
    outcome.reward = Amount{row.number(8)};
    outcome.reporter = row.bytes<Address>(9);
    return {row.number(0), row.number(1), Slot{row.number(2)}, outcome};
}

ports::LifecycleRow lifecycle_row(const Query& row) {
    return {row.number(0), row.number(1),
            LifecycleEvent{ValidatorIndex{row.number(2)}, lifecycle_kind_from_text(row.text(3)), Era{row.number(4)}}};
}

ports::RewardRow reward_row(const Query& row) {
    ValidatorReward reward;
    reward.validator = ValidatorIndex{row.number(1)};
    reward.source = Amount{row.number(3)};
    reward.target = Amount{row.number(4)};
    reward.head = Amount{row.number(5)};
    reward.proposer = Amount{row.number(6)};
    reward.penalty_missed = Amount{row.number(7)};
    reward.penalty_inactivity = Amount{row.number(8)};
    reward.ideal = Amount{row.number(9)};
    reward.commission = Amount{row.number(10)};
    return {Era{row.number(0)}, row.number(2), reward};
}

template <class Row>
std::vector<Row> all(Query&& rows, Row (*read)(const Query&)) {
    std::vector<Row> found;
    while (rows.next()) {
        found.push_back(read(rows));
    }
    return found;
}

template <class Row>
std::optional<Row> first(Query&& rows, Row (*read)(const Query&)) {
    return rows.next() ? std::optional<Row>(read(rows)) : std::nullopt;
}

/// The position before the first row that a page holds.
struct After {
    std::uint64_t block = 0;
    std::uint64_t position = 0;

    /// Without a cursor -1 in SQL: before every block.
    explicit After(const Cursor& cursor)
        : block(cursor ? bound(cursor->block_number) : std::numeric_limits<std::uint64_t>::max()),
          position(cursor ? bound(cursor->index) : 0) {}
};

} // namespace

std::optional<ports::BlockRow> tip(Connection& db) {
    return first(db.query(select_blocks + "ORDER BY number DESC LIMIT 1"), block_row);
}

std::optional<ports::BlockRow> block_by_number(Connection& db, std::uint64_t number) {
    return first(db.query(select_blocks + "WHERE number = ?", number), block_row);
}

std::optional<ports::BlockRow> block_by_slot(Connection& db, Slot slot) {
    return first(db.query(select_blocks + "WHERE slot = ?", slot), block_row);
}

std::optional<ports::BlockRow> block_by_root(Connection& db, const Root& root) {
    return first(db.query(select_blocks + "WHERE root = ?", root), block_row);
}

std::vector<ports::BlockRow> blocks_after(Connection& db, std::uint64_t number, std::size_t limit) {
    return all(db.query(select_blocks + "WHERE number > ? ORDER BY number LIMIT ?", bound(number), bound(limit)),
               block_row);
}

std::optional<ByteVector> body(Connection& db, std::uint64_t number) {
    Query row = db.query("SELECT block FROM bodies WHERE number = ?", number);
    if (!row.next()) {
        return std::nullopt;
    }
    const ByteView bytes = row.blob(0);
    return ByteVector(bytes.begin(), bytes.end());
}

std::optional<SignedBlock> signed_block(Connection& db, std::uint64_t number) {
    Query row = db.query("SELECT block FROM bodies WHERE number = ?", number);
    if (!row.next()) {
        return std::nullopt;
    }
    return decoded<SignedBlock>(row.blob(0), "block");
}

std::vector<SignedBlock> signed_blocks(Connection& db, Slot from, std::uint64_t count, std::size_t limit) {
    const std::uint64_t end = bound(checked_add(from.value, count).value_or(~std::uint64_t{0}));
    Query rows = db.query("SELECT bodies.block FROM blocks JOIN bodies USING (number) "
                          "WHERE slot >= ? AND slot < ? ORDER BY slot LIMIT ?",
                          bound(from.value), end, bound(limit));
    std::vector<SignedBlock> blocks;
    while (rows.next()) {
        blocks.push_back(decoded<SignedBlock>(rows.blob(0), "block"));
    }
    return blocks;
}

std::vector<ports::PostingRow> postings_of_block(Connection& db, std::uint64_t number) {
    return all(
        db.query(posting_columns + "FROM postings " + posting_joins + "WHERE p.block = ? ORDER BY p.position", number),
        posting_row);
}

std::optional<ports::PostingRow> posting(Connection& db, std::uint64_t number, std::uint64_t index) {
    return first(db.query(posting_columns + "FROM postings " + posting_joins + "WHERE p.block = ? AND p.position = ?",
                          number, index),
                 posting_row);
}

std::vector<ports::PostingRow> postings_of_account(Connection& db, const std::string& account, const Cursor& after,
                                                   std::size_t limit) {
    std::uint64_t id = 0;
    {
        Query row = db.query("SELECT id FROM balances WHERE account = ?", account);
        if (!row.next()) {
            return {};
        }
        id = row.number(0);
    }
    const After start(after);
    Query rows = db.query("WITH mine AS (SELECT * FROM postings WHERE debit = ?1 AND (block, position) > (?2, ?3) "
                          "UNION ALL SELECT * FROM postings "
                          "WHERE credit = ?1 AND debit <> ?1 AND (block, position) > (?2, ?3) "
                          "ORDER BY block, position LIMIT ?4) " +
                              posting_columns + "FROM mine " + posting_joins + "ORDER BY p.block, p.position",
                          id, start.block, start.position, bound(limit));
    return all(std::move(rows), posting_row);
}

std::optional<ports::TransactionRow> transaction(Connection& db, const Root& hash) {
    return first(db.query(select_transactions + "WHERE hash = ?", hash), transaction_row);
}

std::vector<ports::TransactionRow> transactions_of_block(Connection& db, std::uint64_t number) {
    return all(db.query(select_transactions + "WHERE block = ? ORDER BY position", number), transaction_row);
}

std::vector<ports::TransactionRow> transactions_of_account(Connection& db, const Address& sender, const Cursor& after,
                                                           std::size_t limit) {
    const After start(after);
    return all(db.query(select_transactions + "WHERE sender = ? AND (block, position) > (?, ?) "
                                              "ORDER BY block, position LIMIT ?",
                        sender, start.block, start.position, bound(limit)),
               transaction_row);
}

std::vector<ports::EvidenceRow> evidence_after(Connection& db, std::uint64_t id, std::size_t limit) {
    return all(db.query(select_evidence + "WHERE id > ? ORDER BY id LIMIT ?", bound(id), bound(limit)), evidence_row);
}

std::vector<ports::EvidenceRow> evidence_of_block(Connection& db, std::uint64_t number) {
    return all(db.query(select_evidence + "WHERE block = ? ORDER BY id", number), evidence_row);
}

std::optional<ports::EvidenceRow> evidence(Connection& db, const Root& evidence_root) {
    return first(db.query(select_evidence + "WHERE root = ? ORDER BY id LIMIT 1", evidence_root), evidence_row);
}

std::vector<ports::SlashingRow> slashings_of_block(Connection& db, std::uint64_t number) {
    return all(db.query(select_slashings + "WHERE block = ? ORDER BY position", number), slashing_row);
}

std::vector<ports::SlashingRow> slashings_of_validator(Connection& db, ValidatorIndex validator) {
    return all(db.query(select_slashings + "WHERE validator = ? ORDER BY block, position", validator), slashing_row);
}

std::vector<ports::SlashingRow> slashings_after(Connection& db, const Cursor& after, std::size_t limit) {
    const After start(after);
    return all(db.query(select_slashings + "WHERE (block, position) > (?, ?) ORDER BY block, position LIMIT ?",
                        start.block, start.position, bound(limit)),
               slashing_row);
}

std::vector<ports::LifecycleRow> lifecycle_of_block(Connection& db, std::uint64_t number) {
    return all(db.query(select_events + "WHERE block = ? ORDER BY position", number), lifecycle_row);
}

std::vector<ports::LifecycleRow> lifecycle_of_validator(Connection& db, ValidatorIndex validator) {
    return all(db.query(select_events + "WHERE validator = ? ORDER BY block, position", validator), lifecycle_row);
}

std::vector<ports::RewardRow> rewards_of_block(Connection& db, std::uint64_t number) {
    return all(db.query(select_rewards + "WHERE block = ? ORDER BY era, validator", number), reward_row);
}

std::vector<ports::RewardRow> rewards_of_validator(Connection& db, ValidatorIndex validator, Era from, Era to,
                                                   std::size_t limit) {
    return all(db.query(select_rewards + "WHERE validator = ? AND era >= ? AND era <= ? ORDER BY era LIMIT ?",
                        validator, bound(from.value), bound(to.value), bound(limit)),
               reward_row);
}

std::vector<ports::BalanceRow> balances(Connection& db, const std::string& after_account, std::size_t limit) {
    Query rows = db.query("SELECT account, balance FROM balances WHERE account > ? ORDER BY account LIMIT ?",
                          after_account, bound(limit));
    std::vector<ports::BalanceRow> found;
    while (rows.next()) {
        found.push_back({rows.text(0), rows.text(1)});
    }
    return found;
}

std::optional<LedgerRecord> record(Connection& db, std::uint64_t number) {
    const std::optional<ports::BlockRow> row = block_by_number(db, number);
    std::optional<ByteVector> bytes = body(db, number);
    if (!row || !bytes) {
        return std::nullopt;
    }
    LedgerRecord found;
    found.row = *row;
    found.body = std::move(*bytes);
    found.postings = postings_of_block(db, number);
    found.transactions = transactions_of_block(db, number);
    found.evidence = evidence_of_block(db, number);
    found.slashings = slashings_of_block(db, number);
    found.lifecycle = lifecycle_of_block(db, number);
    found.rewards = rewards_of_block(db, number);
    return found;
}

std::optional<ports::LedgerStore::StateSnapshot> snapshot_at_or_below(Connection& db, std::uint64_t number) {
    const std::optional<std::uint64_t> found = snapshots::newest_at_or_below(db, number);
    if (!found) {
        return std::nullopt;
    }
    std::optional<snapshots::Read> snapshot = snapshots::get(db, *found);
    const std::optional<ports::BlockRow> row = block_by_number(db, *found);
    if (!snapshot || !row || snapshot->root != row->state_root) {
        throw Corrupt("the state snapshot of block " + std::to_string(*found) +
                      " does not have the block's state root");
    }
    return ports::LedgerStore::StateSnapshot{*found, row->root, std::move(snapshot->state)};
}

} // namespace quoin::store::queries
