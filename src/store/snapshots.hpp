#pragma once

#include "connection.hpp"

#include <quoin/types/state.hpp>

#include <vector>

/// State snapshots in ledger.db: SSZ, zstd-compressed, thinned as they age.
namespace quoin::store::snapshots {

/// The newest so many are kept; of those before, one in `kept_every` and the first.
inline constexpr std::uint64_t newest_kept = 3;
inline constexpr std::uint64_t kept_every = 16;

/// Writes the post-state of a block and drops those no longer kept.
void put(Connection& db, std::uint64_t block_number, const State& state);

/// A snapshot with its columns sealed and its root computed.
struct Read {
    State state;
    Root root;
};
/// Corrupt when it does not unpack or decode.
std::optional<Read> get(Connection& db, std::uint64_t block_number);

/// Numbers of the blocks that have one, ascending.
std::vector<std::uint64_t> numbers(Connection& db);
std::optional<std::uint64_t> newest_at_or_below(Connection& db, std::uint64_t block_number);

} // namespace quoin::store::snapshots
