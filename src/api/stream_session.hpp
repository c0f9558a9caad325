#pragma once

#include "bodies.hpp"
#include "finalized_feed.hpp"
#include "topics.hpp"

#include <quoin/ports/stores.hpp>

#include <deque>
#include <functional>
#include <list>
#include <optional>
#include <string>
#include <string_view>

namespace quoin::api {

/// What goes out next, in pieces so that the shared one is never copied.
struct Frame {
    std::string head;
    SharedText data; ///< may be null
    std::string_view tail;
    std::string event_id; ///< the cursor, for server-sent events; empty when there is none
    Topic topic = Topic::head;
    bool is_event = false;
};

/// One client's subscriptions, apart from its socket: commands go in, frames come out when the socket can take one.
/// Durable events are read from the feed at that moment, so a slow client costs nothing but its place; live events wait
/// in a bounded outbox and give way to a `gap`. For one thread at a time.
class StreamSession {
public:
    using IsSyncing = std::function<bool()>;
    StreamSession(FinalizedFeed& feed, const Limits& bounds, IsSyncing is_syncing);

    /// A text frame of the client. What there is to say about it comes out of `next`.
    void command(std::string_view json);
    /// Why the last command was refused, if it was.
    const std::optional<Fault>& refusal() const { return refusal_; }
    /// Too many answers wait to be sent: read no further command until some are gone.
    bool is_congested() const { return control_.size() >= control_frames_max; }

    void live(const LiveEvent& event);

    /// The next frame. Nothing when there is none now; `is_unfinished` then says that a search was cut short and is to
    /// be continued by calling again.
    std::optional<Frame> next(std::uint64_t now_ms);
    bool is_unfinished() const { return is_unfinished_; }

    /// The cursor to resume from, when a subscription has been past its credit for longer than allowed: the client is
    /// to be told and closed. `error` is the frame that tells it.
    struct Stalled {
        std::string cursor;
        Frame error;
    };
    std::optional<Stalled> stalled(std::uint64_t now_ms) const;
    /// The cursor of the first durable subscription, for a close frame; empty when there is none.
    std::string resume_cursor() const;

    std::uint32_t live_topics() const;
    /// Durable events between the slowest subscription and the tip.
    std::uint64_t lag_events() const;
    std::size_t outbox_bytes() const { return outbox_bytes_; }

private:
    static constexpr std::size_t control_frames_max = 64;
    static constexpr std::size_t frame_overhead_bytes = 128;

    struct Durable {
        std::string sub;
        Topic topic = Topic::finalized_block;
        BlockParts parts;
        std::optional<Address> account;
        ports::RowCursor next; ///< the event to send next, or where the search for it goes on
        std::optional<std::uint64_t> credit;
        std::deque<ports::RowCursor> unacknowledged;
        std::string acknowledged; ///< the cursor that the client is known to hold
        bool is_behind = true;    ///< `caught_up` is owed
        std::uint64_t blocked_since_ms = 0;
    };
    struct LiveItem {
        std::uint64_t seq = 0;
        std::uint64_t gap_from = 0; ///< not 0: events from here to `seq` were lost
        SharedText data;
    };
    struct Live {
        std::string sub;
        Topic topic = Topic::head;
        std::uint64_t seq = 0;
        std::uint64_t gap_from = 0; ///< not 0: lost from here to `seq`, and not yet said
        std::deque<LiveItem> items;
    };

    void subscribe(const StreamCommand& command);
    Result<void> subscribe_durable(const StreamCommand& command, Topic topic);
    Result<void> subscribe_live(const StreamCommand& command, Topic topic);
    Result<void> acknowledge(const StreamCommand& command);
    Result<void> unsubscribe(const StreamCommand& command);
    Result<BlockParts> parts_of(const StreamCommand& command, Topic topic) const;
    Result<ports::RowCursor> start_of(const StreamCommand& command, Topic topic);
    Result<ports::RowCursor> start_after_cursor(std::string_view cursor, Topic topic);
    void refuse(const StreamCommand& command, const Fault& fault);
    std::string next_sub() { return "s" + std::to_string(++subs_made_); }
    std::size_t subscriptions() const { return durable_.size() + live_.size(); }

    std::optional<Frame> pull(Durable& durable, std::uint64_t now_ms);
    std::optional<FinalizedFeed::Event> locate(Durable& durable, std::uint64_t newest);
    std::optional<FinalizedFeed::Event> locate_sparse(Durable& durable, std::uint64_t newest);
    std::optional<Frame> next_durable(std::uint64_t now_ms);
    std::optional<Frame> next_live();
    Frame event_frame(const Durable& durable, const ports::RowCursor& at, SharedText data, const Root& prev) const;
    bool is_out_of_credit(const Durable& durable) const;

    FinalizedFeed& feed_;
    const Limits& bounds_;
    IsSyncing is_syncing_;
    std::deque<std::string> control_;
    std::list<Durable> durable_; ///< the one whose turn it is comes first
    std::list<Live> live_;
    std::size_t outbox_bytes_ = 0;
    std::uint64_t subs_made_ = 0;
    std::optional<Fault> refusal_;
    bool is_unfinished_ = false;
    bool is_turn_of_live_ = false;
};

/// `cursor:<block number>.<index>`
std::string cursor_text(const ports::RowCursor& cursor);
/// Reads `<block number>.<index>`.
std::optional<ports::RowCursor> parse_row_cursor(std::string_view text);

} // namespace quoin::api
