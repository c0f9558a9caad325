#include "faults.hpp"
#include "json_out.hpp"
#include "parameters.hpp"
#include "stream_session.hpp"

#include <quoin/base/hex.hpp>

#include <algorithm>

namespace quoin::api {

namespace {

Fault does_not_belong(const char* name, const char* why) {
    return {Reason::unknown_field, name, why};
}

/// The cursor to store so that `next` comes next.
std::string cursor_before(const ports::RowCursor& next) {
    if (next.index > 0) {
        return cursor_text({next.block_number, next.index - 1});
    }
    return next.block_number == 0 ? "genesis" : cursor_text({next.block_number - 1, 0});
}

} // namespace

std::optional<ports::RowCursor> parse_row_cursor(std::string_view text) {
    const std::size_t point = text.find('.');
    if (point == std::string_view::npos) {
        return std::nullopt;
    }
    const auto number = parse_number(text.substr(0, point));
    const auto index = parse_number(text.substr(point + 1));
    constexpr std::uint64_t most = ~std::uint64_t{0} >> 1; // what a database holds
    if (!number || !index || *number >= most || *index >= most) {
        return std::nullopt;
    }
    return ports::RowCursor{*number, *index};
}

void StreamSession::command(std::string_view json) {
    refusal_.reset();
    const Result<StreamCommand> read = read_stream_command(json);
    if (!read) {
        return refuse({}, read.fault());
    }
    const std::string_view op = read->op.view();
    if (op == "subscribe") {
        return subscribe(*read);
    }
    Result<void> done = Fault{Reason::out_of_range, "op", "expected subscribe, ack or unsubscribe"};
    if (op == "ack") {
        done = acknowledge(*read);
    } else if (op == "unsubscribe") {
        done = unsubscribe(*read);
    }
    if (!done) {
        refuse(*read, done.fault());
    }
}

void StreamSession::subscribe(const StreamCommand& command) {
    const auto topic = topic_named(command.topic ? command.topic->view() : "");
    Result<void> done;
    if (!command.topic) {
        done = Fault{Reason::missing_field, "topic", "the field is required"};
    } else if (!topic) {
        done = Fault{Reason::unknown_topic, "topic", "no topic has this name"};
    } else if (command.sub || command.seq) {
        done = does_not_belong(command.sub ? "sub" : "seq", "the server numbers subscriptions and events");
    } else if (subscriptions() >= bounds_.subscriptions_per_socket_max) {
        done = Fault{Reason::too_many_requests, "",
                     "a socket has at most " + std::to_string(bounds_.subscriptions_per_socket_max) + " subscriptions"};
    } else {
        done = is_durable(*topic) ? subscribe_durable(command, *topic) : subscribe_live(command, *topic);
    }
    if (!done) {
        refuse(command, done.fault());
    }
}

Result<void> StreamSession::subscribe_durable(const StreamCommand& command, Topic topic) {
    Durable durable;
    durable.topic = topic;
    const Result<BlockParts> parts = parts_of(command, topic);
    if (!parts) {
        return parts.fault();
    }
    durable.parts = *parts;
    if (command.filter) {
        durable.account = command.filter->account;
    }
    if (command.credit && (*command.credit == 0 || *command.credit > bounds_.credit_max)) {
        return Fault{Reason::out_of_range, "credit",
                     "expected an integer from 1 to " + std::to_string(bounds_.credit_max)};
    }
    durable.credit = command.credit;
    const Result<ports::RowCursor> start = start_of(command, topic);
    if (!start) {
        return start.fault();
    }
    durable.next = *start;
    durable.acknowledged = cursor_before(*start);
    durable.sub = next_sub();
    JsonObject answer;
    answer.add("op", "subscribed").add("id", command.id ? command.id->view() : "").add("sub", durable.sub);
    answer.add("next", durable.next.block_number).add("oldest", feed_.oldest());
    control_.push_back(answer.add("newest", feed_.newest().value_or(0)).take());
    durable_.push_back(std::move(durable));
    return {};
}

Result<void> StreamSession::subscribe_live(const StreamCommand& command, Topic topic) {
    if (command.from && command.from->view() != "head") {
        return Fault{Reason::cursor_invalid, "from", "a live topic starts at head"};
    }
    if (command.include || command.filter || command.credit) {
        return does_not_belong(command.include ? "include" : (command.filter ? "filter" : "credit"),
                               "only durable topics take it");
    }
    Live live;
    live.topic = topic;
    live.sub = next_sub();
    JsonObject answer;
    answer.add("op", "subscribed").add("id", command.id ? command.id->view() : "").add("sub", live.sub);
    control_.push_back(answer.add("next", std::uint64_t{1}).take());
    live_.push_back(std::move(live));
    return {};
}

Result<BlockParts> StreamSession::parts_of(const StreamCommand& command, Topic topic) const {
    BlockParts parts;
    if (topic != Topic::finalized_block && (command.include || command.filter)) {
        return does_not_belong(command.include ? "include" : "filter", "only finalized_block takes it");
    }
    if (!command.include) {
        return parts;
    }
    for (std::size_t i = 0; i < command.include->size(); ++i) {
        const std::string_view name = (*command.include)[i].view();
        parts.transactions = parts.transactions || name == "transactions";
        parts.postings = parts.postings || name == "postings";
        if (name != "transactions" && name != "postings") {
            return Fault{Reason::out_of_range, "include[" + std::to_string(i) + "]",
                         "expected transactions or postings"};
        }
    }
    return parts;
}

Result<ports::RowCursor> StreamSession::start_of(const StreamCommand& command, Topic topic) {
    const std::string_view from = command.from ? command.from->view() : "head";
    const auto newest = feed_.newest();
    const std::uint64_t after_newest = newest ? *newest + 1 : 0;
    if (from == "head" || from == "finalized") {
        return ports::RowCursor{after_newest, 0};
    }
    if (from.starts_with("cursor:")) {
        return start_after_cursor(from.substr(7), topic);
    }
    if (from == "genesis") {
        if (feed_.oldest() > 0) {
            return Fault{Reason::cursor_pruned, "from", "the first blocks are no longer kept"};
        }
        return ports::RowCursor{};
    }
    if (from.starts_with("slot:")) {
        const auto slot = parse_number(from.substr(5));
        const auto row = slot ? feed_.first_at_or_after(Slot{*slot}) : std::nullopt;
        if (!row) {
            return Fault{Reason::cursor_invalid, "from", "no finalized block at or after the slot"};
        }
        return ports::RowCursor{row->number, 0};
    }
    if (from.starts_with("root:")) {
        const Result<Root> root = bytes_from_hex<32>(from.substr(5));
        const auto row = root ? feed_.row_by_root(*root) : std::nullopt;
        if (!row) {
            return Fault{Reason::cursor_invalid, "from", "no finalized block has this root"};
        }
        return ports::RowCursor{row->number + 1, 0};
    }
    return Fault{Reason::cursor_invalid, "from",
                 "expected head, finalized, genesis, slot:<n>, root:0x.. or cursor:<n>.<i>"};
}

Result<ports::RowCursor> StreamSession::start_after_cursor(std::string_view cursor, Topic topic) {
    const auto parsed = parse_row_cursor(cursor);
    if (!parsed) {
        return Fault{Reason::cursor_invalid, "from", "expected cursor:<block number>.<index>"};
    }
    if (parsed->block_number + 1 < feed_.oldest()) {
        return Fault{Reason::cursor_pruned, "from", "the blocks after the cursor are no longer kept"};
    }
    // Another node may be a little ahead of this one; far ahead is another chain, unless this one is catching up.
    const std::uint64_t newest = feed_.newest().value_or(0);
    const bool is_far_ahead =
        parsed->block_number > newest && parsed->block_number - newest > bounds_.cursor_ahead_blocks_max;
    if (is_far_ahead && !is_syncing_()) {
        return Fault{Reason::cursor_invalid, "from", "the cursor is beyond the newest finalized block"};
    }
    return topic == Topic::finalized_block ? ports::RowCursor{parsed->block_number + 1, 0}
                                           : ports::RowCursor{parsed->block_number, parsed->index + 1};
}

Result<void> StreamSession::acknowledge(const StreamCommand& command) {
    if (!command.sub || !command.seq) {
        return Fault{Reason::missing_field, command.sub ? "seq" : "sub", "the field is required"};
    }
    if (command.topic || command.from || command.include || command.filter || command.credit) {
        return does_not_belong("op", "ack takes sub and seq only");
    }
    const auto found = std::find_if(durable_.begin(), durable_.end(),
                                    [&](const Durable& durable) { return durable.sub == command.sub->view(); });
    if (found == durable_.end()) {
        return Fault{Reason::not_found, "sub", "no durable subscription has this name"};
    }
    const ports::RowCursor& next = found->next;
    const bool is_sent = *command.seq < next.block_number || (*command.seq == next.block_number && next.index > 0);
    if (!is_sent) {
        return Fault{Reason::out_of_range, "seq", "no event of this number was sent"};
    }
    auto& waiting = found->unacknowledged;
    while (!waiting.empty() && waiting.front().block_number <= *command.seq) {
        found->acknowledged = cursor_text(waiting.front());
        waiting.pop_front();
        found->blocked_since_ms = 0;
    }
    return {};
}

Result<void> StreamSession::unsubscribe(const StreamCommand& command) {
    if (!command.sub) {
        return Fault{Reason::missing_field, "sub", "the field is required"};
    }
    const std::string_view sub = command.sub->view();
    for (const Live& live : live_) {
        for (const LiveItem& item : live.items) {
            outbox_bytes_ -= live.sub == sub && item.data ? item.data->size() + frame_overhead_bytes : 0;
        }
    }
    const std::size_t removed = std::erase_if(durable_, [&](const Durable& durable) { return durable.sub == sub; }) +
                                std::erase_if(live_, [&](const Live& live) { return live.sub == sub; });
    if (removed == 0) {
        return Fault{Reason::not_found, "sub", "no subscription has this name"};
    }
    control_.push_back(JsonObject{}.add("op", "unsubscribed").add("sub", sub).take());
    return {};
}

void StreamSession::refuse(const StreamCommand& command, const Fault& fault) {
    refusal_ = fault;
    JsonObject frame;
    frame.add("op", "error");
    if (command.id) {
        frame.add("id", command.id->view());
    }
    if (command.sub) {
        frame.add("sub", command.sub->view());
    }
    const bool names_oldest = fault.reason == Reason::cursor_pruned;
    const std::string details = names_oldest ? "\"oldest\":\"" + std::to_string(feed_.oldest()) + "\"" : "";
    control_.push_back(frame.take_open() + "," + error_json(fault, details).substr(1));
}

} // namespace quoin::api
