#include "database_file.hpp"

#include <quoin/base/assert.hpp>
#include <quoin/base/hex.hpp>

#include <quoin_embedded/migrations.hpp>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <vector>

namespace quoin::store {

namespace {

constexpr std::int64_t synchronous_normal = 1;
constexpr std::int64_t synchronous_full = 2;
constexpr int exclusive_wait_ms = 500; ///< who holds such a file keeps it

std::int64_t pragma(Connection& connection, const std::string& name) {
    return connection.database().execAndGet("PRAGMA " + name).getInt64();
}

std::vector<std::string_view> migrations_of(const FileKind& kind) {
    std::vector<std::string_view> found;
    for (const embedded::EmbeddedFile& file : embedded::migrations()) {
        if (file.name.substr(0, file.name.find('/')) == kind.name) {
            const std::string number = std::to_string(found.size() + 1);
            const std::string expected = std::string(4 - number.size(), '0') + number;
            QUOIN_ASSERT(file.name.substr(kind.name.size() + 1, 4) == expected, "migrations are numbered without gaps");
            found.push_back(file.content);
        }
    }
    QUOIN_ASSERT(!found.empty(), "every kind of file has migrations");
    return found;
}

void run_migrations(const FileKind& kind, Connection& connection, std::size_t from) {
    const std::vector<std::string_view> all = migrations_of(kind);
    for (std::size_t i = from; i < all.size(); ++i) {
        connection.script(std::string(all[i]));
    }
    connection.script("PRAGMA user_version = " + std::to_string(all.size()));
}

Fault damaged(const std::string& path, const std::string& what) {
    return {Reason::corrupt, path, "the file is damaged: " + what};
}

/// That a file is of this kind, chain and program; its schema version, 0 for an empty file.
Result<std::size_t> identify(const FileKind& kind, const std::string& path, Connection& connection,
                             const Root& genesis_root) {
    const std::int64_t tables = connection.database().execAndGet("SELECT count(*) FROM sqlite_schema").getInt64();
    const std::int64_t application = pragma(connection, "application_id");
    const std::int64_t version = pragma(connection, "user_version");
    if (tables == 0 && application == 0 && version == 0) {
        return std::size_t{0};
    }
    if (application != kind.application_id) {
        return Fault{Reason::data_folder_invalid, path,
                     "the file is not a quoin " + std::string(kind.name) + " database"};
    }
    const std::size_t newest = migrations_of(kind).size();
    if (version < 1) {
        return damaged(path, "it has no schema version");
    }
    if (static_cast<std::size_t>(version) > newest) {
        return Fault{Reason::newer_schema, path,
                     "the file has schema version " + std::to_string(version) + ", this program knows " +
                         std::to_string(newest) + "; use the newer program"};
    }
    Query identity = connection.query("SELECT genesis_root FROM identity");
    if (!identity.next()) {
        return damaged(path, "it does not say which chain it is of");
    }
    if (identity.bytes<Root>(0) != genesis_root) {
        return Fault{Reason::wrong_genesis, path,
                     "the file belongs to the chain with genesis root " + to_hex(identity.bytes<Root>(0)) +
                         ", not to " + to_hex(genesis_root)};
    }
    return static_cast<std::size_t>(version);
}

Result<void> make_durable(const FileKind& kind, const std::string& path, Connection& connection) {
    if (sqlite3_db_readonly(connection.database().getHandle(), "main") != 0) {
        return Fault{Reason::not_writable, path, "the file can not be written to"};
    }
    const std::int64_t synchronous = kind.durable ? synchronous_full : synchronous_normal;
    connection.script("PRAGMA page_size = " + std::to_string(kind.page_bytes)); // of a file that is empty
    // Run to its end, since the answer comes before the change is committed, and asked again, since that may fail.
    connection.script("PRAGMA journal_mode = WAL");
    const std::string journal = connection.database().execAndGet("PRAGMA journal_mode").getString();
    connection.script("PRAGMA synchronous = " + std::to_string(synchronous));
    if (journal != "wal" || pragma(connection, "synchronous") != synchronous) {
        return Fault{Reason::io_error, path, "the file system can not keep a write-ahead log"};
    }
    // What an earlier process wrote may look durable and not be, when a sync failed it: all of it is written once more.
    connection.script("PRAGMA wal_checkpoint(TRUNCATE)");
    return {};
}

/// In one transaction, so that a crash leaves the file as it was.
void bring_up_to_date(const FileKind& kind, Connection& connection, std::size_t version, const Root& genesis_root) {
    Transaction transaction(connection, Transaction::Kind::write);
    if (version == migrations_of(kind).size()) {
        return; // the lock was all that was wanted: nobody else writes
    }
    run_migrations(kind, connection, version);
    if (version == 0) {
        connection.script("PRAGMA application_id = " + std::to_string(kind.application_id));
        connection.run("INSERT INTO identity VALUES (1, ?)", genesis_root);
    }
    transaction.commit();
}

Result<std::unique_ptr<Connection>> try_open_for_writing(const FileKind& kind, const Place& place,
                                                         const Root& genesis_root) {
    auto connection = std::make_unique<Connection>(place, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    if (kind.exclusive) {
        connection->database().setBusyTimeout(exclusive_wait_ms);
        connection->script("PRAGMA locking_mode = EXCLUSIVE");
    }
    const Result<std::size_t> version = identify(kind, place.path, *connection, genesis_root);
    if (!version) {
        return version.fault();
    }
    if (const Result<void> durable = make_durable(kind, place.path, *connection); !durable) {
        return durable.fault();
    }
    bring_up_to_date(kind, *connection, *version, genesis_root);
    return connection;
}

bool has_log(const std::string& path) {
    std::error_code problem;
    return std::filesystem::exists(path + "-wal", problem);
}

bool exists(const Place& place) {
    if (place.vfs.empty()) {
        std::error_code problem;
        return std::filesystem::exists(place.path, problem);
    }
    sqlite3_vfs* const disk = sqlite3_vfs_find(place.vfs.c_str());
    int found = 0;
    return disk != nullptr && disk->xAccess(disk, place.path.c_str(), SQLITE_ACCESS_EXISTS, &found) == SQLITE_OK &&
           found != 0;
}

/// A file whose folder can not be written to has no place for the index of its write-ahead log; when no log is left
/// behind, it can be read as it lies.
std::unique_ptr<Connection> connect_for_reading(const Place& place) {
    const std::string& path = place.path;
    auto connection = std::make_unique<Connection>(place, SQLite::OPEN_READONLY);
    if (connection->database().tryExec("SELECT count(*) FROM sqlite_schema") == SQLITE_CANTOPEN && !has_log(path)) {
        std::string uri = "file:";
        for (const char c : path) {
            uri += c == '?' || c == '#' || c == '%' ? (c == '?' ? "%3f" : c == '#' ? "%23" : "%25") : std::string(1, c);
        }
        return std::make_unique<Connection>(uri + "?immutable=1", SQLite::OPEN_READONLY | SQLite::OPEN_URI);
    }
    return connection;
}

Result<std::unique_ptr<Connection>> try_open_for_reading(const FileKind& kind, const Place& place,
                                                         const Root& genesis_root) {
    if (!exists(place)) {
        return Fault{Reason::data_folder_invalid, place.path, "there is no such file"};
    }
    std::unique_ptr<Connection> connection = connect_for_reading(place);
    const Result<std::size_t> version = identify(kind, place.path, *connection, genesis_root);
    if (!version) {
        return version.fault();
    }
    if (*version != migrations_of(kind).size()) {
        return Fault{Reason::data_folder_invalid, place.path,
                     "the file has an older schema; start the node on it once"};
    }
    return connection;
}

template <class Open>
Result<std::unique_ptr<Connection>> guarded(const std::string& path, const Open& open) {
    try {
        return open();
    } catch (const SQLite::Exception& problem) {
        return fault_of(path, problem);
    } catch (const Corrupt& problem) {
        return damaged(path, problem.what());
    }
}

} // namespace

Fault fault_of(const std::string& path, const SQLite::Exception& problem) {
    const std::string why = problem.what();
    switch (problem.getErrorCode()) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return {Reason::busy, path, "another process is using the file"};
    case SQLITE_CANTOPEN:
        return {Reason::not_writable, path, "the file can not be opened or made: " + why};
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return {Reason::not_writable, path, "the file can not be written to: " + why};
    case SQLITE_NOTADB:
        return {Reason::data_folder_invalid, path, "the file is not a database"};
    case SQLITE_CORRUPT:
    case SQLITE_ERROR:
        return damaged(path, why);
    default:
        return {Reason::io_error, path, why};
    }
}

Result<std::unique_ptr<Connection>> open_for_writing(const FileKind& kind, const Place& place,
                                                     const Root& genesis_root) {
    return guarded(place.path, [&] { return try_open_for_writing(kind, place, genesis_root); });
}

Result<std::unique_ptr<Connection>> open_for_reading(const FileKind& kind, const Place& place,
                                                     const Root& genesis_root) {
    return guarded(place.path, [&] { return try_open_for_reading(kind, place, genesis_root); });
}

std::uint64_t commit_us(Connection& connection) {
    std::array<std::uint64_t, 3> taken{};
    for (std::uint64_t& us : taken) {
        const auto start = std::chrono::steady_clock::now();
        connection.run("UPDATE identity SET genesis_root = genesis_root");
        us = static_cast<std::uint64_t>(
            std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start).count());
    }
    std::sort(taken.begin(), taken.end());
    return taken[1];
}

std::string schema_of(Connection& connection) {
    std::string schema;
    Query rows = connection.query("SELECT type, name, coalesce(sql, '') FROM sqlite_schema ORDER BY type, name");
    while (rows.next()) {
        schema += rows.text(0) + ' ' + rows.text(1) + ' ' + rows.text(2) + '\n';
    }
    return schema;
}

std::string expected_schema(const FileKind& kind) {
    Connection empty({":memory:"}, SQLite::OPEN_READWRITE);
    run_migrations(kind, empty, 0);
    return schema_of(empty);
}

} // namespace quoin::store
