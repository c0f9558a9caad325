#pragma once

#include <quoin/base/limits.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace quoin::gossip {

/// What a frame holds. The numbers are the wire's and never change their meaning (STATE.md "Wire").
enum class Kind : std::uint8_t {
    hello = 0,
    ping = 1,
    pong = 2,
    goodbye = 3,
    proposal = 4,
    attestations = 5,
    transactions = 6,
    evidence = 7,
    certificate = 8,
    get_blocks_by_range = 9,
    get_blocks_by_root = 10,
    blocks = 11,
    get_peers = 12,
    peers = 13,
    aggregate = 14,
};
inline constexpr std::size_t kind_count = 15;

std::string_view to_string(Kind kind);
std::optional<Kind> kind_of(std::uint8_t number);

/// What a peer may do with one kind of frame.
struct KindLimits {
    std::size_t body_bytes_max = 0;
    std::size_t items_max = 0;      ///< in one frame
    std::uint64_t items_per_s = 0;  ///< what a peer may send on average
    std::uint64_t items_burst = 0;  ///< and at once
    std::uint64_t cost_invalid = 0; ///< of a frame that does not decode or breaks one of the bounds
};

/// The one table of the wire's bounds, with what it takes from `bounds`. Slots may be as short as 10 ms: of proposals
/// and certificates a peer may send two for each of a hundred slots a second; of aggregates at once as many as a slot
/// has.
KindLimits limits_of(Kind kind, const Limits& bounds);

inline constexpr std::size_t peers_per_answer_max = 64;
inline constexpr std::size_t address_bytes_max = 128;
/// Of a frame sent, so that the receiver's limits hold for whatever is batched.
inline constexpr std::size_t batch_bytes_max = 1 << 20;

} // namespace quoin::gossip
