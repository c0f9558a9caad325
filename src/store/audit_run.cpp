#include "audit_run.hpp"

#include "database_file.hpp"
#include "ledger_queries.hpp"
#include "row_values.hpp"
#include "snapshots.hpp"

#include <quoin/codec/ssz.hpp>
#include <quoin/staking/report.hpp>
#include <quoin/transition/transition.hpp>

#include <stdexcept>
#include <utility>

namespace quoin::store {

namespace {

constexpr std::uint64_t progress_every_blocks = 256;

std::string text_of(const Posting& posting) {
    return posting.debit.text() + " -> " + posting.credit.text() + " " + std::to_string(posting.amount.value) + " (" +
           std::string(to_string(posting.kind)) + ", slot " + std::to_string(posting.slot.value) + ")";
}

void keep_nonzero(AccountSums& sums, const LedgerAccount& account, Int128 balance) {
    if (balance != 0) {
        sums[account.text()] = balance;
    }
}

} // namespace

AccountSums sums_of(const State& state) {
    AccountSums sums;
    for (const Account& account : state.accounts) {
        keep_nonzero(sums, LedgerAccount::of(account.address), account.balance.value);
    }
    for (std::size_t i = 0; i < state.tokens.size(); ++i) {
        const PoolKey pool{PoolKey::Kind::stake, ValidatorIndex{i}, Era{0}, 0};
        keep_nonzero(sums, LedgerAccount::of(pool), state.tokens[i].value);
    }
    for (const SidePool& pool : state.side_pools) {
        keep_nonzero(sums, LedgerAccount::of(pool.key), pool.tokens.value);
    }
    keep_nonzero(sums, LedgerAccount::issuance(), -static_cast<Int128>(state.issued));
    keep_nonzero(sums, LedgerAccount::burned(), static_cast<Int128>(state.burned));
    return sums;
}

std::optional<std::string> first_difference(const AccountSums& postings, const AccountSums& other, const char* name) {
    const auto told = [&](const std::string& account, Int128 summed, Int128 held) {
        return account + " is " + signed_decimal(summed) + " by its postings and " + signed_decimal(held) + " by " +
               name;
    };
    for (const auto& [account, balance] : postings) {
        const auto found = other.find(account);
        const Int128 held = found == other.end() ? 0 : found->second;
        if (held != balance) {
            return told(account, balance, held);
        }
    }
    for (const auto& [account, balance] : other) {
        if (balance != 0 && !postings.contains(account)) {
            return told(account, 0, balance);
        }
    }
    return std::nullopt;
}

template <class Check>
void AuditRun::guarded(std::optional<std::uint64_t> number, const Check& check) {
    try {
        check();
    } catch (const std::runtime_error& problem) {
        add_finding({number, std::nullopt, std::string("the file does not read: ") + problem.what()});
    }
}

AuditReport AuditRun::run() {
    guarded(std::nullopt, [&] { check_file(); });
    guarded(std::nullopt, [&] { check_blocks(); });
    guarded(std::nullopt, [&] { check_balances(); });
    guarded(std::nullopt, [&] { check_row_counts(); });
    return std::move(report_);
}

void AuditRun::check_file() {
    if (schema_of(db_) != expected_schema(ledger_file)) {
        add_finding({std::nullopt, std::nullopt, "the tables are not those that the migrations make"});
    }
    Query complaints = db_.query("PRAGMA integrity_check(8)");
    while (complaints.next()) {
        if (complaints.text(0) != "ok") {
            add_finding({std::nullopt, std::nullopt, "SQLite finds the file damaged: " + complaints.text(0)});
        }
    }
}

void AuditRun::check_blocks() {
    const std::optional<ports::BlockRow> tip = queries::tip(db_);
    if (!tip) {
        return;
    }
    report_.tip_number = tip->number;
    report_.tip_root = tip->root;
    for (std::uint64_t number = 0; number <= tip->number; ++number) {
        if (report_.findings.size() >= audit_findings_max) {
            return; // a number gone wild must not keep us here
        }
        guarded(number, [&] { check_block(number); });
        if (progress_ && (number % progress_every_blocks == 0 || number == tip->number)) {
            progress_(number + 1, tip->number + 1);
        }
    }
}

void AuditRun::check_block(std::uint64_t number) {
    const std::optional<ports::BlockRow> before = std::exchange(previous_, std::nullopt);
    const std::optional<LedgerRecord> record = read_record(number);
    if (!record) {
        previous_ = queries::block_by_number(db_, number);
        return;
    }
    previous_ = record->row;
    ++report_.blocks;
    check_links(*record, before);
    check_body(*record);
    check_hash(*record, before);
    add_postings(*record);
    check_snapshot(number);
}

std::optional<LedgerRecord> AuditRun::read_record(std::uint64_t number) {
    try {
        std::optional<LedgerRecord> record = queries::record(db_, number);
        if (!record) {
            add_finding(number, "the block is missing");
        }
        return record;
    } catch (const std::runtime_error& problem) {
        add_differing(number, std::string("its rows do not read: ") + problem.what());
        return std::nullopt;
    }
}

void AuditRun::check_links(const LedgerRecord& record, const std::optional<ports::BlockRow>& before) {
    const ports::BlockRow& row = record.row;
    if (row.number == 0) {
        return;
    }
    if (!before || row.parent_root != before->root) {
        add_finding(row.number, "its parent is not the block before it");
    } else if (row.slot <= before->slot) {
        add_finding(row.number, "its slot is not above that of the block before it");
    }
}

void AuditRun::check_body(const LedgerRecord& record) {
    const ports::BlockRow& row = record.row;
    const Result<SignedBlock> block = decode<SignedBlock>(record.body);
    if (!block) {
        return add_finding(row.number, "its body does not decode: " + block.fault().text());
    }
    const Block& message = block->message;
    const BlockBody& body = message.body;
    const bool same = hash_tree_root(message) == row.root && message.slot == row.slot &&
                      message.parent_root == row.parent_root && message.state_root == row.state_root &&
                      message.proposer_index == row.proposer && message.time_ms == row.time_ms;
    const bool counted = body.transactions.size() == row.transactions && body.attestations.size() == row.attestations &&
                         row.transactions == record.transactions.size() && row.postings == record.postings.size();
    if (!same || !counted) {
        add_differing(row.number, same ? "its rows are not as many as it says" : "its row is not that of its body");
    }
}

void AuditRun::check_hash(const LedgerRecord& record, const std::optional<ports::BlockRow>& before) {
    const std::uint64_t number = record.row.number;
    if (number > 0 && !before) {
        return; // said already: the block before it is missing
    }
    const Root& previous = number == 0 ? chain_.genesis_root : before->running_hash;
    if (running_hash(previous, record) != record.row.running_hash) {
        add_differing(number, "its rows are not those that the running hash was taken of");
    }
    report_.running_hash = record.row.running_hash;
}

void AuditRun::add_postings(const LedgerRecord& record) {
    for (const ports::PostingRow& row : record.postings) {
        sums_[row.posting.debit.text()] -= Int128{row.posting.amount.value};
        sums_[row.posting.credit.text()] += Int128{row.posting.amount.value};
    }
    report_.postings += record.postings.size();
    rows_read_["blocks"] += 1;
    rows_read_["bodies"] += 1;
    rows_read_["postings"] += record.postings.size();
    rows_read_["transactions"] += record.transactions.size();
    rows_read_["evidence"] += record.evidence.size();
    rows_read_["slashings"] += record.slashings.size();
    rows_read_["validator_events"] += record.lifecycle.size();
    rows_read_["rewards"] += record.rewards.size();
}

void AuditRun::check_snapshot(std::uint64_t number) {
    const std::optional<snapshots::Read> snapshot = snapshots::get(db_, number);
    if (!snapshot) {
        return;
    }
    ++report_.snapshots;
    ++rows_read_["states"];
    if (snapshot->root != previous_->state_root) {
        add_finding(number, "its state snapshot does not have its state root");
    } else if (const auto difference = first_difference(sums_, sums_of(snapshot->state), "its state snapshot")) {
        add_finding(number, *difference);
    }
}

void AuditRun::check_balances() {
    AccountSums held;
    Query rows = db_.query("SELECT account, balance FROM balances");
    while (rows.next()) {
        held[rows.text(0)] = signed_from_decimal(rows.text(1));
    }
    report_.accounts = held.size();
    rows_read_["balances"] = sums_.size();
    if (const auto difference = first_difference(sums_, held, "the table of balances")) {
        add_finding({std::nullopt, std::nullopt, *difference});
    }
    Int128 total = 0;
    for (const auto& [account, balance] : held) {
        total += balance;
        if (balance < 0 && account != LedgerAccount::issuance().text()) {
            add_finding({std::nullopt, std::nullopt, account + " is below zero"});
        }
    }
    if (total != 0) {
        add_finding({std::nullopt, std::nullopt, "all balances together are " + signed_decimal(total) + ", not zero"});
    }
}

void AuditRun::check_row_counts() {
    rows_read_["identity"] = 1;
    for (const auto& [table, read] : rows_read_) {
        const auto held = static_cast<std::uint64_t>(
            db_.database().execAndGet("SELECT count(*) FROM " + table + " NOT INDEXED").getInt64());
        if (held != read) {
            add_finding({std::nullopt, std::nullopt,
                         "the table of " + table + " has " + std::to_string(held) + " rows, of which " +
                             std::to_string(read) + " belong to its blocks"});
        }
    }
}

std::vector<Posting> AuditRun::postings_again(std::uint64_t number) {
    const transition::GenesisResult genesis = transition::make_genesis(chain_);
    if (number == 0) {
        return staking::postings_of(genesis.effects);
    }
    SealedState state = genesis.state;
    std::uint64_t from = 0;
    if (auto snapshot = queries::snapshot_at_or_below(db_, number - 1)) {
        from = snapshot->block_number;
        state = share_sealed(std::move(snapshot->state));
    }
    for (std::uint64_t next = from + 1;; ++next) {
        const std::optional<SignedBlock> block = queries::signed_block(db_, next);
        if (!block) {
            throw Corrupt("block " + std::to_string(next) + " is missing");
        }
        Result<transition::Applied> applied = transition::apply_block(chain_, *state, *block);
        if (!applied) {
            throw Corrupt("block " + std::to_string(next) + " does not apply: " + applied.fault().text());
        }
        if (next == number) {
            return staking::postings_of(applied->effects);
        }
        state = applied->state;
    }
}

std::optional<std::pair<std::uint64_t, std::string>> AuditRun::first_differing_posting(std::uint64_t number) {
    const std::vector<Posting> expected = postings_again(number);
    for (std::uint64_t i = 0; i < expected.size(); ++i) {
        std::string found = "unreadable";
        try {
            const std::optional<ports::PostingRow> row = queries::posting(db_, number, i);
            if (row && row->posting == expected[i]) {
                continue;
            }
            found = row ? text_of(row->posting) : "missing";
        } catch (const std::runtime_error&) {}
        return std::pair(i, "posting " + std::to_string(i) + " is " + found + ", must be " + text_of(expected[i]));
    }
    if (const auto extra = queries::posting(db_, number, expected.size())) {
        return std::pair(extra->index, "posting " + std::to_string(extra->index) + " is one too many");
    }
    return std::nullopt;
}

void AuditRun::add_differing(std::uint64_t number, const std::string& message) {
    std::optional<std::pair<std::uint64_t, std::string>> posting;
    std::string detail;
    try {
        posting = first_differing_posting(number);
        detail = posting ? "; " + posting->second : "; its postings are as they must be";
    } catch (const std::runtime_error& problem) {
        detail = std::string("; its postings can not be derived again: ") + problem.what();
    }
    add_finding({number, posting ? std::optional(posting->first) : std::nullopt, message + detail});
}

void AuditRun::add_finding(AuditFinding finding) {
    if (report_.findings.size() < audit_findings_max) {
        report_.findings.push_back(std::move(finding));
    }
}

} // namespace quoin::store
