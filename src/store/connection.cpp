#include "connection.hpp"

#include <quoin/base/assert.hpp>

#include <sqlite3.h>

#include <limits>

namespace quoin::store {

namespace {

constexpr int busy_timeout_ms = 2'000;

int checked_size(std::size_t bytes) {
    QUOIN_ASSERT(bytes <= std::numeric_limits<int>::max(), "a database value is below 2 GiB");
    return static_cast<int>(bytes);
}

} // namespace

Query::~Query() {
    statement_.tryReset();
    statement_.clearBindings(); // in-place bindings end here
}

std::uint64_t Query::number(int column) const {
    const SQLite::Column value = statement_.getColumn(column);
    check(value.isInteger(), "no integer where one belongs");
    return static_cast<std::uint64_t>(value.getInt64());
}

std::string Query::text(int column) const {
    const SQLite::Column value = statement_.getColumn(column);
    check(value.isText(), "no text where some belongs");
    return value.getString();
}

ByteView Query::blob(int column) const {
    const SQLite::Column value = statement_.getColumn(column);
    check(value.isBlob(), "no blob where one belongs");
    return {static_cast<const std::uint8_t*>(value.getBlob()), static_cast<std::size_t>(value.getBytes())};
}

void Query::bind(int position, ByteView value) {
    const int size = checked_size(value.size());
    const void* octets = value.empty() ? "" : static_cast<const void*>(value.data()); // no address would mean null
    binding_ == Binding::copied ? statement_.bind(position, octets, size)
                                : statement_.bindNoCopy(position, octets, size);
}

void Query::bind(int position, const std::string& value) {
    binding_ == Binding::copied ? statement_.bind(position, value) : statement_.bindNoCopy(position, value);
}

void Query::check(bool condition, const char* complaint) const {
    if (!condition) {
        throw Corrupt(std::string("the database has ") + complaint + ", in: " + statement_.getQuery());
    }
}

Connection::Connection(const Place& place, int flags)
    : database_(place.path, flags | SQLITE_OPEN_NOMUTEX, busy_timeout_ms, place.vfs) {
    script("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA cache_size = -1024");
}

SQLite::Statement& Connection::prepared(const std::string& sql) {
    const auto found = statements_.find(sql);
    return found != statements_.end() ? found->second : statements_.try_emplace(sql, database_, sql).first->second;
}

Transaction::Transaction(Connection& connection, Kind kind) : connection_(connection) {
    connection_.run(kind == Kind::read ? "BEGIN" : kind == Kind::write ? "BEGIN IMMEDIATE" : "BEGIN EXCLUSIVE");
}

Transaction::~Transaction() {
    try {
        if (is_open_) {
            connection_.run("ROLLBACK");
        }
    } catch (const SQLite::Exception&) {
        // SQLite rolled it back itself when the statement before failed
    }
}

void Transaction::commit() {
    connection_.run("COMMIT");
    is_open_ = false;
}

std::unique_ptr<Connection> ReaderPool::take() {
    std::unique_lock lock(mutex_);
    returned_.wait(lock, [this] { return !idle_.empty() || made_ < connections_max; });
    if (idle_.empty()) {
        auto made = std::make_unique<Connection>(place_, SQLite::OPEN_READONLY);
        ++made_;
        return made;
    }
    std::unique_ptr<Connection> taken = std::move(idle_.back());
    idle_.pop_back();
    return taken;
}

void ReaderPool::give_back(std::unique_ptr<Connection> connection) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(connection));
    returned_.notify_one();
}

} // namespace quoin::store
