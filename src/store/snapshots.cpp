#include "snapshots.hpp"

#include <quoin/codec/ssz.hpp>

#include <zstd.h>

namespace quoin::store::snapshots {

namespace {

constexpr int compression_level = 1;
constexpr std::uint64_t state_bytes_max = std::uint64_t{1} << 34;

ByteVector pack(const ByteVector& bytes) {
    ByteVector packed(ZSTD_compressBound(bytes.size()));
    const std::size_t size = ZSTD_compress(packed.data(), packed.size(), bytes.data(), bytes.size(), compression_level);
    if (ZSTD_isError(size) != 0) {
        throw std::runtime_error(std::string("a state snapshot could not be compressed: ") + ZSTD_getErrorName(size));
    }
    packed.resize(size);
    return packed;
}

ByteVector unpack(ByteView packed, std::uint64_t bytes) {
    if (bytes > state_bytes_max || ZSTD_getFrameContentSize(packed.data(), packed.size()) != bytes) {
        throw Corrupt("a state snapshot does not have the size it should");
    }
    ByteVector unpacked(bytes);
    if (ZSTD_decompress(unpacked.data(), unpacked.size(), packed.data(), packed.size()) != bytes) {
        throw Corrupt("a state snapshot does not unpack");
    }
    return unpacked;
}

} // namespace

void put(Connection& db, std::uint64_t block_number, const State& state) {
    std::uint64_t sequence = 0;
    {
        Query newest = db.query("SELECT coalesce(max(sequence) + 1, 0) FROM states");
        newest.next();
        sequence = newest.number(0);
    }
    const ByteVector bytes = encode(state);
    db.run("INSERT INTO states (sequence, block, bytes, state) VALUES (?, ?, ?, ?)", sequence, block_number,
           std::uint64_t{bytes.size()}, pack(bytes));
    if (sequence >= newest_kept) {
        db.run("DELETE FROM states WHERE sequence <= ? AND sequence % ? <> 0", sequence - newest_kept, kept_every);
    }
}

std::optional<Read> get(Connection& db, std::uint64_t block_number) {
    Query row = db.query("SELECT bytes, state FROM states WHERE block = ?", block_number);
    if (!row.next()) {
        return std::nullopt;
    }
    Result<State> state = decode_state(unpack(row.blob(1), row.number(0)));
    if (!state) {
        throw Corrupt("a state snapshot does not decode: " + state.fault().text());
    }
    state->seal();
    const Root root = hash_tree_root(*state);
    return Read{std::move(*state), root};
}

std::vector<std::uint64_t> numbers(Connection& db) {
    Query rows = db.query("SELECT block FROM states ORDER BY block");
    std::vector<std::uint64_t> found;
    while (rows.next()) {
        found.push_back(rows.number(0));
    }
    return found;
}

std::optional<std::uint64_t> newest_at_or_below(Connection& db, std::uint64_t block_number) {
    Query row = db.query("SELECT block FROM states WHERE block <= ? ORDER BY block DESC LIMIT 1", block_number);
    return row.next() ? std::optional(row.number(0)) : std::nullopt;
}

} // namespace quoin::store::snapshots
