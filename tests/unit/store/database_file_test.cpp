#include "database_file.hpp"
#include "finalized_chain.hpp"
#include "folder.hpp"

#include <quoin/store/audit.hpp>
#include <quoin/store/store.hpp>

namespace quoin::store::test {
namespace {

/// The kinds of file, opened as a node opens them: the fault, or none.
std::optional<Fault> fault_at_open(const FileKind& kind, const std::string& path, const Chain& chain) {
    const auto fault_in = [](const auto& result) { return result ? std::nullopt : std::optional(result.fault()); };
    if (kind.name == chain_file.name) {
        return fault_in(open_chain_store(path, chain));
    }
    if (kind.name == slasher_file.name) {
        return fault_in(open_span_store(path, chain.genesis_root));
    }
    return kind.name == ledger_file.name ? fault_in(open_ledger_store(path, chain))
                                         : fault_in(open_signing_store(path, chain.genesis_root));
}

class DatabaseFile : public testing::TestWithParam<FileKind> {
protected:
    void make() { ASSERT_FALSE(open()); }
    std::optional<Fault> open() { return fault_at_open(GetParam(), path, sample_chain()); }
    void expect_refused(Reason reason) {
        const std::vector<char> before = read_file(path);
        const std::optional<Fault> fault = open();
        ASSERT_TRUE(fault);
        EXPECT_EQ(fault->reason, reason) << fault->text();
        EXPECT_EQ(fault->path, path);
        EXPECT_FALSE(fault->message.empty());
        EXPECT_EQ(read_file(path), before) << "a refused file was changed";
    }

    Folder folder;
    std::string path = folder / "file.db";
};

TEST_P(DatabaseFile, is_made_durable_and_can_be_opened_again) {
    make();
    make();
    Connection db(path, SQLite::OPEN_READWRITE);
    EXPECT_EQ(db.database().execAndGet("PRAGMA journal_mode").getString(), "wal");
    EXPECT_EQ(db.database().execAndGet("PRAGMA user_version").getInt64(), 1);
    EXPECT_EQ(db.database().execAndGet("PRAGMA application_id").getInt64(), GetParam().application_id);
    EXPECT_EQ(schema_of(db), expected_schema(GetParam()));
}

TEST_P(DatabaseFile, is_written_with_full_synchronization_unless_its_loss_is_harmless) {
    const auto db = opened(open_for_writing(GetParam(), path, sample_chain().genesis_root));
    EXPECT_EQ(db->database().execAndGet("PRAGMA synchronous").getInt64(), GetParam().name == slasher_file.name ? 1 : 2);
    EXPECT_EQ(db->database().execAndGet("PRAGMA journal_mode").getString(), "wal");
    EXPECT_EQ(db->database().execAndGet("PRAGMA locking_mode").getString(),
              GetParam().exclusive ? "exclusive" : "normal");
}

TEST_P(DatabaseFile, with_strict_tables_only) {
    make();
    Connection db(path, SQLite::OPEN_READONLY);
    Query tables = db.query("SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND type = 'table' "
                            "AND name NOT LIKE 'sqlite%'");
    std::size_t count = 0;
    for (; tables.next(); ++count) {
        EXPECT_EQ(tables.number(1), 1U) << tables.text(0);
    }
    EXPECT_GE(count, 3U);
}

TEST_P(DatabaseFile, of_another_chain_is_refused) {
    make();
    Chain other = sample_chain();
    other.genesis_root[0] ^= 1;
    const std::optional<Fault> fault = fault_at_open(GetParam(), path, other);
    ASSERT_TRUE(fault);
    EXPECT_EQ(fault->reason, Reason::wrong_genesis);
    make(); // and nothing happened to it
}

TEST_P(DatabaseFile, of_a_newer_schema_is_refused) {
    make();
    Connection(path, SQLite::OPEN_READWRITE).script("PRAGMA user_version = 2");
    expect_refused(Reason::newer_schema);
}

TEST_P(DatabaseFile, of_another_kind_is_refused) {
    const FileKind& other = GetParam().name == chain_file.name ? ledger_file : chain_file;
    ASSERT_FALSE(fault_at_open(other, path, sample_chain()));
    expect_refused(Reason::data_folder_invalid);
}

TEST_P(DatabaseFile, of_somebody_else_is_refused) {
    Connection(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE).script("CREATE TABLE cats (name TEXT)");
    expect_refused(Reason::data_folder_invalid);
}

TEST_P(DatabaseFile, that_is_no_database_is_refused) {
    write_file(path, std::vector<char>(10'000, 'x'));
    expect_refused(Reason::data_folder_invalid);
}

TEST_P(DatabaseFile, that_lost_its_identity_is_refused) {
    make();
    Connection(path, SQLite::OPEN_READWRITE).script("DELETE FROM identity");
    expect_refused(Reason::corrupt);
}

TEST_P(DatabaseFile, in_a_place_that_can_not_be_written_is_refused) {
    write_file(path, {'x'});
    const std::optional<Fault> below_a_file = fault_at_open(GetParam(), path + "/file.db", sample_chain());
    ASSERT_TRUE(below_a_file);
    EXPECT_EQ(below_a_file->reason, Reason::not_writable);
    const std::optional<Fault> nowhere = fault_at_open(GetParam(), folder / "none/file.db", sample_chain());
    ASSERT_TRUE(nowhere);
    EXPECT_EQ(nowhere->reason, Reason::not_writable);
    std::filesystem::create_directory(folder / "folder.db");
    const std::optional<Fault> folder_itself = fault_at_open(GetParam(), folder / "folder.db", sample_chain());
    ASSERT_TRUE(folder_itself);
    EXPECT_EQ(folder_itself->reason, Reason::not_writable);
}

TEST_P(DatabaseFile, that_another_process_writes_to_is_busy) {
    make();
    Connection other(path, SQLite::OPEN_READWRITE);
    other.script("BEGIN IMMEDIATE");
    expect_refused(Reason::busy);
}

TEST_P(DatabaseFile, half_made_is_made_whole) {
    // What a crash between the first write and the commit of the migrations leaves: an empty file.
    write_file(path, {});
    make();
    Connection db(path, SQLite::OPEN_READONLY);
    EXPECT_EQ(schema_of(db), expected_schema(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(All, DatabaseFile, testing::Values(chain_file, ledger_file, signing_file, slasher_file),
                         [](const auto& kind) { return std::string(kind.param.name); });

TEST(SigningFile, belongs_to_one_holder_at_a_time) {
    const Folder folder;
    const Root& genesis_root = sample_chain().genesis_root;
    auto first = opened(open_signing_store(folder / "signing.db", genesis_root));
    const auto second = open_signing_store(folder / "signing.db", genesis_root);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.fault().reason, Reason::busy);
    first.reset();
    EXPECT_TRUE(open_signing_store(folder / "signing.db", genesis_root));
}

} // namespace
} // namespace quoin::store::test
