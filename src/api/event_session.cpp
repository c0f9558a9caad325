#include "faults.hpp"
#include "sessions.hpp"
#include "stream_door.hpp"
#include "wire.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>

namespace quoin::api {

namespace {

using asio::redirect_error;
using asio::use_awaitable;

/// One stream of server-sent events. What the client sends is only read to see it leave.
class Events final : public StreamDoor {
public:
    Events(Core& core, beast::tcp_stream stream)
        : StreamDoor(core, stream.get_executor()), stream_(std::move(stream)) {}

    asio::awaitable<void> run(EventStream plan);
    void cut() { stream_.close(); }

private:
    void start_reading();
    asio::awaitable<void> read_until_gone();
    asio::awaitable<void> write_events();
    asio::awaitable<void> write(const std::string& text, std::string_view data = {}, std::string_view tail = {});
    asio::awaitable<void> write_frame(const Frame& frame);
    asio::awaitable<void> write_error(const Fault& fault);

    beast::tcp_stream stream_;
    beast::error_code error_;
    bool is_there_ = true;
};

asio::awaitable<void> Events::run(EventStream plan) {
    stream_.expires_never();
    for (const std::string& subscription : plan.commands) {
        command(subscription);
        if (const auto refusal = session().refusal()) {
            co_return co_await write_error(*refusal);
        }
    }
    core().context.hub.attach(shared_from_this());
    watch([this] { cut(); });
    Response head;
    head.content_type = "text/event-stream";
    head.headers.emplace_back("Cache-Control", "no-store");
    const std::string start = response_head(head, false, false);
    co_await write(start);
    start_reading();
    co_await write_events();
    stop_watching();
    core().context.hub.detach(*this);
    stream_.close();
}

/// Not within a coroutine: g++ 12 destroys the captures of a lambda twice when it stands in an expression with
/// co_await.
void Events::start_reading() {
    auto me = std::static_pointer_cast<Events>(shared_from_this());
    asio::co_spawn(
        stream_.get_executor(), [me]() -> asio::awaitable<void> { co_await me->read_until_gone(); }, asio::detached);
}

asio::awaitable<void> Events::read_until_gone() {
    std::array<char, 512> sink;
    beast::error_code error;
    while (!error) {
        co_await stream_.async_read_some(asio::buffer(sink), redirect_error(use_awaitable, error));
    }
    is_there_ = false;
    wake();
}

asio::awaitable<void> Events::write_events() {
    const std::string ping = ": ping\n\n";
    std::uint64_t ping_due_ms = steady_ms() + bounds().ping_interval_ms;
    while (is_there_ && !error_ && !is_going_away()) {
        const std::uint64_t now_ms = steady_ms();
        if (now_ms >= ping_due_ms) {
            co_await write(ping);
            ping_due_ms = now_ms + bounds().ping_interval_ms;
        } else if (const auto frame = next()) {
            co_await write_frame(*frame);
        } else if (session().is_unfinished()) {
            co_await asio::post(stream_.get_executor(), use_awaitable);
        } else {
            co_await sleep(ping_due_ms - now_ms);
        }
    }
}

asio::awaitable<void> Events::write_frame(const Frame& frame) {
    if (!frame.is_event) {
        const std::string text = "event: stream\ndata: " + frame.head + "\n\n";
        co_return co_await write(text);
    }
    std::string head = frame.event_id.empty() ? "" : "id: " + frame.event_id + "\n";
    head.append("event: ").append(to_string(frame.topic)).append("\ndata: ");
    co_await write(head, *frame.data, "\n\n");
}

asio::awaitable<void> Events::write(const std::string& text, std::string_view data, std::string_view tail) {
    const std::array<asio::const_buffer, 3> buffers{asio::buffer(text), asio::buffer(data.data(), data.size()),
                                                    asio::buffer(tail.data(), tail.size())};
    begin_write();
    co_await asio::async_write(stream_, buffers, redirect_error(use_awaitable, error_));
    end_write();
}

asio::awaitable<void> Events::write_error(const Fault& fault) {
    const bool names_oldest = fault.reason == Reason::cursor_pruned;
    const std::string oldest = std::to_string(core().context.feed.oldest());
    const Response response = error_response(fault, names_oldest ? "\"oldest\":\"" + oldest + "\"" : "");
    const std::string whole = response_head(response, false) + response.body;
    co_await write(whole);
    co_await close_gently(stream_);
}

} // namespace

asio::awaitable<void> serve_events(Core& core, Connection& connection, beast::tcp_stream stream, EventStream plan) {
    const auto events = std::make_shared<Events>(core, std::move(stream));
    connection.set_cut([&events] { events->cut(); });
    co_await events->run(std::move(plan));
    connection.set_cut(nullptr);
}

} // namespace quoin::api
