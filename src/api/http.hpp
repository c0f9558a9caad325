#pragma once

#include <quoin/base/result.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

/// The door between HTTP and what the node answers. Beast stays on the other side of it.
namespace quoin::api {

enum class Method : std::uint8_t { get, head, post, options, other };

/// A request whose framing, target and `Host` have been checked. Path segments and query are percent-decoded.
struct Request {
    Method method = Method::get;
    std::vector<std::string> path; ///< `/v1/blocks/head` is {v1, blocks, head}; `/` is empty
    std::vector<std::pair<std::string, std::string>> query;
    std::string accept;
    std::string content_type;
    std::string if_none_match;
    std::string idempotency_key;
    std::string authorization;
    std::string last_event_id;
    std::string body;
};

struct Response {
    unsigned status = 200;
    std::string content_type = "application/json";
    std::vector<std::pair<std::string_view, std::string>> headers;
    std::string body;
};

/// An answer that is not there yet. The door calls `start` once, then `poll` after each `wake` and each notice of the
/// node until it answers; when `timeout_ms` have passed, `expired` answers.
struct Wait {
    std::uint64_t timeout_ms = 0;
    std::function<void(std::function<void()> wake)> start; ///< may be empty; `wake` may be called from any thread
    std::function<std::optional<Response>()> poll;
    std::function<Response()> expired;
};

/// An answer that goes on for as long as the client stays: server-sent events. The commands subscribe to its topics.
struct EventStream {
    std::vector<std::string> commands;
};

/// What a handler says.
using Reply = std::variant<Response, Wait, EventStream, Fault>;

} // namespace quoin::api
