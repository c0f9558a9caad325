#pragma once

#include "connection.hpp"

#include <quoin/base/result.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace quoin::store {

/// A kind of database file: which migrations make it, and the number in its header that says what it is.
struct FileKind {
    std::string_view name; ///< folder of its migrations
    std::int64_t application_id;
    bool exclusive;      ///< one process at a time
    bool durable = true; ///< every commit before it returns; otherwise power that fails may take the last ones
    int page_bytes = 4'096;
};

inline constexpr FileKind chain_file{"chain", 0x51756f43, false};
inline constexpr FileKind ledger_file{"ledger", 0x51756f4c, false};
inline constexpr FileKind signing_file{"signing", 0x51756f53, true};
/// Of what it loses only detection suffers, and a flush for every batch would disturb the signer's. Its rows are of a
/// kilobyte: larger pages waste less.
inline constexpr FileKind slasher_file{"slasher", 0x51756f52, true, false, 16'384};

/// Opens a file for writing, making or migrating it as needed, and asserts WAL and, for a durable one,
/// synchronous=FULL. Nothing is written to a file that is refused.
Result<std::unique_ptr<Connection>> open_for_writing(const FileKind& kind, const Place& place,
                                                     const Root& genesis_root);

/// Opens a file of the newest schema and of this chain for reading, also while another process writes to it.
Result<std::unique_ptr<Connection>> open_for_reading(const FileKind& kind, const Place& place,
                                                     const Root& genesis_root);

/// How long a commit takes, in microseconds: the middle one of three that change nothing.
std::uint64_t commit_us(Connection& connection);

/// What this program's migrations make of an empty file: `type name sql` of every table, index and trigger, in order.
std::string expected_schema(const FileKind& kind);
std::string schema_of(Connection& connection);

/// The fault that stands for an exception of SQLite met while a file is opened.
Fault fault_of(const std::string& path, const SQLite::Exception& problem);

} // namespace quoin::store
