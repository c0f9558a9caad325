#pragma once

#include "connection.hpp"
#include "http.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

// The coroutines behind the door. Each runs on the strand of its connection, ends with it, and lets nothing out but
// bytes.

namespace quoin::api {

namespace beast = boost::beast;
using HttpRequest = beast::http::request<beast::http::string_body>;

/// All requests of one connection, one after the other.
asio::awaitable<void> serve_http(Core& core, Connection& connection, beast::tcp_stream stream);

/// Tells a client that there are too many connections.
asio::awaitable<void> refuse_connection(Connection& connection, beast::tcp_stream stream);

/// Waits for an answer that is not there yet.
asio::awaitable<Response> wait_for(Core& core, Wait wait);

/// A connection that has become a WebSocket.
asio::awaitable<void> serve_websocket(Core& core, Connection& connection, beast::tcp_stream stream,
                                      HttpRequest handshake);

/// Server-sent events until the client leaves; answers with an error instead when a topic or cursor is not good.
asio::awaitable<void> serve_events(Core& core, Connection& connection, beast::tcp_stream stream, EventStream plan);

/// Closes in a way that lets the client read what was sent, although it may still be sending itself.
asio::awaitable<void> close_gently(beast::tcp_stream& stream);

} // namespace quoin::api
