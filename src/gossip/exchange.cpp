#include "exchange.hpp"

#include "time.hpp"

#include <quoin/codec/ssz.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>

namespace quoin::gossip {

namespace asio = boost::asio;

namespace {

/// More than a peer has in flight, since it may have given up on some that are still being answered.
constexpr std::size_t asks_per_flight = 2;
constexpr std::uint64_t outbox_poll_ms = 5;

asio::awaitable<void> pause(std::uint64_t wait_ms) {
    asio::steady_timer timer{co_await asio::this_coro::executor, std::chrono::milliseconds{wait_ms}};
    co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
}

} // namespace

SharedBytes make_blocks_frame(std::uint64_t id, const std::vector<SignedBlock>& blocks, const Limits& bounds) {
    std::vector<SharedBytes> items;
    std::size_t body_bytes = request_head_bytes;
    for (const SignedBlock& block : blocks) {
        auto encoded = std::make_shared<const ByteVector>(encode(block));
        body_bytes += list_offset_bytes + encoded->size();
        if (items.size() >= bounds.blocks_per_answer_max || body_bytes > bounds.answer_bytes_max) {
            break;
        }
        items.push_back(std::move(encoded));
    }
    ByteVector head;
    for (int shift = 0; shift < 64; shift += 8) {
        head.push_back(static_cast<std::uint8_t>(id >> shift & 0xff));
    }
    return make_frame(Kind::blocks, pack_items(head, items, variable_size));
}

void BlockExchange::request(const engine::PeerId& id, engine::BlockRequest request) {
    if (auto* range = std::get_if<engine::BlocksByRange>(&request)) {
        range->count = std::min<std::uint64_t>(range->count, bounds_.blocks_per_answer_max);
    }
    const auto found = peers_.find(id);
    if (found == peers_.end() || found->second.link->is_leaving() || !found->second.requests.add(std::move(request))) {
        answer_empty(id);
        return;
    }
    send_next(found->second);
}

void BlockExchange::send_next(Peer& peer) {
    while (auto outgoing = peer.requests.next(steady_now_ms())) {
        SharedBytes frame;
        if (const auto* range = std::get_if<engine::BlocksByRange>(&outgoing->request)) {
            frame = make_frame(Kind::get_blocks_by_range, encode(RangeRequest{outgoing->id, *range}));
        } else {
            auto& roots = std::get<engine::BlocksByRoot>(outgoing->request).roots;
            frame = make_frame(Kind::get_blocks_by_root, encode(RootsRequest{outgoing->id, std::move(roots)}));
        }
        peer.link->send(std::move(frame), Outbox::Lane::prompt);
    }
}

Result<void> BlockExchange::received(Peer& peer, const Frame& frame) {
    if (frame.kind == Kind::blocks) {
        return take_answer(peer, frame.body);
    }
    if (frame.kind == Kind::get_blocks_by_range) {
        const Result<RangeRequest> ask = decode<RangeRequest>(frame.body);
        if (!ask) {
            return ask.fault();
        }
        return take_ask(peer, BlockAsk{ask->id, frame.kind, ask->range.count, ask->range});
    }
    Result<RootsRequest> ask = decode<RootsRequest>(frame.body);
    if (!ask) {
        return ask.fault();
    }
    const std::size_t count = ask->roots.size();
    return take_ask(peer, BlockAsk{ask->id, frame.kind, count, engine::BlocksByRoot{std::move(ask->roots)}});
}

Result<void> BlockExchange::take_ask(Peer& peer, BlockAsk ask) {
    if (ask.items == 0 || ask.items > limits_of(ask.kind, bounds_).items_max) {
        return Fault{Reason::out_of_range, std::string{to_string(ask.kind)}, "no request is for so many blocks"};
    }
    if (peer.asks.size() >= asks_per_flight * bounds_.requests_in_flight_per_peer) {
        return Fault{Reason::too_many_requests, std::string{to_string(ask.kind)}, "too many requests are open"};
    }
    peer.asks.push_back(std::move(ask));
    if (!peer.is_served) {
        peer.is_served = true;
        asio::co_spawn(io_, serve(peer.link), asio::detached);
    }
    return {};
}

Result<void> BlockExchange::take_answer(Peer& peer, ByteView body) {
    Result<BlocksAnswer> answer = decode<BlocksAnswer>(body);
    if (!answer) {
        return answer.fault();
    }
    switch (peer.requests.answered(answer->id)) {
    case Requests::Verdict::never_asked:
        return Fault{Reason::not_found, "id", "blocks that nobody asked for"};
    case Requests::Verdict::late:
        return Fault{Reason::timed_out, "id", "blocks that came too late"};
    case Requests::Verdict::asked:
        break;
    }
    courier_.deliver(engine::BlocksAnswered{peer.id, answer->blocks.items()});
    send_next(peer);
    return {};
}

std::vector<engine::PeerId> BlockExchange::expire(std::uint64_t now_ms) {
    std::vector<engine::PeerId> late;
    for (auto& [id, peer] : peers_) {
        const std::size_t expired = peer.requests.expire(now_ms);
        for (std::size_t i = 0; i < expired; ++i) {
            answer_empty(id);
            late.push_back(id);
        }
        send_next(peer);
    }
    return late;
}

void BlockExchange::peer_gone(const Peer& peer) {
    for (std::size_t i = 0; i < peer.requests.open(); ++i) {
        answer_empty(peer.id);
    }
}

Peer* BlockExchange::peer_on(const Link& link) {
    const auto found = peers_.find(*link.id());
    return found == peers_.end() || found->second.link.get() != &link ? nullptr : &found->second;
}

asio::awaitable<void> BlockExchange::serve(std::shared_ptr<Link> link) {
    for (Peer* peer = peer_on(*link); peer != nullptr; peer = peer_on(*link)) {
        if (peer->asks.empty()) {
            peer->is_served = false;
            co_return;
        }
        const BlockAsk ask = peer->asks.front();
        if (!co_await wait_for_turn(link, ask)) {
            co_return;
        }
        SharedBytes frame;
        try {
            frame = co_await asio::co_spawn(pool_, load(ask), asio::use_awaitable);
        } catch (const std::exception& failure) {
            spdlog::error("gossip blocks_unreadable why=\"{}\"", failure.what());
            frame = make_blocks_frame(ask.id, {}, bounds_);
        }
        link->send(std::move(frame), Outbox::Lane::bulk);
        if ((peer = peer_on(*link)) != nullptr) {
            peer->asks.pop_front(); // only now: what is being answered counts as open
        }
    }
}

asio::awaitable<bool> BlockExchange::wait_for_turn(std::shared_ptr<Link> link, BlockAsk ask) {
    while (link->outbox_bytes() > bounds_.peer_outbox_bytes_max / 4 && !link->is_leaving()) {
        co_await pause(outbox_poll_ms);
    }
    for (Peer* peer = peer_on(*link); peer != nullptr && !link->is_leaving(); peer = peer_on(*link)) {
        if (peer->bucket(ask.kind).take(ask.items, steady_now_ms())) {
            co_return true;
        }
        co_await pause(peer->bucket(ask.kind).wait_ms(ask.items, steady_now_ms()));
    }
    co_return false;
}

asio::awaitable<SharedBytes> BlockExchange::load(BlockAsk ask) {
    co_return make_blocks_frame(ask.id, server_.blocks(ask.request), bounds_);
}

} // namespace quoin::gossip
