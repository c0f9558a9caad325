#include "database_file.hpp"
#include "finalized_chain.hpp"
#include "folder.hpp"
#include "ledger_queries.hpp"

#include <quoin/base/random.hpp>
#include <quoin/store/audit.hpp>
#include <quoin/store/store.hpp>

#include <atomic>
#include <thread>

namespace quoin::store::test {
namespace {

class Audit : public testing::Test {
protected:
    /// A ledger with all its blocks in the file itself, made once.
    static void SetUpTestSuite() {
        folder_ = new Folder;
        const auto ledger = opened(open_ledger_store(*folder_ / "whole.db", sample_chain()));
        ledger->append(finalized_chain());
        Connection(*folder_ / "whole.db", SQLite::OPEN_READWRITE).script("PRAGMA wal_checkpoint(TRUNCATE)");
    }
    static void TearDownTestSuite() {
        delete folder_;
        folder_ = nullptr;
    }

    static std::string copy() {
        copy_database(*folder_ / "whole.db", *folder_ / "copy.db");
        return *folder_ / "copy.db";
    }

    static AuditReport audit(const std::string& path) { return opened(audit_ledger(path, sample_chain())); }

    /// Changes a copy by SQL, triggers out of the way, and audits it.
    static AuditReport audit_after(const std::string& sql) {
        const std::string path = copy();
        {
            Connection db(path, SQLite::OPEN_READWRITE);
            std::string triggers;
            {
                Query rows = db.query("SELECT group_concat('DROP TRIGGER ' || name, ';'), group_concat(sql, ';') "
                                      "FROM sqlite_schema WHERE type = 'trigger'");
                rows.next();
                triggers = rows.text(1);
                const std::string drop = rows.text(0);
                rows.next();
                db.script(drop);
            }
            db.script(sql);
            EXPECT_GT(db.database().getTotalChanges(), 0) << sql;
            db.script(triggers);
        }
        return audit(path);
    }

