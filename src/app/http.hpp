#pragma once

#include <quoin/base/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace quoin::app {

/// Where a node's API is.
struct NodeUrl {
    std::string host;
    std::string port;

    bool operator==(const NodeUrl&) const = default;

    std::string text() const { return "http://" + host + ":" + port; }
};

/// `http://host:port`, with or without the scheme and a closing slash. `config_invalid` for anything else.
Result<NodeUrl> parse_node_url(std::string_view text);

struct HttpAnswer {
    unsigned status = 0;
    std::string body;
};

struct HttpQuestion {
    bool is_post = false;
    std::string target; ///< path and query
    std::string body;   ///< JSON, when it is a POST
    std::uint64_t timeout_ms = 10'000;
};

/// Asks once on a connection of its own. `unavailable` when nobody answers, `timed_out` when it took too long.
Result<HttpAnswer> ask(const NodeUrl& node, const HttpQuestion& question);
inline Result<HttpAnswer> get(const NodeUrl& node, std::string target, std::uint64_t timeout_ms = 10'000) {
    return ask(node, {false, std::move(target), {}, timeout_ms});
}

} // namespace quoin::app
