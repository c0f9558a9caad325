#include "ledger_writer.hpp"

#include "ledger_queries.hpp"
#include "row_values.hpp"
#include "snapshots.hpp"

#include <quoin/base/assert.hpp>
#include <quoin/codec/ssz.hpp>
#include <quoin/types/clock.hpp>

#include <map>

namespace quoin::store {

namespace {

/// The accounts that a batch touches, read once and written once.
class BatchBalances {
public:
    explicit BatchBalances(Connection& db) : db_(db) {}

    /// Moves the amount and tells the numbers of both accounts.
    std::pair<std::uint64_t, std::uint64_t> move(const Posting& posting) {
        Account& debit = find(posting.debit);
        Account& credit = find(posting.credit);
        debit.balance -= Int128{posting.amount.value};
        credit.balance += Int128{posting.amount.value};
        return {debit.id, credit.id};
    }

    void write() {
        const std::string issuance = LedgerAccount::issuance().text();
        for (const auto& [name, account] : accounts_) {
            QUOIN_ASSERT(account.balance >= 0 || name == issuance, "L4");
            db_.run("UPDATE balances SET balance = ? WHERE id = ?", signed_decimal(account.balance), account.id);
        }
    }

private:
    struct Account {
        std::uint64_t id = 0;
        Int128 balance = 0;
    };

    Account& find(const LedgerAccount& account) {
        const std::string name = account.text();
        const auto known = accounts_.find(name);
        return known != accounts_.end() ? known->second : accounts_.emplace(name, load(name)).first->second;
    }

    Account load(const std::string& name) {
        {
            Query row = db_.query("SELECT id, balance FROM balances WHERE account = ?", name);
            if (row.next()) {
                return {row.number(0), signed_from_decimal(row.text(1))};
            }
        }
        db_.run("INSERT INTO balances (account, balance) VALUES (?, '0')", name);
        return {static_cast<std::uint64_t>(db_.database().getLastInsertRowid()), 0};
    }

    Connection& db_;
    std::map<std::string, Account> accounts_;
};

void insert_block(Connection& db, const LedgerRecord& record) {
    const ports::BlockRow& row = record.row;
    db.run("INSERT INTO blocks (number, slot, root, parent_root, state_root, running_hash, proposer, time_ms, "
           "transactions, attestations, postings) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
           row.number, row.slot, row.root, row.parent_root, row.state_root, row.running_hash, row.proposer, row.time_ms,
           row.transactions, row.attestations, row.postings);
    db.run("INSERT INTO bodies (number, block) VALUES (?, ?)", row.number, record.body);
}

void insert_postings(Connection& db, const LedgerRecord& record, BatchBalances& balances) {
    for (const auto& [block, position, root, posting] : record.postings) {
        const auto [debit, credit] = balances.move(posting);
        const std::optional<Root> reference =
            posting.reference.is_zero() ? std::nullopt : std::optional(posting.reference);
        db.run("INSERT INTO postings (block, position, slot, era, debit, credit, amount, kind, reference) "
               "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
               block, position, posting.slot, posting.era, debit, credit, posting.amount,
               std::string(to_string(posting.kind)), reference);
    }
}

void insert_transactions(Connection& db, const LedgerRecord& record) {
    for (const auto& [block, position, slot, outcome, transaction] : record.transactions) {
        const std::optional<std::string> failure =
            outcome.failure ? std::optional(std::string(to_string(*outcome.failure))) : std::nullopt;
        db.run("INSERT INTO transactions (block, position, slot, hash, sender, nonce, failure, fee_burned, fee_tip, "
               "body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
               block, position, slot, outcome.hash, outcome.sender, outcome.nonce, failure, outcome.fee_burned,
               outcome.fee_tip, encode(transaction));
    }
}

void insert_evidence(Connection& db, const LedgerRecord& record) {
    for (const auto& [id, block, slot, evidence, root] : record.evidence) {
        const bool of_proposer = std::holds_alternative<ProposerSlashing>(evidence);
        db.run("INSERT INTO evidence (id, block, slot, root, kind, evidence) VALUES (?, ?, ?, ?, ?, ?)", id, block,
               slot, root, std::string(of_proposer ? "proposer_slashing" : "attester_slashing"),
               evidence_bytes(evidence));
    }
}

void insert_slashings(Connection& db, const LedgerRecord& record) {
    for (const auto& [block, position, slot, outcome] : record.slashings) {
        db.run("INSERT INTO slashings (block, position, slot, validator, offence, evidence, offence_era, taken, "
               "reward, reporter) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
               block, position, slot, outcome.validator, std::string(to_string(outcome.offence)), outcome.evidence,
               outcome.offence_era, outcome.taken, outcome.reward, outcome.reporter);
    }
}

void insert_lifecycle(Connection& db, const LedgerRecord& record) {
    for (const auto& [block, position, event] : record.lifecycle) {
        db.run("INSERT INTO validator_events (block, position, validator, kind, era) VALUES (?, ?, ?, ?, ?)", block,
               position, event.validator, std::string(to_string(event.kind)), event.era);
    }
}

void insert_rewards(Connection& db, const LedgerRecord& record) {
    for (const auto& [era, block, reward] : record.rewards) {
        db.run("INSERT INTO rewards (era, validator, block, source, target, head, proposer, penalty_missed, "
               "penalty_inactivity, ideal, commission) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
               era, reward.validator, block, reward.source, reward.target, reward.head, reward.proposer,
               reward.penalty_missed, reward.penalty_inactivity, reward.ideal, reward.commission);
    }
}

void insert(Connection& db, const LedgerRecord& record, BatchBalances& balances) {
    insert_block(db, record);
    insert_postings(db, record, balances);
    insert_transactions(db, record);
    insert_evidence(db, record);
    insert_slashings(db, record);
    insert_lifecycle(db, record);
    insert_rewards(db, record);
}

std::uint64_t next_evidence_id(Connection& db) {
    Query row = db.query("SELECT coalesce(max(id), 0) + 1 FROM evidence");
    row.next();
    return row.number(0);
}

void check_follows(const std::optional<ports::BlockRow>& last, const ports::FinalizedBlock& block) {
    QUOIN_ASSERT(block.number == (last ? last->number + 1 : 0), "finalized blocks are numbered without gaps");
    QUOIN_ASSERT(!last || block.block.message.parent_root == last->root, "finalized blocks follow on one another");
    QUOIN_ASSERT(!last || block.block.message.slot > last->slot, "finalized blocks ascend by slot");
}

} // namespace

void append_to_ledger(Connection& db, const Chain& chain, std::span<const ports::FinalizedBlock> blocks) {
    Transaction transaction(db, Transaction::Kind::write);
    BatchBalances balances(db);
    std::optional<ports::BlockRow> last = queries::tip(db);
    for (const ports::FinalizedBlock& block : blocks) {
        check_follows(last, block);
        LedgerRecord record = record_of(block, next_evidence_id(db));
        record.row.running_hash = running_hash(last ? last->running_hash : chain.genesis_root, record);
        insert(db, record, balances);
        if (!last || era_of(chain.spec(), record.row.slot) > era_of(chain.spec(), last->slot)) {
            snapshots::put(db, block.number, *block.post_state);
        }
        last = record.row;
    }
    balances.write();
    transaction.commit();
}

} // namespace quoin::store
