#include "faults.hpp"
#include "router.hpp"
#include "sessions.hpp"
#include "wire.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

#include <array>
#include <chrono>
#include <utility>

namespace quoin::api {

namespace {

namespace http = beast::http;
using Parser = http::request_parser<http::string_body>;
using asio::redirect_error;
using asio::use_awaitable;
using std::chrono::milliseconds;

using Buffers = std::array<asio::const_buffer, 2>;

asio::awaitable<bool> send_bytes(beast::tcp_stream& stream, const Buffers& buffers) {
    beast::error_code error;
    co_await asio::async_write(stream, buffers, redirect_error(use_awaitable, error));
    co_return !error;
}

asio::awaitable<bool> send(const Limits& bounds, beast::tcp_stream& stream, const Response& response, bool is_head,
                           bool keep_alive) {
    const std::string head = response_head(response, keep_alive);
    const bool has_body = !is_head && response.status != 204 && response.status != 304;
    stream.expires_after(milliseconds(bounds.body_timeout_ms));
    const Buffers buffers{asio::buffer(head), has_body ? asio::buffer(response.body) : asio::const_buffer{}};
    co_return co_await send_bytes(stream, buffers);
}

/// While it lasts the connection is cut by closing this stream.
class CutGuard {
public:
    CutGuard(Connection& connection, beast::tcp_stream& stream) : connection_(connection) {
        connection_.set_cut([&stream] { stream.close(); });
    }
    CutGuard(const CutGuard&) = delete;
    CutGuard& operator=(const CutGuard&) = delete;
    ~CutGuard() { release(); }

