#include "kind.hpp"

#include "messages.hpp"

#include <quoin/base/assert.hpp>

#include <array>

namespace quoin::gossip {

namespace {

constexpr std::array<std::string_view, kind_count> names{
    "hello",
    "ping",
    "pong",
    "goodbye",
    "proposal",
    "attestations",
    "transactions",
    "evidence",
    "certificate",
    "get_blocks_by_range",
    "get_blocks_by_root",
    "blocks",
    "get_peers",
    "peers",
    "aggregate",
};

constexpr std::uint64_t cheap = 10;
constexpr std::uint64_t dear = 60;

} // namespace

std::string_view to_string(Kind kind) {
    return names[static_cast<std::size_t>(kind)];
}

std::optional<Kind> kind_of(std::uint8_t number) {
    if (number >= kind_count) {
        return std::nullopt;
    }
    return static_cast<Kind>(number);
}

KindLimits limits_of(Kind kind, const Limits& bounds) {
    const std::size_t batch = bounds.batch_items_max;
    const std::size_t answer = bounds.blocks_per_answer_max;
    const std::size_t frame = bounds.frame_bytes_max;
    const std::size_t view = bounds.proposal_view_max * attestation_bytes;
    const std::size_t bits = type_limits.validators / 8 + 1;
    switch (kind) {
    //                      body bytes                             items  per s   burst  invalid
    case Kind::hello:
        return {std::size_t{1} << 20, 1, 1, 1, dear};
    case Kind::ping:
    case Kind::pong:
        return {ping_bytes, 1, 100, 100, dear};
    case Kind::goodbye:
        return {1, 1, 1, 1, cheap};
    case Kind::proposal:
        return {proposal_head_bytes + bounds.block_bytes_max + view, 1, 256, 1'024, dear};
    case Kind::attestations:
        return {list_offset_bytes + batch * attestation_bytes, batch, 20'000, 40'000, dear};
    case Kind::transactions:
        return {batch_bytes_max, batch, 20'000, 40'000, dear};
    case Kind::aggregate:
        return {aggregate_head_bytes + bits, 1, 1'024, bounds.aggregates_per_slot_max, dear};
    case Kind::evidence:
        return {batch_bytes_max, 1, 16, 64, dear};
    case Kind::certificate:
        return {frame, 1, 256, 1'024, dear};
    case Kind::get_blocks_by_range:
        return {range_request_bytes, answer, 1'024, 4'096, dear};
    case Kind::get_blocks_by_root:
        return {request_head_bytes + answer * Root::size_bytes, answer, 1'024, 4'096, dear};
    case Kind::blocks:
        return {bounds.answer_bytes_max, answer, 8'192, 16'384, dear};
    case Kind::get_peers:
        return {8, 1, 2, 8, cheap};
    case Kind::peers:
        return {peers_bytes_max, peers_per_answer_max, 256, 1'024, cheap};
    }
    QUOIN_ASSERT(false, "kind is one of the wire's");
    return {};
}

} // namespace quoin::gossip
