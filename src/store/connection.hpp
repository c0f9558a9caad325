#pragma once

#include <quoin/base/bytes.hpp>
#include <quoin/base/strong.hpp>
#include <quoin/store/place.hpp>

#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>
#include <condition_variable>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace quoin::store {

/// A row that can not be what this program wrote. Meets the user as a fault when a file is opened, as a finding in an
/// audit, and stops the node anywhere else.
class Corrupt : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// For comparisons and limits, which SQL makes with a sign: nothing in a file is above what has none.
constexpr std::uint64_t bound(std::uint64_t value) {
    return std::min<std::uint64_t>(value, std::numeric_limits<std::int64_t>::max());
}

/// A prepared statement that is being run. Hands itself back to its connection when it goes.
class Query {
public:
    /// Whether blobs and text are copied when they are bound, or live as long as the query anyway.
    enum class Binding { copied, in_place };

    template <class... Values>
    Query(SQLite::Statement& statement, Binding binding, const Values&... values)
        : statement_(statement), binding_(binding) {
        int position = 0;
        (bind(++position, values), ...);
    }
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;
    ~Query();

    /// Steps to the next row; false when there is none.
    bool next() { return statement_.executeStep(); }

    // Columns of the current row, from 0. Corrupt when a column is not of the type asked for.
    std::uint64_t number(int column) const;
    std::string text(int column) const;
    ByteView blob(int column) const; ///< until the next step
    template <class Fixed>
    Fixed bytes(int column) const {
        const ByteView octets = blob(column);
        check(octets.size() == Fixed::size_bytes, "a blob of the wrong length");
        return Fixed::from(octets);
    }
    bool is_null(int column) const { return statement_.getColumn(column).isNull(); }

private:
    void bind(int position, std::uint64_t value) { statement_.bind(position, static_cast<std::int64_t>(value)); }
    template <class Number>
    requires StrongNumber<Number>
    void bind(int position, Number value) { bind(position, value.value); }
    template <std::size_t N>
    void bind(int position, const Bytes<N>& value) {
        bind(position, ByteView{value});
    }
    void bind(int position, const ByteVector& value) { bind(position, ByteView{value}); }
    void bind(int position, ByteView value);
    void bind(int position, const std::string& value);
    template <class Value>
    void bind(int position, const std::optional<Value>& value) {
        value ? bind(position, *value) : statement_.bind(position);
    }
    void check(bool condition, const char* complaint) const;

    SQLite::Statement& statement_;
    Binding binding_;
};

/// One connection to a database file, for one thread at a time. Statements are prepared once.
class Connection {
public:
    /// The place's path may be a SQLite URI when `flags` say so.
    Connection(const Place& place, int flags);

    /// Starts a statement that gives rows. One text is run by one query at a time.
    template <class... Values>
    Query query(const std::string& sql, const Values&... values) {
        return Query{prepared(sql), Query::Binding::copied, values...};
    }

    /// Runs a statement to its end; how many rows it changed.
    template <class... Values>
    std::uint64_t run(const std::string& sql, const Values&... values) {
        Query query{prepared(sql), Query::Binding::in_place, values...};
        query.next();
        return static_cast<std::uint64_t>(database_.getChanges());
    }

    /// Runs any number of statements, unprepared.
    void script(const std::string& sql) { database_.exec(sql); }

    SQLite::Database& database() { return database_; }

private:
    SQLite::Statement& prepared(const std::string& sql);

    SQLite::Database database_;
    std::map<std::string, SQLite::Statement> statements_;
};

/// Several statements as one. What was not committed when it goes is rolled back.
class Transaction {
public:
    enum class Kind {
        read,     ///< sees one moment of the file
        write,    ///< nobody else writes meanwhile
        exclusive ///< nor reads, where the file has no write-ahead log
    };
    Transaction(Connection& connection, Kind kind);
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction();

    /// What it did is durable when this returns.
    void commit();

private:
    Connection& connection_;
    bool is_open_ = true;
};

/// Connections for reading one file, lent to one thread each.
class ReaderPool {
public:
    static constexpr std::size_t connections_max = 3;

    explicit ReaderPool(Place place) : place_(std::move(place)) {}

    /// Waits while all are lent out.
    class Lease {
    public:
        explicit Lease(ReaderPool& pool) : pool_(pool), connection_(pool.take()) {}
        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;
        ~Lease() { pool_.give_back(std::move(connection_)); }

        Connection* operator->() { return connection_.get(); }
        Connection& operator*() { return *connection_; }

    private:
        ReaderPool& pool_;
        std::unique_ptr<Connection> connection_;
    };
    Lease lease() { return Lease{*this}; }

private:
    std::unique_ptr<Connection> take();
    void give_back(std::unique_ptr<Connection> connection);

    Place place_;
    std::mutex mutex_;
    std::condition_variable returned_;
    std::vector<std::unique_ptr<Connection>> idle_;
    std::size_t made_ = 0;
};

} // namespace quoin::store
