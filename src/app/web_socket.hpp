#pragma once

#include "http.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <variant>

namespace quoin::app {

/// A client of a node's stream: text frames both ways, one caller at a time.
class WebSocket {
public:
    /// `unavailable` when nobody answers or the answer is no WebSocket.
    static Result<std::unique_ptr<WebSocket>> open(const NodeUrl& node, const std::string& path,
                                                   std::uint64_t timeout_ms);
    ~WebSocket();

    Result<void> send(const std::string& text);

    struct Nothing {}; ///< no frame within the time
    /// The next frame; a fault when the connection is over.
    using Received = std::variant<std::string, Nothing, Fault>;
    Received receive(std::uint64_t timeout_ms);

private:
    struct Connection;
    explicit WebSocket(std::unique_ptr<Connection> connection);
    std::unique_ptr<Connection> connection_;
};

} // namespace quoin::app
