#pragma once

#include "core.hpp"
#include "hub.hpp"
#include "stream_session.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

namespace quoin::api {

/// What a WebSocket and an event stream have in common: a session of subscriptions, the hub that wakes it, and the
/// sleep of whoever writes. Everything but the Listener's calls happens on the connection's strand.
class StreamDoor : public Listener, public std::enable_shared_from_this<StreamDoor> {
public:
    StreamDoor(Core& core, const asio::any_io_executor& strand);
    ~StreamDoor() override;

    void wake() override;
    void live(const std::shared_ptr<const LiveEvent>& event) override;
    void close() override;

protected:
    StreamSession& session() { return session_; }
    Core& core() { return core_; }
    const Limits& bounds() const { return core_.context.bounds; }
    bool is_going_away() const { return is_going_away_; }

    /// Reads a command and has the hub send what is now subscribed to.
    void command(std::string_view json);
    /// Until something may be there to write, at most `milliseconds`; not at all when something came since the last
    /// time `session().next` was asked.
    asio::awaitable<void> sleep(std::uint64_t milliseconds);
    /// The next frame; keeps count of how far behind the client is.
    std::optional<Frame> next();

    /// A write that does not end is ended: `cut` is called when one lasts longer than `stalled_subscriber_ms`, or when
    /// nothing was heard for three pings.
    void watch(std::function<void()> cut);
    void stop_watching();
    void begin_write() { writing_since_ms_ = steady_ms(); }
    void end_write() { writing_since_ms_ = 0; }
    void heard() { heard_ms_ = steady_ms(); }
    void expect_to_hear() { heard(); }

private:
    void arm(const std::shared_ptr<std::function<void()>>& cut);

    Core& core_;
    StreamSession session_;
    asio::steady_timer sleep_;
    asio::steady_timer watch_;
    std::uint64_t writing_since_ms_ = 0;
    std::uint64_t heard_ms_ = 0; ///< 0: this client is not expected to say anything
    bool is_woken_ = false;
    bool is_watching_ = false;
    std::atomic<bool> is_going_away_{false};
};

} // namespace quoin::api
