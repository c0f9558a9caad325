#include "faults.hpp"
#include "sessions.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>

namespace quoin::api {

namespace {

/// The view may be published a moment after the notice that tells of it: so a wait also looks by itself.
constexpr std::uint64_t look_again_ms = 100;

class Waiter final : public Listener, public std::enable_shared_from_this<Waiter> {
public:
    explicit Waiter(const asio::any_io_executor& strand) : timer_(strand) { wants_heads = true; }

    void wake() override {
        asio::post(timer_.get_executor(), [self = shared_from_this()] { self->timer_.cancel(); });
    }
    void live(const std::shared_ptr<const LiveEvent>&) override {}
    void close() override {
        is_closed_ = true;
        wake();
    }

    bool is_closed() const { return is_closed_; }

    asio::awaitable<void> sleep(std::uint64_t milliseconds) {
        boost::system::error_code ignored;
        timer_.expires_after(std::chrono::milliseconds(milliseconds));
        co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }

private:
    asio::steady_timer timer_;
    std::atomic<bool> is_closed_{false};
};

/// Counts a wait, and has the hub wake it, for as long as it lasts.
class Place {
public:
    Place(Core& core, const std::shared_ptr<Waiter>& waiter) : core_(core), waiter_(waiter) {
        ++core_.waits;
        core_.context.hub.attach(waiter_);
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() {
        core_.context.hub.detach(*waiter_);
        --core_.waits;
    }

private:
    Core& core_;
    std::shared_ptr<Waiter> waiter_;
};

/// May be called from any thread, also when the server is gone.
std::function<void()> waker_of(Core& core, const std::shared_ptr<Waiter>& waiter) {
    return [weak_core = core.weak_from_this(), weak = std::weak_ptr<Waiter>{waiter}] {
        if (const auto alive = weak_core.lock()) {
            if (const auto sleeper = weak.lock()) {
                sleeper->wake();
            }
        }
    };
}

std::optional<Response> poll(const Wait& wait, bool is_over) {
    try {
        auto response = wait.poll();
        return response || !is_over ? response : wait.expired();
    } catch (const std::exception& failure) {
        spdlog::error("api wait_failed error=\"{}\"", failure.what());
        return error_response({Reason::unavailable, "", "the node can not answer now"});
    }
}

} // namespace

asio::awaitable<Response> wait_for(Core& core, Wait wait) {
    if (core.waits >= core.context.bounds.waits_max) {
        co_return error_response({Reason::too_many_requests, "", "too many requests are waiting"});
    }
    const asio::any_io_executor strand = co_await asio::this_coro::executor;
    const auto waiter = std::make_shared<Waiter>(strand);
    const Place place{core, waiter};
    if (wait.start) {
        wait.start(waker_of(core, waiter));
    }
    const std::uint64_t deadline_ms = steady_ms() + wait.timeout_ms;
    for (;;) {
        const std::uint64_t now_ms = steady_ms();
        if (auto response = poll(wait, now_ms >= deadline_ms || waiter->is_closed())) {
            co_return std::move(*response);
        }
        co_await waiter->sleep(std::min(deadline_ms - now_ms, look_again_ms));
    }
}

} // namespace quoin::api
