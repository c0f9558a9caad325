#include "swarm.hpp"
#include "time.hpp"

#include <quoin/codec/ssz.hpp>

#include <spdlog/spdlog.h>

#include <algorithm>
#include <bit>
#include <utility>

namespace quoin::gossip {

namespace {

/// By how many slots a peer's head moves until the engine hears of it again.
constexpr std::uint64_t head_report_slots = 8;

} // namespace

std::optional<Farewell> Swarm::refusal_of(const Link& link) {
    if (*link.id() == identity_.id) {
        if (link.origin().outbound) {
            book_.reached(link.origin().entry, *link.id());
        }
        return Farewell::self;
    }
    if (conduct_.is_banned(*link.id(), steady_now_ms())) {
        return Farewell::banned;
    }
    return std::nullopt;
}

Peer* Swarm::peer_of(const Link& link) {
    const auto found = link.is_admitted() ? peers_.find(*link.id()) : peers_.end();
    return found == peers_.end() ? nullptr : &found->second;
}

void Swarm::frame_arrived(Link& link, const Frame& frame) {
    if (frame.kind == Kind::goodbye) {
        const Result<Goodbye> goodbye = decode<Goodbye>(frame.body);
        link.left(goodbye ? goodbye->reason : static_cast<std::uint8_t>(Farewell::misbehaved));
    } else if (!link.is_admitted() && frame.kind == Kind::hello) {
        greet(link, frame.body);
    } else if (Peer* peer = peer_of(link)) {
        if (peer->link.get() == &link || Flood::carries(frame.kind)) { // the rest of a duplicate is of no use
            handle(*peer, link, frame);
        }
    } else {
        stream_broken(link, Fault{Reason::malformed, std::string{to_string(frame.kind)}, "the hello comes first"});
    }
}

void Swarm::stream_broken(Link& link, const Fault& fault) {
    if (link.id()) {
        charge(*link.id(), cost_of(fault.reason), fault);
    }
    link.farewell(Farewell::misbehaved);
}

// Hello

void Swarm::greet(Link& link, ByteView body) {
    const Result<Hello> hello = decode<Hello>(body);
    if (!hello) {
        stream_broken(link, hello.fault());
        return;
    }
    if (const auto wrong = check_hello(*hello)) {
        spdlog::info("gossip other_chain peer={} reason={}", short_text(*link.id()), to_string(*wrong));
        charge(*link.id(), cost_wrong_chain, Fault{Reason::wrong_genesis, "hello", "the peer is of another chain"});
        link.farewell(*wrong);
        return;
    }
    if (!settle_duplicate(link)) {
        link.farewell(Farewell::duplicate);
        return;
    }
    if (const auto no_room = check_room(link)) {
        link.farewell(*no_room);
        return;
    }
    Peer& peer = admit(link, *hello);
    courier_.deliver(engine::PeerConnected{peer.id, hello->head, hello->finalized, hello->certificate});
    if (settings_.discover) {
        ask_for_peers(peer);
    }
    publish_peers();
}

std::optional<Farewell> Swarm::check_hello(const Hello& hello) const {
    if (hello.version != wire_version) {
        return Farewell::wrong_version;
    }
    if (hello.genesis_root != chain_->genesis_root) {
        return Farewell::wrong_genesis;
    }
    if (hello.fork_version != chain_->genesis.fork_version) {
        return Farewell::wrong_fork;
    }
    return std::nullopt;
}

/// False when the peer is connected already and it is this connection that has to go.
bool Swarm::settle_duplicate(const Link& link) {
    const auto found = peers_.find(*link.id());
    if (found == peers_.end()) {
        return true;
    }
    const Link& held = *found->second.link;
    if (!held.is_leaving() && keeps_held(identity_.id, *link.id(), held.origin().outbound, link.origin().outbound)) {
        return false;
    }
    found->second.link->farewell(Farewell::duplicate);
    exchange_.peer_gone(found->second);
    flood_.peer_gone(found->second);
    peers_.erase(found);
    return true;
}

std::optional<Farewell> Swarm::check_room(const Link& link) const {
    const auto inbound = std::count_if(peers_.begin(), peers_.end(), [](const PeerTable::value_type& entry) {
        return !entry.second.link->origin().outbound;
    });
    // A third of the places is for peers of our own choice, so that strangers can not surround us.
    const bool full_of_strangers =
        !link.origin().outbound && 3 * static_cast<std::size_t>(inbound) >= 2 * bounds_.peers_max;
    if (peers_.size() >= bounds_.peers_max || full_of_strangers || courier_.waiting() > bounds_.peers_max) {
        return Farewell::too_many_peers;
    }
    return std::nullopt;
}

Peer& Swarm::admit(Link& link, const Hello& hello) {
    SeenCache::Holders taken = 0;
    for (const auto& [id, other] : peers_) {
        taken |= SeenCache::Holders{1} << other.place;
    }
    const auto place = static_cast<std::size_t>(std::countr_one(taken));
    const engine::PeerId& id = *link.id();
    Peer& peer = peers_.emplace(id, Peer{id, link.shared_from_this(), place, bounds_, settings_.request_timeout_ms})
                     .first->second;
    link.admit();
    peer.head = peer.reported_head = hello.head;
    peer.finalized = hello.finalized;
    if (link.origin().outbound) {
        book_.reached(link.origin().entry, id);
    }
    if (Result<PeerAddress> listens = parse_peer(hello.listen_address.view())) {
        peer.listens = std::move(listens).value();
        peer.listens->id = id;
        if (peer.listens->is_unspecified()) {
            peer.listens->host = link.origin().remote_host;
        }
        book_.learn(*peer.listens, id);
    }
    spdlog::info("gossip connected peer={} address={}:{} outbound={} head_slot={}", short_text(id),
                 link.origin().remote_host, link.origin().remote_port, link.origin().outbound, hello.head.slot.value);
    return peer;
}

// Frames of a peer

void Swarm::handle(Peer& peer, Link& link, const Frame& frame) {
    const Result<void> outcome = handle_quietly(peer, frame, steady_now_ms());
    if (!outcome) {
        punish(peer, link, frame, outcome.fault());
    }
}

Result<void> Swarm::handle_quietly(Peer& peer, const Frame& frame, std::uint64_t now_ms) {
    if (Flood::carries(frame.kind)) {
        return flood_.received(peer, frame, now_ms);
    }
    if (BlockExchange::carries(frame.kind)) {
        return exchange_.received(peer, frame);
    }
    if (!peer.bucket(frame.kind).take(1, now_ms)) {
        return Fault{Reason::too_many_requests, std::string{to_string(frame.kind)}, "more than the peer may send"};
    }
    switch (frame.kind) {
    case Kind::ping:
    case Kind::pong:
        return take_ping(peer, frame);
    case Kind::get_peers:
        return tell_peers(peer, frame.body);
    case Kind::peers:
        return learn_peers(peer, frame.body);
    default:
        return Fault{Reason::malformed, std::string{to_string(frame.kind)}, "a frame that has no place here"};
    }
}

void Swarm::punish(Peer& peer, Link& link, const Frame& frame, const Fault& fault) {
    switch (fault.reason) {
    case Reason::timed_out:
        return;
    case Reason::too_many_requests:
        charge(peer.id, cost_over_rate, fault);
        return;
    case Reason::not_found:
        charge(peer.id, cost_unasked, fault);
        return;
    default:
        charge(peer.id, limits_of(frame.kind, bounds_).cost_invalid, fault);
        link.farewell(Farewell::misbehaved);
    }
}

void Swarm::charge(const engine::PeerId& id, std::uint64_t cost, const Fault& fault) {
    if (cost == 0) {
        return;
    }
    const std::uint64_t now_ms = steady_now_ms();
    const bool was_banned = conduct_.is_banned(id, now_ms);
    const bool is_banned = conduct_.charge(id, cost, now_ms);
    spdlog::debug("gossip charged peer={} cost={} why=\"{}\"", short_text(id), cost, fault.text());
    if (!is_banned || was_banned) {
        return;
    }
    spdlog::warn("gossip banned peer={} why=\"{}\"", short_text(id), fault.text());
    if (const auto found = peers_.find(id); found != peers_.end()) {
        found->second.link->farewell(Farewell::misbehaved);
    }
}

Result<void> Swarm::take_ping(Peer& peer, const Frame& frame) {
    const Result<Ping> ping = decode<Ping>(frame.body);
    if (!ping) {
        return ping.fault();
    }
    if (frame.kind == Kind::ping) {
        const Ping pong{ping->number, standing_.head, standing_.finalized};
        peer.link->send(make_frame(Kind::pong, encode(pong)), Outbox::Lane::prompt);
    }
    stands(peer, ping->head, ping->finalized);
    return {};
}

void Swarm::stands(Peer& peer, const engine::Tip& head, const Checkpoint& finalized) {
    peer.head = head;
    peer.finalized = finalized;
    const std::uint64_t last = peer.reported_head.slot.value;
    const std::uint64_t moved = head.slot.value > last ? head.slot.value - last : last - head.slot.value;
    if (moved > head_report_slots && courier_.offer(engine::PeerConnected{peer.id, head, finalized, std::nullopt})) {
        peer.reported_head = head;
    }
}

void Swarm::ping_all() {
    const Ping ping{next_ping_number_++, standing_.head, standing_.finalized};
    const SharedBytes frame = make_frame(Kind::ping, encode(ping));
    for (auto& [id, peer] : peers_) {
        peer.link->send(frame, Outbox::Lane::prompt);
    }
}

void Swarm::publish_peers() {
    std::vector<ports::PeerInfo> infos;
    const std::uint64_t now_ms = steady_now_ms();
    for (const auto& [id, peer] : peers_) {
        const Link& link = *peer.link;
        ports::PeerInfo info;
        info.id = id;
        info.address = peer.listens ? peer.listens->endpoint()
                                    : PeerAddress{id, link.origin().remote_host, link.origin().remote_port}.endpoint();
        info.outbound = link.origin().outbound;
        info.head = peer.head;
        info.cost = conduct_.cost(id, now_ms);
        info.frames_in = link.frames_in();
        info.frames_out = link.frames_out();
        info.bytes_in = link.bytes_in();
        info.bytes_out = link.bytes_out();
        infos.push_back(std::move(info));
    }
    const std::lock_guard lock{published_mutex_};
    published_ = std::move(infos);
}

// Discovery

/// One at a time: of two answers the second would seem unasked, and who is slow is not bad.
void Swarm::ask_for_peers(Peer& peer) {
    if (std::exchange(peer.peers_asked, true)) {
        return;
    }
    const ByteVector body = encode(PeersRequest{peers_per_answer_max});
    peer.link->send(make_frame(Kind::get_peers, body), Outbox::Lane::prompt);
}

Result<void> Swarm::tell_peers(Peer& peer, ByteView body) {
    const Result<PeersRequest> request = decode<PeersRequest>(body);
    if (!request) {
        return request.fault();
    }
    PeersAnswer answer;
    for (const auto& [id, other] : peers_) {
        if (answer.peers.size() >= std::min<std::uint64_t>(request->count_max, peers_per_answer_max)) {
            break;
        }
        if (id != peer.id && other.listens) {
            answer.peers.push_back({id, AddressText{other.listens->endpoint()}});
        }
    }
    peer.link->send(make_frame(Kind::peers, encode(answer)), Outbox::Lane::prompt);
    return {};
}

Result<void> Swarm::learn_peers(Peer& peer, ByteView body) {
    const Result<PeersAnswer> answer = decode<PeersAnswer>(body);
    if (!answer) {
        return answer.fault();
    }
    if (!peer.peers_asked) {
        return Fault{Reason::not_found, "peers", "peers that nobody asked for"};
    }
    peer.peers_asked = false;
    for (const KnownPeer& known : answer->peers) {
        if (Result<PeerAddress> address = parse_peer(known.address.view())) {
            address->id = known.id;
            book_.learn(*address, peer.id);
        }
    }
    return {};
}

} // namespace quoin::gossip
