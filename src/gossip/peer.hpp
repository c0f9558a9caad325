#pragma once

#include "cost.hpp"
#include "link.hpp"
#include "requests.hpp"

#include <deque>
#include <map>
#include <memory>
#include <optional>

namespace quoin::gossip {

/// A request of a peer's that is to be answered.
struct BlockAsk {
    std::uint64_t id = 0;
    Kind kind = Kind::get_blocks_by_range;
    std::uint64_t items = 0; ///< tokens it costs
    engine::BlockRequest request;
};

/// A peer whose hello was accepted.
struct Peer {
    Peer(const engine::PeerId& peer_id, std::shared_ptr<Link> connection, std::size_t seen_place, const Limits& bounds,
         std::uint64_t request_timeout_ms)
        : id(peer_id), link(std::move(connection)), place(seen_place), buckets(buckets_of(bounds)),
          requests(bounds.requests_in_flight_per_peer, request_timeout_ms) {}

    engine::PeerId id;
    std::shared_ptr<Link> link;
    std::size_t place; ///< its bit in the seen-cache
    std::vector<TokenBucket> buckets;
    Requests requests;
    std::deque<BlockAsk> asks;
    bool is_served = false; ///< a coroutine works on `asks`
    bool peers_asked = false;
    engine::Tip head;
    engine::Tip reported_head; ///< as the engine last heard of it
    Checkpoint finalized;
    std::optional<PeerAddress> listens;

    TokenBucket& bucket(Kind kind) { return buckets[static_cast<std::size_t>(kind)]; }
};

/// Of two connections between the same two nodes both ends keep the one that the smaller id dialled; of two dialled by
/// the same end, the later. True when the connection held stays and the new one has to go.
inline bool keeps_held(const engine::PeerId& self, const engine::PeerId& peer, bool held_is_outbound,
                       bool new_is_outbound) {
    const bool we_should_dial = self < peer;
    return held_is_outbound == we_should_dial && new_is_outbound != we_should_dial;
}

using PeerTable = std::map<engine::PeerId, Peer>;

} // namespace quoin::gossip
