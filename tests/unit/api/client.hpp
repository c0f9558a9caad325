#pragma once

#include <rapidjson/document.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quoin::test {

/// A blocking TCP connection to 127.0.0.1 for clients that misbehave on purpose. Reads give up after five seconds.
class RawConnection {
public:
    explicit RawConnection(std::uint16_t port, int receive_buffer_bytes = 0);
    RawConnection(RawConnection&& other) noexcept;
    RawConnection& operator=(RawConnection&&) = delete;
    ~RawConnection();

    void send(std::string_view bytes);
    /// At most `bytes`; empty at the end of the connection, or when nothing came in time.
    std::string receive(std::size_t bytes);
    /// Exactly `bytes`, or what came before the end.
    std::string receive_exactly(std::size_t bytes);
    /// Up to and with `end`, or what came before the end of the connection.
    std::string receive_until(std::string_view end);
    /// True when the other side closes within the time that reads take at most.
    bool is_closed_by_peer();

private:
    int socket_ = -1;
    std::string ahead_; ///< read and not yet taken
};

struct HttpAnswer {
    int status = 0;
    std::map<std::string, std::string> headers; ///< names in lower case
    std::string body;

    rapidjson::Document json() const;
    /// `/data/slot` as text: strings as they are, null as "null"; "?" when there is no such value.
    std::string at(const char* pointer) const;
};

using Headers = std::map<std::string, std::string>;

/// One connection that is kept open.
class HttpClient {
public:
    explicit HttpClient(std::uint16_t port) : connection_(port) {}

    HttpAnswer request(std::string_view method, std::string_view target, const Headers& headers = {},
                       std::string_view body = {});
    HttpAnswer get(std::string_view target, const Headers& headers = {}) { return request("GET", target, headers); }
    HttpAnswer post(std::string_view target, std::string_view body, Headers headers = {});
    /// Reads an answer to what was sent by hand; `is_head` has no body.
    HttpAnswer read(bool is_head = false);
    RawConnection& connection() { return connection_; }

private:
    RawConnection connection_;
};

struct WsFrame {
    int opcode = 0; ///< 1 text, 8 close, 9 ping, 10 pong; 0 when the connection ended
    std::string payload;

    /// Close frames: the code, and why.
    int close_code() const;
    std::string close_reason() const { return payload.size() > 2 ? payload.substr(2) : ""; }
};

/// A WebSocket client that does nothing by itself: pings are frames like others.
class WsClient {
public:
    explicit WsClient(std::uint16_t port, const Headers& headers = {}, int receive_buffer_bytes = 0);

    int status() const { return status_; }
    void send(std::string_view text) { send_frame(1, text); }
    void send_frame(int opcode, std::string_view payload);
    WsFrame receive();
    /// The next text frame as JSON; pings are answered on the way.
    rapidjson::Document next();

private:
    RawConnection connection_;
    int status_ = 0;
};

std::string member(const rapidjson::Value& value, const char* pointer);

} // namespace quoin::test
