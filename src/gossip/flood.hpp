#pragma once

#include "courier.hpp"
#include "peer.hpp"
#include "seen_cache.hpp"

namespace quoin::gossip {

/// A message of the engine's, encoded on the engine's thread.
struct Outgoing {
    Kind kind = Kind::proposal;
    std::vector<SharedBytes> items; ///< one but for transactions
    std::optional<engine::PeerId> except;

    std::size_t bytes() const;
};
Outgoing encode_message(const engine::Message& message, const std::optional<engine::PeerId>& except);

/// Passes every message to every peer that is not known to have it, and to the engine once.
class Flood {
public:
    Flood(PeerTable& peers, Courier& courier, const Limits& bounds, std::uint64_t age_ms_max, std::uint64_t seed)
        : peers_(peers), courier_(courier), bounds_(bounds), seen_(bounds.seen_cache_entries_max, age_ms_max, seed) {}

    static bool carries(Kind kind) {
        return (kind >= Kind::proposal && kind <= Kind::certificate) || kind == Kind::aggregate;
    }

    /// A frame of a kind that is flooded. `too_many_requests` when the peer is over its rate, else what is wrong with
    /// the frame; what was right before the fault has gone to the engine.
    Result<void> received(Peer& peer, const Frame& frame, std::uint64_t now_ms);

    void broadcast(const Outgoing& message, std::uint64_t now_ms);

    void peer_gone(const Peer& peer) { seen_.vacate(peer.place); }

private:
    template <class T>
    Result<void> take_one(Peer& peer, const Frame& frame, std::uint64_t now_ms);
    Result<void> take_proposal(Peer& peer, const Frame& frame, std::uint64_t now_ms);
    Result<void> take_attestations(Peer& peer, const Frame& frame, std::uint64_t now_ms);
    Result<void> take_transactions(Peer& peer, const Frame& frame, std::uint64_t now_ms);
    Result<std::vector<ByteView>> items_of(Peer& peer, const Frame& frame, std::size_t item_bytes,
                                           std::uint64_t now_ms);
    void send_item(Kind kind, const SharedBytes& item, const std::optional<engine::PeerId>& except,
                   std::uint64_t now_ms);

    PeerTable& peers_;
    Courier& courier_;
    const Limits& bounds_;
    SeenCache seen_;
};

} // namespace quoin::gossip
