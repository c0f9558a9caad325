#include "sessions.hpp"
#include "stream_door.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <algorithm>
#include <array>

namespace quoin::api {

namespace {

namespace websocket = beast::websocket;
using asio::redirect_error;
using asio::use_awaitable;

/// One WebSocket: a reader that takes commands, a writer that pulls frames when the last one is gone.
class Socket final : public StreamDoor {
public:
    Socket(Core& core, beast::tcp_stream stream) : StreamDoor(core, stream.get_executor()), ws_(std::move(stream)) {}

    asio::awaitable<void> run(HttpRequest handshake);
    void cut() { beast::get_lowest_layer(ws_).close(); }

private:
    std::shared_ptr<Socket> self() { return std::static_pointer_cast<Socket>(shared_from_this()); }
    asio::awaitable<bool> accept(HttpRequest handshake);
    void start_writing();
    asio::awaitable<void> read_commands();
    asio::awaitable<void> write_frames();
    asio::awaitable<void> write(const Frame& frame);
    asio::awaitable<void> ping();
    asio::awaitable<void> say_goodbye(websocket::close_code code, const std::string& why);

    websocket::stream<beast::tcp_stream> ws_;
    beast::error_code error_; ///< of the writer: once set it is over
    bool is_reading_ = true;
    bool is_refused_ = false; ///< the client sent what no command is
};

asio::awaitable<void> Socket::run(HttpRequest handshake) {
    if (!co_await accept(std::move(handshake))) {
        co_return;
    }
    core().context.hub.attach(shared_from_this());
    expect_to_hear();
    watch([this] { cut(); });
    start_writing();
    co_await read_commands();
    is_reading_ = false;
    stop_watching();
    cut(); // also ends a write that the client does not take
    wake();
    core().context.hub.detach(*this);
}

asio::awaitable<bool> Socket::accept(HttpRequest handshake) {
    beast::get_lowest_layer(ws_).expires_never();
    websocket::stream_base::timeout timeout{};
    timeout.handshake_timeout = std::chrono::milliseconds(bounds().header_timeout_ms);
    timeout.idle_timeout = websocket::stream_base::none(); // `watch` sees to it
    ws_.set_option(timeout);
    ws_.read_message_max(bounds().stream_command_bytes_max);
    ws_.auto_fragment(false);
    ws_.control_callback([this](websocket::frame_type, beast::string_view) { heard(); });
    beast::error_code error;
    co_await ws_.async_accept(handshake, redirect_error(use_awaitable, error));
    co_return !error;
}

/// Not within a coroutine: g++ 12 destroys the captures of a lambda twice when it stands in an expression with
/// co_await.
void Socket::start_writing() {
    asio::co_spawn(
        ws_.get_executor(), [me = self()]() -> asio::awaitable<void> { co_await me->write_frames(); }, asio::detached);
}

asio::awaitable<void> Socket::read_commands() {
    beast::flat_buffer buffer;
    for (;;) {
        beast::error_code error;
        co_await ws_.async_read(buffer, redirect_error(use_awaitable, error));
        if (error) {
            co_return;
        }
        if (is_refused_ || ws_.got_binary()) {
            is_refused_ = true; // the writer says so; two may not close at once
            wake();
            buffer.clear();
            continue;
        }
        heard();
        command(beast::buffers_to_string(buffer.data()));
        buffer.consume(buffer.size());
        // A client that asks faster than it reads waits for its answers.
        while (session().is_congested() && !error_ && ws_.is_open()) {
            asio::steady_timer pause{ws_.get_executor(), std::chrono::milliseconds(5)};
            co_await pause.async_wait(redirect_error(use_awaitable, error));
        }
    }
}

asio::awaitable<void> Socket::write_frames() {
    std::uint64_t ping_due_ms = steady_ms() + bounds().ping_interval_ms;
    while (is_reading_ && !error_) {
        if (is_going_away()) {
            const std::string cursor = session().resume_cursor();
            co_return co_await say_goodbye(websocket::close_code::going_away, cursor);
        }
        if (is_refused_) {
            co_return co_await say_goodbye(websocket::close_code::unknown_data, "text frames only");
        }
        const std::uint64_t now_ms = steady_ms();
        if (now_ms >= ping_due_ms) {
            co_await ping();
            ping_due_ms = now_ms + bounds().ping_interval_ms;
        } else if (const auto frame = next()) {
            co_await write(*frame);
        } else if (const auto stalled = session().stalled(now_ms)) {
            co_await write(stalled->error);
            co_return co_await say_goodbye(websocket::close_code::try_again_later, stalled->cursor);
        } else if (session().is_unfinished()) {
            co_await asio::post(ws_.get_executor(), use_awaitable);
        } else {
            co_await sleep(std::min(ping_due_ms - now_ms, bounds().stalled_subscriber_ms / 4 + 1));
        }
    }
}

asio::awaitable<void> Socket::write(const Frame& frame) {
    const std::array<asio::const_buffer, 3> buffers{asio::buffer(frame.head),
                                                    frame.data ? asio::buffer(*frame.data) : asio::const_buffer{},
                                                    asio::buffer(frame.tail.data(), frame.tail.size())};
    begin_write();
    ws_.text(true);
    co_await ws_.async_write(buffers, redirect_error(use_awaitable, error_));
    end_write();
}

asio::awaitable<void> Socket::ping() {
    begin_write();
    co_await ws_.async_ping({}, redirect_error(use_awaitable, error_));
    end_write();
}

asio::awaitable<void> Socket::say_goodbye(websocket::close_code code, const std::string& why) {
    begin_write();
    const websocket::close_reason reason{code, why};
    co_await ws_.async_close(reason, redirect_error(use_awaitable, error_));
    end_write();
    cut();
}

} // namespace

asio::awaitable<void> serve_websocket(Core& core, Connection& connection, beast::tcp_stream stream,
                                      HttpRequest handshake) {
    const auto socket = std::make_shared<Socket>(core, std::move(stream));
    connection.set_cut([&socket] { socket->cut(); });
    co_await socket->run(std::move(handshake));
    connection.set_cut(nullptr);
}

} // namespace quoin::api
