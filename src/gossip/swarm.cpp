#include "swarm.hpp"

#include "time.hpp"

#include <quoin/codec/ssz.hpp>
#include <quoin/types/clock.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <openssl/rand.h>
#include <spdlog/spdlog.h>

#include <stdexcept>

namespace quoin::gossip {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::uint64_t tick_ms = 50;
constexpr std::uint64_t stop_ms_max = 1'500;
constexpr std::uint64_t transactions_batch_ms = 5;
constexpr std::uint64_t accept_retry_ms = 100;
constexpr std::size_t greetings_max = 64; ///< inbound connections that did not say hello yet
constexpr std::size_t greetings_per_address_max = 24;
constexpr std::uint64_t accepts_per_s = 32;
constexpr std::uint64_t accepts_burst = 128;
constexpr std::size_t accept_addresses_max = 1'024;
/// Eras of slots as long as the timer's. Under responsive pacing slots are shorter, and longer only while little is
/// said; forgetting too early costs a copy, which the engine knows.
constexpr std::uint64_t eras_remembered = 2;
constexpr std::size_t posted_bytes_max = 64 << 20;

std::uint64_t random_seed() {
    std::uint64_t seed = 0;
    if (RAND_bytes(reinterpret_cast<unsigned char*>(&seed), sizeof seed) != 1) {
        throw std::runtime_error("OpenSSL could not draw random bytes");
    }
    return seed;
}

void log_failure(std::exception_ptr failure) {
    try {
        if (failure) {
            std::rethrow_exception(failure);
        }
    } catch (const std::exception& caught) {
        spdlog::error("gossip failed why=\"{}\"", caught.what());
    }
}

} // namespace

Swarm::Swarm(GossipSettings settings, std::shared_ptr<const Chain> chain, ports::Inbox& inbox,
             ports::BlockServer& server, const Limits& bounds, Identity identity, std::vector<PeerAddress> statics)
    : settings_(std::move(settings)), chain_(std::move(chain)), bounds_(bounds), identity_(std::move(identity)),
      tls_(make_tls_context(identity_)), server_(server), courier_(inbox),
      conduct_(settings_.ban_cost, settings_.ban_ms),
      book_(identity_.id, {settings_.reconnect_ms_min, settings_.reconnect_ms_max, settings_.wrong_chain_backoff_ms},
            random_seed()),
      flood_(peers_, courier_, bounds_, eras_remembered * slots_per_era(chain_->spec()) * chain_->spec().slot_ms,
             random_seed()),
      exchange_(io_, pool_, server, peers_, courier_, bounds_) {
    QUOIN_ASSERT(bounds_.peers_max <= SeenCache::places, "every peer has a place in the seen-cache");
    for (PeerAddress& address : statics) {
        book_.add_static(std::move(address));
    }
}

Swarm::~Swarm() {
    stop();
}

Result<void> Swarm::start() {
    if (const Result<void> listening = listen(); !listening) {
        return listening.fault();
    }
    running_ = true;
    asio::co_spawn(io_, accept_loop(), log_failure);
    asio::co_spawn(io_, tick_loop(), log_failure);
    thread_ = std::thread{[this] { io_.run(); }};
    spdlog::info("gossip listening address={}:{} peer_id={}", settings_.listen_host, port_, short_text(identity_.id));
    return {};
}

Result<void> Swarm::listen() {
    boost::system::error_code error;
    const asio::ip::address host = asio::ip::make_address(settings_.listen_host, error);
    if (error) {
        return Fault{Reason::config_invalid, "listen_host", "'" + settings_.listen_host + "' is not an IP address"};
    }
    const tcp::endpoint endpoint{host, settings_.listen_port};
    acceptor_.open(endpoint.protocol(), error);
    if (!error) {
        acceptor_.set_option(asio::socket_base::reuse_address{true}, error);
    }
    if (!error) {
        acceptor_.bind(endpoint, error);
    }
    if (!error) {
        acceptor_.listen(asio::socket_base::max_listen_connections, error);
    }
    if (error) {
        return Fault{Reason::port_in_use, "listen_port",
                     endpoint.address().to_string() + ":" + std::to_string(endpoint.port()) + ": " + error.message()};
    }
    port_ = acceptor_.local_endpoint().port();
    return {};
}

void Swarm::stop() {
    if (running_.exchange(false)) {
        asio::post(io_, [this] {
            stop_due_ms_ = steady_now_ms() + stop_ms_max;
            boost::system::error_code ignored;
            acceptor_.close(ignored);
            for (const std::shared_ptr<Link>& link : links_) {
                link->farewell(Farewell::stopping);
            }
        });
        thread_.join();
    }
    pool_.stop();
    pool_.join();
}

