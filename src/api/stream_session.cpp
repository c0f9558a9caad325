#include "stream_session.hpp"

#include "faults.hpp"
#include "json_out.hpp"

#include <algorithm>
#include <iterator>

namespace quoin::api {

namespace {

constexpr std::uint64_t scan_instead_of_search_blocks = 8;

Frame text_frame(std::string text) {
    Frame frame;
    frame.head = std::move(text);
    return frame;
}

std::string event_head(std::string_view sub, std::uint64_t seq) {
    return JsonObject{}.add("op", "event").add("sub", sub).add("seq", seq).take_open();
}

} // namespace

std::string cursor_text(const ports::RowCursor& cursor) {
    return "cursor:" + std::to_string(cursor.block_number) + "." + std::to_string(cursor.index);
}

StreamSession::StreamSession(FinalizedFeed& feed, const Limits& bounds, IsSyncing is_syncing)
    : feed_(feed), bounds_(bounds), is_syncing_(std::move(is_syncing)) {}

void StreamSession::live(const LiveEvent& event) {
    SharedText data;
    for (Live& subscription : live_) {
        if (subscription.topic != event.topic) {
            continue;
        }
        if (!data) {
            data = std::make_shared<const std::string>(event.data);
        }
        const std::uint64_t seq = ++subscription.seq;
        const std::size_t bytes = data->size() + frame_overhead_bytes;
        if (outbox_bytes_ + bytes > bounds_.outbox_bytes_max) {
            subscription.gap_from = subscription.gap_from == 0 ? seq : subscription.gap_from;
            continue;
        }
        if (subscription.gap_from != 0) {
            subscription.items.push_back({seq - 1, std::exchange(subscription.gap_from, 0), nullptr});
        }
        outbox_bytes_ += bytes;
        subscription.items.push_back({seq, 0, data});
    }
}

std::optional<Frame> StreamSession::next(std::uint64_t now_ms) {
    is_unfinished_ = false;
    if (!control_.empty()) {
        Frame frame = text_frame(std::move(control_.front()));
        control_.pop_front();
        return frame;
    }
    is_turn_of_live_ = !is_turn_of_live_;
    if (is_turn_of_live_) {
        if (auto frame = next_live()) {
            return frame;
        }
        return next_durable(now_ms);
    }
    if (auto frame = next_durable(now_ms)) {
        return frame;
    }
    return next_live();
}

std::optional<Frame> StreamSession::next_durable(std::uint64_t now_ms) {
    for (std::size_t i = 0; i < durable_.size(); ++i) {
        Durable& durable = durable_.front();
        durable_.splice(durable_.end(), durable_, durable_.begin());
        if (auto frame = pull(durable, now_ms)) {
            return frame;
        }
    }
    return std::nullopt;
}

std::optional<Frame> StreamSession::next_live() {
    for (std::size_t i = 0; i < live_.size(); ++i) {
        Live& live = live_.front();
        live_.splice(live_.end(), live_, live_.begin());
        if (live.items.empty() && live.gap_from != 0) {
            live.items.push_back({live.seq, std::exchange(live.gap_from, 0), nullptr});
        }
        if (live.items.empty()) {
            continue;
        }
        const LiveItem item = std::move(live.items.front());
        live.items.pop_front();
        if (item.gap_from != 0) {
            JsonObject gap;
            gap.add("op", "gap").add("sub", live.sub).add("from", item.gap_from).add("to", item.seq);
            return text_frame(gap.add("why", "slow_consumer").take());
        }
        outbox_bytes_ -= item.data->size() + frame_overhead_bytes;
        Frame frame{event_head(live.sub, item.seq), item.data, "}", {}, live.topic, true};
        frame.head.append(",\"topic\":\"").append(to_string(live.topic)).append("\",\"data\":");
        return frame;
    }
    return std::nullopt;
}

std::optional<Frame> StreamSession::pull(Durable& durable, std::uint64_t now_ms) {
    const auto newest = feed_.newest();
    const auto event = newest ? locate(durable, *newest) : std::nullopt;
    if (!event) {
        durable.blocked_since_ms = 0;
        const bool has_reached_tip = newest && durable.next.block_number == *newest + 1; // not ahead of this node
        if (!has_reached_tip || !std::exchange(durable.is_behind, false)) {
            return std::nullopt;
        }
        JsonObject frame;
        return text_frame(frame.add("op", "caught_up").add("sub", durable.sub).add("seq", *newest).take());
    }
    if (is_out_of_credit(durable)) {
        durable.is_behind = true;
        durable.blocked_since_ms = durable.blocked_since_ms == 0 ? now_ms : durable.blocked_since_ms;
        return std::nullopt;
    }
    durable.blocked_since_ms = 0;
    const ports::RowCursor at = durable.next;
    if (durable.credit) {
        durable.unacknowledged.push_back(at);
    } else {
        durable.acknowledged = cursor_text(at);
    }
    durable.next = durable.topic == Topic::finalized_block ? ports::RowCursor{at.block_number + 1, 0}
                                                           : ports::RowCursor{at.block_number, at.index + 1};
    return event_frame(durable, at, event->data, event->prev);
}

std::optional<FinalizedFeed::Event> StreamSession::locate(Durable& durable, std::uint64_t newest) {
    if (durable.next.block_number > newest) {
        return std::nullopt;
    }
    if (durable.topic != Topic::finalized_block) {
        return locate_sparse(durable, newest);
    }
    return durable.account ? feed_.block_event_of(durable.next.block_number, durable.parts, *durable.account)
                           : feed_.block_event(durable.next.block_number, durable.parts);
}

/// Moves on to the next event of a topic that most blocks have nothing of.
std::optional<FinalizedFeed::Event> StreamSession::locate_sparse(Durable& durable, std::uint64_t newest) {
    ports::RowCursor& next = durable.next;
    for (std::size_t scanned = 0; next.block_number <= newest; ++scanned) {
        if (scanned >= bounds_.stream_scan_blocks_max) {
            is_unfinished_ = true;
            return std::nullopt;
        }
        const bool is_far = newest - next.block_number > scan_instead_of_search_blocks;
        if (durable.topic == Topic::slashing && next.index == 0 && is_far) {
            const auto found = feed_.next_slashing(next.block_number);
            next.block_number = found && *found <= newest ? *found : newest + 1;
            if (next.block_number > newest) {
                break;
            }
        }
        FinalizedFeed::Events events = feed_.events(next.block_number, durable.topic);
        if (next.index < events.data.size()) {
            return FinalizedFeed::Event{std::move(events.data[next.index]), events.prev};
        }
        next = {next.block_number + 1, 0};
    }
    return std::nullopt;
}

Frame StreamSession::event_frame(const Durable& durable, const ports::RowCursor& at, SharedText data,
                                 const Root& prev) const {
    Frame frame{event_head(durable.sub, at.block_number), std::move(data), "}", cursor_text(at), durable.topic, true};
    frame.head.append(",\"cursor\":\"").append(frame.event_id).append("\",\"prev\":\"").append(to_hex(prev));
    frame.head.append("\",\"topic\":\"").append(to_string(durable.topic)).append("\",\"data\":");
    return frame;
}

bool StreamSession::is_out_of_credit(const Durable& durable) const {
    return durable.credit && durable.unacknowledged.size() >= *durable.credit;
}

std::optional<StreamSession::Stalled> StreamSession::stalled(std::uint64_t now_ms) const {
    for (const Durable& durable : durable_) {
        if (durable.blocked_since_ms == 0 || now_ms < durable.blocked_since_ms + bounds_.stalled_subscriber_ms) {
            continue;
        }
        const Fault fault{Reason::timed_out, "", "the subscription was past its credit for too long"};
        std::string head = JsonObject{}.add("op", "error").add("sub", durable.sub).take_open() + ",";
        head += error_json(fault, "\"cursor\":" + json_quoted(durable.acknowledged)).substr(1);
        return Stalled{durable.acknowledged, text_frame(std::move(head))};
    }
    return std::nullopt;
}

std::string StreamSession::resume_cursor() const {
    return durable_.empty() ? std::string{} : durable_.front().acknowledged;
}

std::uint32_t StreamSession::live_topics() const {
    std::uint32_t topics = 0;
    for (const Live& live : live_) {
        topics |= 1U << static_cast<unsigned>(live.topic);
    }
    return topics;
}

std::uint64_t StreamSession::lag_events() const {
    const auto newest = feed_.newest();
    std::uint64_t most = 0;
    for (const Durable& durable : durable_) {
        if (newest && *newest >= durable.next.block_number) {
            most = std::max(most, *newest + 1 - durable.next.block_number);
        }
    }
    return most;
}

} // namespace quoin::api
