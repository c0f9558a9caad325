#pragma once

#include "courier.hpp"
#include "peer.hpp"

#include <quoin/ports/network.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>

namespace quoin::gossip {

/// Blocks on request, both ways. Requests of a peer are answered one after the other, no faster than its rate allows
/// and only while it takes the answers; the blocks are read on the pool's thread, since that touches the disk.
class BlockExchange {
public:
    BlockExchange(boost::asio::io_context& io, boost::asio::thread_pool& pool, ports::BlockServer& server,
                  PeerTable& peers, Courier& courier, const Limits& bounds)
        : io_(io), pool_(pool), server_(server), peers_(peers), courier_(courier), bounds_(bounds) {}

    static bool carries(Kind kind) { return kind >= Kind::get_blocks_by_range && kind <= Kind::blocks; }

    /// A request of the engine's. When it can not be made, the empty answer comes at once.
    void request(const engine::PeerId& id, engine::BlockRequest request);

    /// A frame of a kind that is about blocks. `too_many_requests` when the peer has too many open, `timed_out` for an
    /// answer that came too late, `not_found` for one to nothing.
    Result<void> received(Peer& peer, const Frame& frame);

    /// Gives up on what is overdue: one entry for each request that a peer left without an answer.
    std::vector<engine::PeerId> expire(std::uint64_t now_ms);

    /// Whatever the peer owes will not come.
    void peer_gone(const Peer& peer);

private:
    Result<void> take_ask(Peer& peer, BlockAsk ask);
    Result<void> take_answer(Peer& peer, ByteView body);
    void send_next(Peer& peer);
    void answer_empty(const engine::PeerId& id) { courier_.deliver(engine::BlocksAnswered{id, {}}); }

    boost::asio::awaitable<void> serve(std::shared_ptr<Link> link);
    boost::asio::awaitable<bool> wait_for_turn(std::shared_ptr<Link> link, BlockAsk ask);
    boost::asio::awaitable<SharedBytes> load(BlockAsk ask);
    Peer* peer_on(const Link& link);

    boost::asio::io_context& io_;
    boost::asio::thread_pool& pool_;
    ports::BlockServer& server_;
    PeerTable& peers_;
    Courier& courier_;
    const Limits& bounds_;
};

/// The frame that answers request `id` with as many of the blocks, from the first on, as an answer may hold.
SharedBytes make_blocks_frame(std::uint64_t id, const std::vector<SignedBlock>& blocks, const Limits& bounds);

} // namespace quoin::gossip