asio::awaitable<void> Swarm::accept_loop() {
    while (acceptor_.is_open()) {
        auto [error, socket] = co_await acceptor_.async_accept(as_result);
        if (error) {
            asio::steady_timer timer{io_, std::chrono::milliseconds{accept_retry_ms}};
            co_await timer.async_wait(as_result); // out of descriptors, most likely: some will come free
            continue;
        }
        boost::system::error_code gone;
        const tcp::endpoint remote = socket.remote_endpoint(gone);
        if (gone || !admits(remote)) {
            continue;
        }
        Link::Origin origin;
        origin.remote_host = remote.address().to_string();
        origin.remote_port = remote.port();
        auto link = std::make_shared<Link>(*this, std::move(socket), tls_, std::move(origin), bounds_);
        asio::co_spawn(io_, run_link(std::move(link)), log_failure);
    }
}

/// Before any cryptography is spent on it.
bool Swarm::admits(const tcp::endpoint& remote) {
    const std::string host = remote.address().to_string();
    std::size_t greetings = 0;
    std::size_t greetings_of_address = 0;
    for (const std::shared_ptr<Link>& link : links_) {
        if (!link->origin().outbound && !link->is_admitted()) {
            ++greetings;
            greetings_of_address += link->origin().remote_host == host ? 1 : 0;
        }
    }
    if (stop_due_ms_ != 0 || greetings >= greetings_max || greetings_of_address >= greetings_per_address_max) {
        return false;
    }
    if (accepts_.size() >= accept_addresses_max) {
        accepts_.clear();
    }
    return accepts_.try_emplace(host, accepts_per_s, accepts_burst).first->second.take(1, steady_now_ms());
}

asio::awaitable<void> Swarm::run_link(std::shared_ptr<Link> link) {
    links_.insert(link);
    try {
        co_await link->run();
    } catch (const std::exception& failure) {
        spdlog::error("gossip link_failed why=\"{}\"", failure.what());
        link->abort();
    }
    link_ended(link);
}

asio::awaitable<void> Swarm::dial(DialBook::Target target) {
    std::shared_ptr<Link> link;
    if (std::optional<Link::Socket> socket = co_await connect(target.address); socket && stop_due_ms_ == 0) {
        const Link::Origin origin{
            true, target.is_static, target.entry, target.address.id, target.address.host, target.address.port};
        link = std::make_shared<Link>(*this, std::move(*socket), tls_, origin, bounds_);
        co_await run_link(link);
    }
    dial_ended(target, link.get());
}

asio::awaitable<std::optional<Link::Socket>> Swarm::connect(PeerAddress address) {
    tcp::resolver resolver{io_};
    const auto [unresolved, endpoints] =
        co_await resolver.async_resolve(address.host, std::to_string(address.port), as_result);
    if (unresolved) {
        co_return std::nullopt;
    }
    auto socket = std::make_shared<Link::Socket>(io_);
    asio::steady_timer timer{io_, std::chrono::milliseconds{settings_.handshake_timeout_ms}};
    timer.async_wait([socket](const boost::system::error_code& cancelled) {
        if (!cancelled) {
            socket->close();
        }
    });
    const auto [error, endpoint] = co_await asio::async_connect(*socket, endpoints, as_result);
    if (error || !socket->is_open()) {
        co_return std::nullopt;
    }
    co_return std::move(*socket);
}

void Swarm::dial_ended(const DialBook::Target& target, const Link* link) {
    learned_dials_ -= target.is_static ? 0 : 1;
    const std::uint64_t now_ms = steady_now_ms();
    const std::optional<Farewell> reason = link == nullptr ? std::nullopt : link->reason();
    if (reason == Farewell::wrong_genesis || reason == Farewell::wrong_fork || reason == Farewell::wrong_version) {
        book_.wrong_chain(target.entry, now_ms);
    } else if (link != nullptr && (link->is_admitted() || reason == Farewell::duplicate)) {
        book_.ended(target.entry, now_ms);
    } else {
        book_.failed(target.entry, now_ms);
    }
}

void Swarm::link_ended(const std::shared_ptr<Link>& link) {
    links_.erase(link);
    Peer* peer = peer_of(*link);
    if (peer == nullptr || peer->link != link) {
        return;
    }
    spdlog::info("gossip disconnected peer={} reason={}", short_text(peer->id),
                 link->reason() ? to_string(*link->reason()) : "closed");
    exchange_.peer_gone(*peer);
    flood_.peer_gone(*peer);
    const engine::PeerId id = peer->id;
    peers_.erase(id);
    courier_.deliver(engine::PeerDisconnected{id});
    publish_peers();
}

asio::awaitable<void> Swarm::tick_loop() {
    asio::steady_timer timer{io_};
    for (;;) {
        const std::uint64_t now_ms = steady_now_ms();
        if (stop_due_ms_ != 0 && (links_.empty() || now_ms >= stop_due_ms_)) {
            io_.stop();
            co_return;
        }
        tick(now_ms);
        timer.expires_after(std::chrono::milliseconds{tick_ms});
        co_await timer.async_wait(as_result);
    }
}