    /// Somebody else owns the stream from here on.
    void release() {
        if (std::exchange(is_held_, false)) {
            connection_.set_cut(nullptr);
        }
    }

private:
    Connection& connection_;
    bool is_held_ = true;
};

/// What is wrong with a message that did not parse; nothing when the client just left, or its time is over: the stream
/// is then closed already.
std::optional<Fault> fault_of(const beast::error_code& error) {
    if (error == http::error::end_of_stream || error == http::error::partial_message) {
        return std::nullopt;
    }
    if (error == http::error::header_limit || error == http::error::buffer_overflow) {
        return Fault{Reason::too_large, "", "the header is too long"};
    }
    if (error == http::error::body_limit) {
        return Fault{Reason::too_large, "", "the body is too long"};
    }
    if (error.category() == make_error_code(http::error::bad_method).category()) {
        return Fault{Reason::malformed, "", "the request is not well-formed HTTP"};
    }
    return std::nullopt;
}

/// The parser's own limit bounds what it holds, but looks only at headers that have not come whole.
std::size_t header_bytes(const http::fields& fields) {
    std::size_t bytes = 2;
    for (const auto& field : fields) {
        bytes += field.name_string().size() + 2 + field.value().size() + 2;
    }
    return bytes;
}

/// Framing that two parsers may read differently, which is how requests are smuggled, and who may ask at all.
std::optional<Fault> check_head(const Context& context, const Parser& parser) {
    const auto& head = parser.get();
    const bool has_encoding = head.count(http::field::transfer_encoding) > 0;
    if (head.count(http::field::content_length) + head.count(http::field::transfer_encoding) > 1 ||
        (has_encoding && !beast::iequals(head[http::field::transfer_encoding], "chunked"))) {
        return Fault{Reason::malformed, "", "the length of the body is not told in one plain way"};
    }
    if (header_bytes(head) > context.bounds.header_bytes_max) {
        return Fault{Reason::too_large, "", "the header is too long"};
    }
    if (head.target().size() > context.bounds.url_bytes_max) {
        return Fault{Reason::too_large, "", "the URL is too long"};
    }
    if (head.count(http::field::host) != 1) {
        return Fault{Reason::malformed, "Host", "expected one Host header"};
    }
    if (!is_host_allowed(context.settings, head[http::field::host])) {
        return Fault{Reason::forbidden, "Host", "this node is not known by that name"};
    }
    const bool is_read =
        head.method() == http::verb::get || head.method() == http::verb::head || head.method() == http::verb::options;
    const bool is_upgrade = head.count(http::field::upgrade) > 0;
    if ((!is_read || is_upgrade) &&
        !is_origin_allowed(context.settings, head[http::field::origin], head[http::field::host])) {
        return Fault{Reason::forbidden, "Origin", "pages of this origin may not use the node"};
    }
    return std::nullopt;
}

Method method_of(http::verb verb) {
    switch (verb) {
    case http::verb::get:
        return Method::get;
    case http::verb::head:
        return Method::head;
    case http::verb::post:
        return Method::post;
    case http::verb::options:
        return Method::options;
    default:
        return Method::other;
    }
}

Result<Request> request_of(HttpRequest& message) {
    Request request;
    const auto target = read_target(message.target(), request);
    if (!target) {
        return target.fault();
    }
    request.method = method_of(message.method());
    request.accept = message[http::field::accept];
    request.content_type = message[http::field::content_type];
    request.if_none_match = message[http::field::if_none_match];
    request.authorization = message[http::field::authorization];
    request.idempotency_key = message["Idempotency-Key"];
    request.last_event_id = message["Last-Event-ID"];
    request.body = std::move(message.body());
    return request;
}

bool is_handshake(const HttpRequest& message, const Request& request) {
    const bool is_path = request.path == std::vector<std::string>{"v1", "ws"} && request.query.empty();
    return is_path && beast::websocket::is_upgrade(message);
}

/// Reads one request. Nothing when the connection is over, a fault when it has to end with an answer.
asio::awaitable<std::optional<Result<bool>>> read_request(Context& context, beast::tcp_stream& stream,
                                                          beast::flat_buffer& buffer, Parser& parser) {
    const Limits& bounds = context.bounds;
    beast::error_code error;
    if (buffer.size() == 0) {
        constexpr std::size_t first_bytes_max = 4'096;
        stream.expires_after(milliseconds(bounds.idle_timeout_ms));
        const std::size_t bytes =
            co_await stream.async_read_some(buffer.prepare(first_bytes_max), redirect_error(use_awaitable, error));
        if (error) {
            co_return std::nullopt;
        }
        buffer.commit(bytes);
    }
    stream.expires_after(milliseconds(bounds.header_timeout_ms));
    co_await http::async_read_header(stream, buffer, parser, redirect_error(use_awaitable, error));
    if (!error) {
        if (auto fault = check_head(context, parser)) {
            co_return Result<bool>{std::move(*fault)};
        }
        stream.expires_after(milliseconds(bounds.body_timeout_ms));
        if (beast::iequals(parser.get()[http::field::expect], "100-continue")) {
            constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
            const Buffers buffers{asio::buffer(go_on.data(), go_on.size())};
            co_await send_bytes(stream, buffers);
        }
        co_await http::async_read(stream, buffer, parser, redirect_error(use_awaitable, error));
    }
    if (error) {
        auto fault = fault_of(error);
        co_return fault ? std::optional{Result<bool>{std::move(*fault)}} : std::nullopt;
    }
    co_return Result<bool>{true};
}

} // namespace

asio::awaitable<void> close_gently(beast::tcp_stream& stream) {
    constexpr std::size_t drained_bytes_max = 4 << 20;
    constexpr milliseconds drained_for{2'000};
    beast::error_code error;
    stream.socket().shutdown(asio::ip::tcp::socket::shutdown_send, error);
    stream.expires_after(drained_for);
    std::array<char, 8'192> sink;
    for (std::size_t drained = 0; !error && drained < drained_bytes_max;) {
        drained += co_await stream.async_read_some(asio::buffer(sink), redirect_error(use_awaitable, error));
    }
    stream.close();
}

asio::awaitable<void> refuse_connection(Connection& connection, beast::tcp_stream stream) {
    const CutGuard guard{connection, stream};
    const Response response = error_response({Reason::too_many_requests, "", "too many connections"});
    co_await send(limits, stream, response, false, false);
    co_await close_gently(stream);
}

asio::awaitable<void> serve_http(Core& core, Connection& connection, beast::tcp_stream stream) {
    CutGuard guard{connection, stream};
    Context& context = core.context;
    beast::flat_buffer buffer{context.bounds.header_bytes_max + 8'192};
    for (bool keep_alive = true; keep_alive;) {
        Parser parser;
        parser.header_limit(static_cast<std::uint32_t>(context.bounds.header_bytes_max));
        parser.body_limit(context.bounds.body_bytes_max);
        const auto read = co_await read_request(context, stream, buffer, parser);
        if (!read) {
            break;
        }
        ++context.requests;
        HttpRequest message = read->ok() ? parser.release() : HttpRequest{};
        Result<Request> request = read->ok() ? request_of(message) : Result<Request>{read->fault()};
        keep_alive = request.ok() && message.keep_alive();
        if (!request) {
            const Response refusal = error_response(request.fault());
            co_await send(context.bounds, stream, refusal, false, false);
            break;
        }
        if (is_handshake(message, *request)) {
            guard.release();
            co_await serve_websocket(core, connection, std::move(stream), std::move(message));
            co_return;
        }
        Reply reply = answer(context, *request);
        if (auto* plan = std::get_if<EventStream>(&reply)) {
            guard.release();
            co_await serve_events(core, connection, std::move(stream), std::move(*plan));
            co_return;
        }
        if (auto* wait = std::get_if<Wait>(&reply)) {
            reply = co_await wait_for(core, std::move(*wait));
        }
        Response response = fit(std::move(std::get<Response>(reply)), *request);
        add_cors(context.settings, message[http::field::origin], request->method == Method::options, response);
        if (!co_await send(context.bounds, stream, response, request->method == Method::head, keep_alive)) {
            co_return;
        }
    }
    co_await close_gently(stream);
}

} // namespace quoin::api
