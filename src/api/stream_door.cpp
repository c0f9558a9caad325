#include "stream_door.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>

namespace quoin::api {

namespace {

constexpr std::uint64_t watch_interval_ms_max = 1'000;
constexpr std::uint64_t silent_pings_max = 3;

} // namespace

StreamDoor::StreamDoor(Core& core, const asio::any_io_executor& strand)
    : core_(core), session_(core.context.feed, core.context.bounds,
                            [&core] {
                                const auto snapshot = core.context.parts.snapshots.current();
                                return !snapshot || snapshot->syncing;
                            }),
      sleep_(strand), watch_(strand) {
    ++core_.context.streams;
}

StreamDoor::~StreamDoor() {
    core_.context.hub.detach(*this);
    --core_.context.streams;
}

void StreamDoor::wake() {
    asio::post(sleep_.get_executor(), [self = shared_from_this()] {
        self->is_woken_ = true;
        self->sleep_.cancel();
    });
}

void StreamDoor::live(const std::shared_ptr<const LiveEvent>& event) {
    asio::post(sleep_.get_executor(), [self = shared_from_this(), event] {
        self->session_.live(*event);
        self->is_woken_ = true;
        self->sleep_.cancel();
    });
}

void StreamDoor::close() {
    is_going_away_ = true;
    wake();
}

void StreamDoor::command(std::string_view json) {
    session_.command(json);
    core_.context.hub.set_topics(*this, session_.live_topics());
    is_woken_ = true;
    sleep_.cancel();
}

asio::awaitable<void> StreamDoor::sleep(std::uint64_t milliseconds) {
    if (!std::exchange(is_woken_, false)) {
        boost::system::error_code ignored;
        sleep_.expires_after(std::chrono::milliseconds(milliseconds));
        co_await sleep_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
        is_woken_ = false;
    }
}

std::optional<Frame> StreamDoor::next() {
    is_woken_ = false;
    auto frame = session_.next(steady_ms());
    lag_events = session_.lag_events();
    return frame;
}

void StreamDoor::watch(std::function<void()> cut) {
    is_watching_ = true;
    arm(std::make_shared<std::function<void()>>(std::move(cut)));
}

void StreamDoor::stop_watching() {
    is_watching_ = false;
    watch_.cancel();
}

void StreamDoor::arm(const std::shared_ptr<std::function<void()>>& cut) {
    const std::uint64_t interval_ms = std::min(watch_interval_ms_max, bounds().stalled_subscriber_ms / 4 + 1);
    watch_.expires_after(std::chrono::milliseconds(interval_ms));
    watch_.async_wait([self = shared_from_this(), cut](const boost::system::error_code&) {
        if (!self->is_watching_) {
            return;
        }
        const std::uint64_t now_ms = steady_ms();
        const Limits& bounds = self->bounds();
        const bool is_stuck =
            self->writing_since_ms_ != 0 && now_ms > self->writing_since_ms_ + bounds.stalled_subscriber_ms;
        const bool is_silent =
            self->heard_ms_ != 0 && now_ms > self->heard_ms_ + silent_pings_max * bounds.ping_interval_ms;
        if (is_stuck || is_silent) {
            self->is_watching_ = false;
            return (*cut)();
        }
        self->arm(cut);
    });
}

} // namespace quoin::api
