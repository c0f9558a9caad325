#include "json_out.hpp"
#include "parameters.hpp"
#include "routes.hpp"
#include "stream_session.hpp"
#include "topics.hpp"

namespace quoin::api {

namespace {

/// One subscribe command, as a WebSocket client would send it.
std::string command_for(Topic topic, std::string_view from) {
    JsonObject json;
    json.add("op", "subscribe").add("topic", to_string(topic));
    if (is_durable(topic)) {
        json.add("from", from);
    }
    return json.take();
}

} // namespace

/// Reached only by requests that are no handshake: those never come here.
Reply get_websocket(Context&, const Request& request) {
    if (const auto fault = Parameters{request}.finish()) {
        return *fault;
    }
    return Fault{Reason::malformed, "Upgrade", "expected a WebSocket handshake"};
}

Reply get_events(Context&, const Request& request) {
    Parameters query{request};
    const auto topics = query.text("topics");
    std::string from = query.text("from").value_or("head");
    if (const auto fault = query.finish()) {
        return *fault;
    }
    if (!topics) {
        return Fault{Reason::missing_field, "topics", "the parameter is required"};
    }
    from = request.last_event_id.empty() ? from : request.last_event_id;
    EventStream stream;
    std::size_t durable = 0;
    std::string_view rest = *topics;
    for (bool has_more = true; has_more;) {
        const std::size_t comma = rest.find(',');
        const auto topic = topic_named(rest.substr(0, comma));
        has_more = comma != std::string_view::npos;
        rest = has_more ? rest.substr(comma + 1) : "";
        if (!topic) {
            return Fault{Reason::unknown_topic, "topics", "no topic has this name"};
        }
        durable += is_durable(*topic) ? 1 : 0;
        stream.commands.push_back(command_for(*topic, from));
    }
    if (durable > 1) {
        return Fault{Reason::out_of_range, "topics",
                     "an event stream carries one durable topic, since it has one Last-Event-ID"};
    }
    return stream;
}

} // namespace quoin::api