    static Folder* folder_;
};
Folder* Audit::folder_ = nullptr;

TEST_F(Audit, of_a_whole_ledger_is_clean) {
    std::uint64_t done = 0;
    const auto report = opened(audit_ledger(copy(), sample_chain(), [&](std::uint64_t now, std::uint64_t total) {
        EXPECT_LE(now, total);
        done = now;
    }));
    for (const AuditFinding& finding : report.findings) {
        ADD_FAILURE() << finding.message;
    }
    EXPECT_EQ(done, finalized_blocks);
    EXPECT_EQ(report.blocks, finalized_blocks);
    EXPECT_EQ(report.tip_number, finalized_blocks - 1);
    EXPECT_EQ(report.tip_root, finalized_chain().back().root);
    EXPECT_GT(report.postings, 600U);
    EXPECT_GT(report.accounts, 20U);
    EXPECT_EQ(report.snapshots, 5U);
}

TEST_F(Audit, of_an_empty_ledger_is_clean) {
    ASSERT_TRUE(open_ledger_store(*folder_ / "empty.db", sample_chain()));
    const AuditReport report = audit(*folder_ / "empty.db");
    EXPECT_TRUE(report.clean());
    EXPECT_FALSE(report.tip_number);
}

TEST_F(Audit, works_while_a_node_writes) {
    const std::string path = *folder_ / "live.db";
    const auto ledger = opened(open_ledger_store(path, sample_chain()));
    std::atomic<bool> written = false;
    std::thread writer([&] {
        for (const ports::FinalizedBlock& block : finalized_chain()) {
            ledger->append(std::span(&block, 1));
        }
        written = true;
    });
    std::size_t audits = 0;
    while (!written) {
        const AuditReport report = audit(path);
        EXPECT_TRUE(report.clean()) << report.findings.front().message;
        ++audits;
    }
    writer.join();
    EXPECT_EQ(audit(path).blocks, finalized_blocks);
    EXPECT_GT(audits, 1U);
}

TEST_F(Audit, names_the_first_posting_that_differs) {
    const AuditReport changed =
        audit_after("UPDATE postings SET amount = amount + 1 WHERE block = 40 AND position IN (1, 2)");
    ASSERT_FALSE(changed.clean());
    EXPECT_EQ(changed.findings[0].block_number, 40U);
    EXPECT_EQ(changed.findings[0].posting, 1U);
    EXPECT_NE(changed.findings[0].message.find("must be"), std::string::npos) << changed.findings[0].message;

    const AuditReport gone = audit_after("DELETE FROM postings WHERE block = 41 AND position = 0");
    ASSERT_FALSE(gone.clean());
    EXPECT_EQ(gone.findings[0].block_number, 41U);
    EXPECT_EQ(gone.findings[0].posting, 0U);

    const AuditReport added =
        audit_after("INSERT INTO postings SELECT block, 999, slot, era, debit, credit, amount, kind, reference "
                    "FROM postings WHERE block = 42 AND position = 0");
    ASSERT_FALSE(added.clean());
    EXPECT_EQ(added.findings[0].block_number, 42U);

    const AuditReport first = audit_after("UPDATE postings SET amount = amount + 1 WHERE block = 0 AND position = 3");
    EXPECT_EQ(first.findings.at(0).block_number, 0U);
    EXPECT_EQ(first.findings.at(0).posting, 3U);
}

TEST_F(Audit, finds_an_edit_of_any_column_of_any_table) {
    const std::vector<std::string> edits{
        "UPDATE blocks SET slot = slot + 100000 WHERE number = 50",
        "UPDATE blocks SET root = zeroblob(32) WHERE number = 50",
        "UPDATE blocks SET parent_root = zeroblob(32) WHERE number = 50",
        "UPDATE blocks SET state_root = zeroblob(32) WHERE number = 50",
        "UPDATE blocks SET running_hash = zeroblob(32) WHERE number = 50",
        "UPDATE blocks SET running_hash = zeroblob(31) WHERE number = 50",
        "UPDATE blocks SET proposer = proposer + 1 WHERE number = 50",
        "UPDATE blocks SET time_ms = time_ms + 1 WHERE number = 50",
        "UPDATE blocks SET transactions = transactions + 1 WHERE number = 50",
        "UPDATE blocks SET attestations = attestations + 1 WHERE number = 50",
        "UPDATE blocks SET postings = postings + 1 WHERE number = 50",
        "DELETE FROM blocks WHERE number = 50",
        "DELETE FROM blocks WHERE number = 169",
        "UPDATE bodies SET block = zeroblob(100) WHERE number = 50",
        "DELETE FROM bodies WHERE number = 50",
        "UPDATE balances SET balance = balance + 1 WHERE account = 'burned'",
        "UPDATE balances SET account = 'stake:77' WHERE account = 'stake:1'",
        "UPDATE balances SET account = 'stake:nobody' WHERE account = 'stake:1'",
        "DELETE FROM balances WHERE account = 'stake:2'",
        "INSERT INTO balances (account, balance) VALUES ('stake:55', '0')",
        "UPDATE postings SET kind = 'dust' WHERE block = 50 AND position = 0",
        "UPDATE postings SET kind = 'gift' WHERE block = 50 AND position = 0",
        "UPDATE postings SET reference = zeroblob(32) WHERE block = 50 AND position = 0 AND reference IS NOT NULL",
        "UPDATE postings SET debit = credit, credit = debit WHERE block = 50 AND position = 0",
        "UPDATE postings SET credit = 99999 WHERE block = 50 AND position = 0",
        "UPDATE postings SET era = era + 1 WHERE block = 50 AND position = 0",
        "UPDATE postings SET slot = slot + 1 WHERE block = 50 AND position = 0",
        "UPDATE transactions SET hash = randomblob(32) WHERE block = (SELECT max(block) FROM transactions)",
        "UPDATE transactions SET sender = zeroblob(20) WHERE block = 100",
        "UPDATE transactions SET nonce = nonce + 1 WHERE block = 100",
        "UPDATE transactions SET failure = 'MALFORMED' WHERE block = 100",
        "UPDATE transactions SET failure = 'BAD_MOOD' WHERE block = 100",
        "UPDATE transactions SET fee_burned = fee_burned + 1 WHERE block = 100",
        "UPDATE transactions SET fee_tip = fee_tip + 1 WHERE block = 100",
        "UPDATE transactions SET body = zeroblob(9) WHERE block = 100",
        "UPDATE transactions SET block = 1000 WHERE block = 100",
        "DELETE FROM transactions WHERE block = 100",
        "UPDATE evidence SET id = 2",
        "UPDATE evidence SET root = zeroblob(32)",
        "UPDATE evidence SET kind = 'attester_slashing'",
        "UPDATE evidence SET slot = slot + 1",
        "DELETE FROM evidence",
        "UPDATE slashings SET validator = 0",
        "UPDATE slashings SET offence = 'surround_vote'",
        "UPDATE slashings SET taken = taken + 1",
        "UPDATE slashings SET reward = reward + 1",
        "UPDATE slashings SET reporter = zeroblob(20)",
        "UPDATE slashings SET offence_era = offence_era + 1",
        "DELETE FROM slashings",
        "UPDATE validator_events SET kind = 'ejected'",
        "UPDATE validator_events SET era = era + 1",
        "DELETE FROM validator_events WHERE validator = 3",
        "UPDATE rewards SET source = source + 1 WHERE era = 5 AND validator = 1",
        "UPDATE rewards SET ideal = ideal + 1 WHERE era = 5 AND validator = 1",
        "UPDATE rewards SET block = block + 1 WHERE era = 5 AND validator = 1",
        "UPDATE rewards SET era = 500 WHERE era = 5 AND validator = 1",
        "DELETE FROM rewards WHERE era = 5 AND validator = 1",
        "UPDATE states SET state = zeroblob(100) WHERE block = (SELECT max(block) FROM states)",
        "UPDATE states SET state = (SELECT state FROM states WHERE block = 0), bytes = (SELECT bytes FROM states WHERE "
        "block = 0) WHERE block = (SELECT max(block) FROM states)",
        "UPDATE states SET block = 1000 WHERE block = (SELECT max(block) FROM states)",
    };
    for (const std::string& edit : edits) {
        EXPECT_FALSE(audit_after(edit).clean()) << edit;
    }
}

TEST_F(Audit, finds_a_change_of_the_tables_themselves) {
    for (const char* change : {"DROP INDEX postings_by_debit", "DROP TRIGGER blocks_stay", "DROP TABLE slashings",
                               "CREATE TABLE cats (name TEXT)", "ALTER TABLE rewards RENAME COLUMN ideal TO best"}) {
        const std::string path = copy();
        Connection(path, SQLite::OPEN_READWRITE).script(change);
        EXPECT_FALSE(audit(path).clean()) << change;
    }
}

TEST_F(Audit, refuses_what_it_can_not_read_as_a_ledger_of_this_chain) {
    EXPECT_EQ(audit_ledger(*folder_ / "none.db", sample_chain()).fault().reason, Reason::data_folder_invalid);
    Chain other = sample_chain();
    other.genesis_root[5] ^= 1;
    EXPECT_EQ(audit_ledger(copy(), other).fault().reason, Reason::wrong_genesis);
    const std::string path = copy();
    Connection(path, SQLite::OPEN_READWRITE).script("PRAGMA user_version = 9");
    EXPECT_EQ(audit_ledger(path, sample_chain()).fault().reason, Reason::newer_schema);
}

/// Every row of every table, read along the table and along each of its indices; nothing when the file does not read.
std::optional<std::string> everything_in(const std::string& path) {
    try {
        Connection db(path, SQLite::OPEN_READONLY);
        std::string dump = schema_of(db);
        std::vector<std::string> tables;
        for (Query rows = db.query("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"); rows.next();) {
            tables.push_back(rows.text(0));
        }
        for (const std::string& table : tables) {
            SQLite::Statement rows(db.database(), "SELECT * FROM " + table);
            while (rows.executeStep()) {
                for (int i = 0; i < rows.getColumnCount(); ++i) {
                    const SQLite::Column value = rows.getColumn(i);
                    dump += std::to_string(value.getType()) + ':';
                    dump.append(static_cast<const char*>(value.getBlob()), static_cast<std::size_t>(value.getBytes()));
                }
            }
        }
        return dump;
    } catch (const std::exception&) {
        return std::nullopt;
    }
}

TEST_F(Audit, of_200_flipped_bits_each_is_found_or_harmless) {
    const std::optional<std::string> whole = everything_in(copy());
    ASSERT_TRUE(whole);
    const std::vector<char> image = read_file(copy());
    const std::uint64_t seed = 20'240'917;
    SeededRandom random(seed);
    std::size_t found = 0;
    for (int round = 0; round < 200; ++round) {
        std::vector<char> flipped = image;
        const std::uint64_t bit = random.below(image.size() * 8);
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
        const std::string path = *folder_ / "flipped.db";
        copy_database(*folder_ / "nothing.db", path);
        write_file(path, flipped);
        const Result<AuditReport> report = audit_ledger(path, sample_chain());
        if (!report || !report->clean()) {
            ++found;
        } else {
            EXPECT_TRUE(everything_in(path) == whole) << "seed " << seed << ", bit " << bit << " went unseen";
        }
    }
    RecordProperty("found", static_cast<int>(found));
    EXPECT_GT(found, 120U);
}

TEST_F(Audit, of_truncated_files_each_is_found) {
    const std::vector<char> image = read_file(copy());
    for (std::size_t cut = 1; cut <= 20; ++cut) {
        const std::string path = *folder_ / "cut.db";
        write_file(path, {image.begin(), image.end() - static_cast<std::ptrdiff_t>(image.size() / 21 * cut)});
        const Result<AuditReport> report = audit_ledger(path, sample_chain());
        EXPECT_TRUE(!report || !report->clean()) << cut;
    }
}

} // namespace
} // namespace quoin::store::test
