#pragma once

#include "exchange.hpp"
#include "flood.hpp"
#include "tls.hpp"

#include <quoin/gossip/gossip.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <mutex>
#include <set>
#include <thread>

namespace quoin::gossip {

/// The network itself: listens, dials, knows who is a peer and what it has cost. All but the public functions runs on
/// one thread, so nothing inside is locked.
class Swarm final : public Gossip {
public:
    Swarm(GossipSettings settings, std::shared_ptr<const Chain> chain, ports::Inbox& inbox, ports::BlockServer& server,
          const Limits& bounds, Identity identity, std::vector<PeerAddress> statics);
    ~Swarm() override;

    Result<void> start() override;
    void stop() override;
    std::uint16_t port() const override { return port_; }
    engine::PeerId self() const override { return identity_.id; }

    void broadcast(const engine::Message& message, const std::optional<engine::PeerId>& except) override;
    void request_blocks(const engine::PeerId& peer, const engine::BlockRequest& request) override;
    void blame(const engine::PeerId& peer, const Fault& fault) override;
    std::vector<ports::PeerInfo> peers() const override;

    // What links call.

    boost::asio::awaitable<SharedBytes> make_hello();
    /// Why the peer, now that TLS has shown who it is, is not to be spoken to.
    std::optional<Farewell> refusal_of(const Link& link);
    void frame_arrived(Link& link, const Frame& frame);
    /// The stream can not be cut into frames any further.
    void stream_broken(Link& link, const Fault& fault);

private:
    template <class Work>
    void post(std::size_t bytes, Work work);

    // swarm.cpp: connections
    Result<void> listen();
    boost::asio::awaitable<void> accept_loop();
    bool admits(const boost::asio::ip::tcp::endpoint& remote);
    boost::asio::awaitable<void> dial(DialBook::Target target);
    boost::asio::awaitable<std::optional<Link::Socket>> connect(PeerAddress address);
    boost::asio::awaitable<void> run_link(std::shared_ptr<Link> link);
    void dial_ended(const DialBook::Target& target, const Link* link);
    boost::asio::awaitable<void> tick_loop();
    void tick(std::uint64_t now_ms);
    void dial_due(std::uint64_t now_ms);
    void link_ended(const std::shared_ptr<Link>& link);
    boost::asio::awaitable<void> refresh_standing();

    // swarm_peers.cpp: hello, costs, discovery
    void greet(Link& link, ByteView body);
    std::optional<Farewell> check_hello(const Hello& hello) const;
    bool settle_duplicate(const Link& link);
    std::optional<Farewell> check_room(const Link& link) const;
    Peer& admit(Link& link, const Hello& hello);
    Peer* peer_of(const Link& link);
    void handle(Peer& peer, Link& link, const Frame& frame);
    Result<void> handle_quietly(Peer& peer, const Frame& frame, std::uint64_t now_ms);
    void punish(Peer& peer, Link& link, const Frame& frame, const Fault& fault);
    void charge(const engine::PeerId& id, std::uint64_t cost, const Fault& fault);
    Result<void> take_ping(Peer& peer, const Frame& frame);
    void stands(Peer& peer, const engine::Tip& head, const Checkpoint& finalized);
    Result<void> tell_peers(Peer& peer, ByteView body);
    Result<void> learn_peers(Peer& peer, ByteView body);
    void ask_for_peers(Peer& peer);
    void ping_all();
    void publish_peers();

    GossipSettings settings_;
    std::shared_ptr<const Chain> chain_;
    const Limits bounds_;
    Identity identity_;

    boost::asio::io_context io_{1};
    boost::asio::thread_pool pool_{1};
    boost::asio::ssl::context tls_;
    boost::asio::ip::tcp::acceptor acceptor_{io_};
    ports::BlockServer& server_;

    PeerTable peers_;
    std::set<std::shared_ptr<Link>> links_; ///< peers and those on the way to be
    Courier courier_;
    Conduct conduct_;
    DialBook book_;
    Flood flood_;
    BlockExchange exchange_;
    ports::Standing standing_; ///< as pings tell it
    std::map<std::string, TokenBucket> accepts_;
    std::size_t learned_dials_ = 0;
    std::uint64_t next_ping_number_ = 1;
    std::uint64_t ping_due_ms_ = 0;
    std::uint64_t discovery_due_ms_ = 0;
    std::uint64_t stop_due_ms_ = 0; ///< 0: not stopping
    bool transactions_wait_ = false;
    boost::asio::steady_timer transactions_timer_{io_};

    std::thread thread_;
    std::uint16_t port_ = 0;
    std::atomic<bool> running_ = false;
    std::atomic<std::size_t> posted_bytes_ = 0;
    mutable std::mutex published_mutex_;
    std::vector<ports::PeerInfo> published_;
};

} // namespace quoin::gossip
