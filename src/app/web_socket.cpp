#include "web_socket.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <chrono>
#include <optional>

namespace quoin::app {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using std::chrono::milliseconds;

namespace {

constexpr std::size_t message_bytes_max = 64 << 20;

} // namespace

struct WebSocket::Connection {
    explicit Connection(NodeUrl url) : node(std::move(url)) {
        stream.read_message_max(message_bytes_max);
        stream.set_option(websocket::stream_base::timeout::suggested(beast::role_type::client));
    }

    /// Runs one operation to its end.
    template <class Start>
    beast::error_code finish(Start start) {
        std::optional<beast::error_code> outcome;
        start([&outcome](beast::error_code error, auto&&...) { outcome = error; });
        while (!outcome) {
            io.restart();
            io.run_one();
        }
        return *outcome;
    }

    beast::error_code open(const std::string& path, std::uint64_t timeout_ms) {
        beast::error_code error;
        const auto endpoints = asio::ip::tcp::resolver{io}.resolve(node.host, node.port, error);
        if (error) {
            return error;
        }
        beast::tcp_stream& tcp = beast::get_lowest_layer(stream);
        tcp.expires_after(milliseconds(timeout_ms));
        error = finish([&](auto done) { tcp.async_connect(endpoints, done); });
        if (error) {
            return error;
        }
        tcp.socket().set_option(asio::ip::tcp::no_delay{true}, error);
        tcp.expires_never(); // from here on the stream's own timeouts count
        return finish([&](auto done) { stream.async_handshake(node.host + ":" + node.port, path, done); });
    }

    Fault lost(const beast::error_code& error) const {
        const auto& reason = stream.reason();
        return {Reason::unavailable, node.text(),
                reason.reason.empty() ? error.message() : std::string{reason.reason.c_str()}};
    }

    NodeUrl node;
    asio::io_context io{1};
    websocket::stream<beast::tcp_stream> stream{io};
    beast::flat_buffer buffer;
    bool is_reading = false;
    std::optional<beast::error_code> read; ///< the outcome of the read under way, once it is there
};

WebSocket::WebSocket(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
WebSocket::~WebSocket() {
    // What is still under way must not find its variables gone.
    beast::get_lowest_layer(connection_->stream).close();
    connection_->io.restart();
    connection_->io.run();
}

Result<std::unique_ptr<WebSocket>> WebSocket::open(const NodeUrl& node, const std::string& path,
                                                   std::uint64_t timeout_ms) {
    auto connection = std::make_unique<Connection>(node);
    if (const auto error = connection->open(path, timeout_ms)) {
        return Fault{Reason::unavailable, node.text(), "gives no stream: " + error.message()};
    }
    return std::unique_ptr<WebSocket>(new WebSocket(std::move(connection)));
}

Result<void> WebSocket::send(const std::string& text) {
    const auto error =
        connection_->finish([&](auto done) { connection_->stream.async_write(asio::buffer(text), done); });
    return error ? Result<void>{connection_->lost(error)} : Result<void>{};
}

WebSocket::Received WebSocket::receive(std::uint64_t timeout_ms) {
    Connection& connection = *connection_;
    if (!connection.is_reading) {
        connection.is_reading = true;
        connection.read.reset();
        connection.stream.async_read(connection.buffer,
                                     [&connection](beast::error_code error, std::size_t) { connection.read = error; });
    }
    const auto deadline = std::chrono::steady_clock::now() + milliseconds(timeout_ms);
    while (!connection.read && std::chrono::steady_clock::now() < deadline) {
        connection.io.restart();
        connection.io.run_one_until(deadline);
    }
    if (!connection.read) {
        return Nothing{};
    }
    connection.is_reading = false;
    if (*connection.read) {
        return connection.lost(*connection.read);
    }
    std::string text = beast::buffers_to_string(connection.buffer.data());
    connection.buffer.consume(connection.buffer.size());
    return text;
}

} // namespace quoin::app