void Swarm::tick(std::uint64_t now_ms) {
    courier_.retry();
    for (const std::shared_ptr<Link>& link : links_) {
        link->enforce({settings_.handshake_timeout_ms, settings_.idle_timeout_ms}, now_ms);
    }
    for (const engine::PeerId& id : exchange_.expire(now_ms)) {
        charge(id, cost_unanswered, Fault{Reason::timed_out, "", "a request was not answered in time"});
    }
    if (stop_due_ms_ == 0) {
        dial_due(now_ms);
        if (now_ms >= ping_due_ms_) {
            ping_due_ms_ = now_ms + settings_.ping_interval_ms;
            asio::co_spawn(io_, refresh_standing(), log_failure);
        }
        if (settings_.discover && now_ms >= discovery_due_ms_) {
            discovery_due_ms_ = now_ms + settings_.discovery_interval_ms;
            for (auto& [id, peer] : peers_) {
                ask_for_peers(peer);
            }
        }
    }
    publish_peers();
}

void Swarm::dial_due(std::uint64_t now_ms) {
    DialBook::Connected connected;
    for (const auto& [id, peer] : peers_) {
        connected.insert(id);
    }
    const std::size_t busy = peers_.size() + learned_dials_;
    const std::size_t room = settings_.dialled_peers_max > busy ? settings_.dialled_peers_max - busy : 0;
    for (DialBook::Target& target : book_.due(connected, settings_.discover ? room : 0, now_ms)) {
        learned_dials_ += target.is_static ? 0 : 1;
        asio::co_spawn(io_, dial(std::move(target)), log_failure);
    }
}

asio::awaitable<void> Swarm::refresh_standing() {
    const auto ask = [this]() -> asio::awaitable<ports::Standing> { co_return server_.standing(); };
    standing_ = co_await asio::co_spawn(pool_, ask, asio::use_awaitable);
    ping_all();
}

asio::awaitable<SharedBytes> Swarm::make_hello() {
    const auto ask = [this]() -> asio::awaitable<ports::Standing> { co_return server_.standing(); };
    standing_ = co_await asio::co_spawn(pool_, ask, asio::use_awaitable);
    std::string listens = settings_.announce_address;
    if (listens.empty()) {
        listens = PeerAddress{std::nullopt, settings_.listen_host, port_}.endpoint();
    }
    Hello hello{wire_version,        standing_.genesis_root, standing_.fork_version, standing_.head,
                standing_.finalized, standing_.certificate,  AddressText{listens}};
    ByteVector body = encode(hello);
    if (body.size() > limits_of(Kind::hello, bounds_).body_bytes_max) {
        hello.certificate.reset();
        body = encode(hello);
    }
    co_return make_frame(Kind::hello, body);
}

std::vector<ports::PeerInfo> Swarm::peers() const {
    const std::lock_guard lock{published_mutex_};
    return published_;
}

/// Work for the swarm's thread from another. What carries messages is lost when that thread is far behind.
template <class Work>
void Swarm::post(std::size_t bytes, Work work) {
    if (!running_ || (bytes > 0 && posted_bytes_ > posted_bytes_max)) {
        return;
    }
    posted_bytes_ += bytes;
    asio::post(io_, [this, bytes, work = std::move(work)]() mutable {
        posted_bytes_ -= bytes;
        work();
    });
}

void Swarm::broadcast(const engine::Message& message, const std::optional<engine::PeerId>& except) {
    Outgoing outgoing = encode_message(message, except);
    const std::size_t bytes = outgoing.bytes();
    post(bytes, [this, outgoing = std::move(outgoing)] {
        flood_.broadcast(outgoing, steady_now_ms());
        if (outgoing.kind != Kind::transactions || transactions_wait_) {
            return;
        }
        transactions_wait_ = true;
        transactions_timer_.expires_after(std::chrono::milliseconds{transactions_batch_ms});
        transactions_timer_.async_wait([this](const boost::system::error_code&) {
            transactions_wait_ = false;
            for (auto& [id, peer] : peers_) {
                peer.link->release_transactions();
            }
        });
    });
}

void Swarm::request_blocks(const engine::PeerId& peer, const engine::BlockRequest& request) {
    post(0, [this, peer, request] { exchange_.request(peer, request); });
}

void Swarm::blame(const engine::PeerId& peer, const Fault& fault) {
    post(0, [this, peer, fault] { charge(peer, cost_of(fault.reason), fault); });
}

Result<std::unique_ptr<Gossip>> make_gossip(GossipSettings settings, std::shared_ptr<const Chain> chain,
                                            ports::Inbox& inbox, ports::BlockServer& server, const Limits& bounds) {
    std::vector<PeerAddress> statics;
    for (const std::string& text : settings.peers) {
        Result<PeerAddress> address = parse_peer(text);
        if (!address) {
            return address.fault();
        }
        statics.push_back(std::move(address).value());
    }
    if (!settings.announce_address.empty()) {
        if (const Result<PeerAddress> announced = parse_peer(settings.announce_address); !announced) {
            return announced.fault();
        }
    }
    Result<Identity> identity = load_identity(settings.tls_folder);
    if (!identity) {
        return identity.fault();
    }
    return std::unique_ptr<Gossip>{std::make_unique<Swarm>(std::move(settings), std::move(chain), inbox, server, bounds,
                                                           std::move(identity).value(), std::move(statics))};
}

} // namespace quoin::gossip
