#include "link.hpp"

#include "swarm.hpp"
#include "time.hpp"
#include "tls.hpp"

#include <quoin/codec/ssz.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <spdlog/spdlog.h>

namespace quoin::gossip {

namespace asio = boost::asio;

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::uint64_t farewell_ms_max = 1'000;

} // namespace

Link::Link(Swarm& swarm, Socket socket, asio::ssl::context& tls, Origin origin, const Limits& bounds)
    : swarm_(swarm), stream_(std::move(socket), tls), wake_(stream_.get_executor()), origin_(std::move(origin)),
      reader_(bounds), outbox_(bounds.peer_outbox_bytes_max), opened_ms_(steady_now_ms()), heard_ms_(opened_ms_) {}

asio::awaitable<void> Link::run() {
    const auto self = shared_from_this();
    if (co_await shake_hands() && !closed_) {
        start_writing();
        SharedBytes hello = co_await swarm_.make_hello();
        if (const auto refusal = swarm_.refusal_of(*this)) {
            farewell(*refusal);
        }
        send(std::move(hello), Outbox::Lane::prompt);
        co_await read();
    }
    abort();
}

asio::awaitable<bool> Link::shake_hands() {
    boost::system::error_code error;
    stream_.lowest_layer().set_option(asio::ip::tcp::no_delay{true}, error);
    const auto side = origin_.outbound ? asio::ssl::stream_base::client : asio::ssl::stream_base::server;
    std::tie(error) = co_await stream_.async_handshake(side, as_result);
    if (error) {
        spdlog::debug("gossip handshake_failed address={}:{} why=\"{}\"", origin_.remote_host, origin_.remote_port,
                      error.message());
        co_return false;
    }
    const Result<engine::PeerId> id = peer_behind(*stream_.native_handle());
    if (!id) {
        spdlog::debug("gossip handshake_refused address={}:{} why=\"{}\"", origin_.remote_host, origin_.remote_port,
                      id.fault().message);
        co_return false;
    }
    if (origin_.pinned && *origin_.pinned != *id) {
        spdlog::warn("gossip wrong_peer address={}:{} wanted={} found={}", origin_.remote_host, origin_.remote_port,
                     short_text(*origin_.pinned), short_text(*id));
        co_return false;
    }
    id_ = *id;
    co_return true;
}

asio::awaitable<void> Link::read() {
    while (!closed_) {
        const std::span<std::uint8_t> room = reader_.prepare();
        const auto [error, bytes] = co_await stream_.async_read_some(asio::buffer(room.data(), room.size()), as_result);
        if (error) {
            co_return;
        }
        heard_ms_ = steady_now_ms();
        bytes_in_ += bytes;
        reader_.commit(bytes);
        take_frames();
    }
}

void Link::take_frames() {
    while (!closed_) {
        // A duplicate's last frames count: the sender believes that they arrived.
        if (is_leaving() && reason_ != Farewell::duplicate) {
            reader_.clear();
            return;
        }
        const Result<std::optional<Frame>> frame = reader_.next();
        if (!frame) {
            swarm_.stream_broken(*this, frame.fault());
            return;
        }
        if (!frame->has_value()) {
            return;
        }
        ++frames_in_;
        swarm_.frame_arrived(*this, **frame);
    }
}

void Link::start_writing() {
    const auto run_write = [self = shared_from_this()]() -> asio::awaitable<void> { co_await self->write(); };
    asio::co_spawn(stream_.get_executor(), run_write, asio::detached);
}

asio::awaitable<void> Link::write() {
    boost::system::error_code error;
    while (!closed_) {
        const SharedBytes bytes = outbox_.take();
        if (!bytes) {
            if (leaving_since_ms_ != 0) {
                stream_.lowest_layer().shutdown(asio::socket_base::shutdown_send, error);
                co_return;
            }
            wake_.expires_at(asio::steady_timer::time_point::max());
            std::tie(error) = co_await wake_.async_wait(as_result);
            continue;
        }
        writing_since_ms_ = steady_now_ms();
        std::size_t written = 0;
        std::tie(error, written) = co_await asio::async_write(stream_, asio::buffer(*bytes), as_result);
        writing_since_ms_ = 0;
        bytes_out_ += written;
        if (error) {
            abort();
        }
    }
}

void Link::send(SharedBytes frame, Outbox::Lane lane) {
    if (!is_leaving()) {
        pushed(outbox_.push(std::move(frame), lane));
    }
}

void Link::send_attestation(SharedBytes encoded) {
    if (!is_leaving()) {
        pushed(outbox_.push_attestation(std::move(encoded)));
    }
}

void Link::send_transaction(SharedBytes encoded) {
    if (!is_leaving() && !outbox_.push_transaction(std::move(encoded))) {
        pushed(false);
    }
}

void Link::release_transactions() {
    outbox_.release_transactions();
    wake_.cancel();
}

void Link::pushed(bool had_room) {
    if (!had_room) {
        spdlog::info("gossip peer_too_slow address={}:{} held_bytes={}", origin_.remote_host, origin_.remote_port,
                     outbox_.held_bytes());
        abort();
        return;
    }
    wake_.cancel();
}

void Link::farewell(Farewell reason) {
    if (is_leaving()) {
        return;
    }
    spdlog::debug("gossip goodbye address={}:{} reason={}", origin_.remote_host, origin_.remote_port,
                  to_string(reason));
    const ByteVector body = encode(Goodbye{static_cast<std::uint8_t>(reason)});
    send(make_frame(Kind::goodbye, body), Outbox::Lane::prompt);
    reason_ = reason;
    leaving_since_ms_ = steady_now_ms();
    outbox_.release_transactions();
    wake_.cancel();
}

void Link::left(std::uint8_t reason) {
    if (!reason_) {
        reason_ = static_cast<Farewell>(reason);
    }
    abort();
}

void Link::abort() {
    if (!closed_) {
        closed_ = true;
        boost::system::error_code ignored;
        stream_.lowest_layer().close(ignored);
        wake_.cancel();
    }
}

void Link::enforce(const Patience& patience, std::uint64_t now_ms) {
    const bool never_greeted = !admitted_ && now_ms - opened_ms_ > patience.handshake_ms;
    const bool never_leaves = leaving_since_ms_ != 0 && now_ms - leaving_since_ms_ > farewell_ms_max;
    const bool silent = now_ms - heard_ms_ > patience.idle_ms;
    const bool stuck = writing_since_ms_ != 0 && now_ms - writing_since_ms_ > patience.idle_ms;
    if (never_greeted || never_leaves || silent || stuck) {
        abort();
    }
}

} // namespace quoin::gossip
