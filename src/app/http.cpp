#include "http.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include <algorithm>
#include <chrono>

namespace quoin::app {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;

constexpr std::uint64_t answer_bytes_max = 256 << 20;

/// One question on one connection, step by step under one deadline.
class Call {
public:
    explicit Call(std::uint64_t timeout_ms) : stream_(io_) {
        stream_.expires_after(std::chrono::milliseconds(timeout_ms));
    }

    Result<HttpAnswer> run(const NodeUrl& node, const HttpQuestion& question);

private:
    template <class Start>
    void wait_for(Start start) {
        if (error_) {
            return;
        }
        start([this](beast::error_code error, auto&&...) { error_ = error; });
        io_.restart();
        io_.run();
    }

    asio::io_context io_{1};
    beast::tcp_stream stream_;
    beast::error_code error_;
};

http::request<http::string_body> request_of(const NodeUrl& node, const HttpQuestion& question) {
    http::request<http::string_body> request{question.is_post ? http::verb::post : http::verb::get, question.target,
                                             11};
    request.set(http::field::host, node.host + ":" + node.port);
    request.set(http::field::connection, "close");
    request.set(http::field::accept, "application/json");
    if (question.is_post) {
        request.set(http::field::content_type, "application/json");
        request.body() = question.body;
    }
    request.prepare_payload();
    return request;
}

Result<HttpAnswer> Call::run(const NodeUrl& node, const HttpQuestion& question) {
    const auto request = request_of(node, question);
    beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.body_limit(answer_bytes_max);
    const auto endpoints = tcp::resolver{io_}.resolve(node.host, node.port, error_);
    wait_for([&](auto done) { stream_.async_connect(endpoints, done); });
    wait_for([&](auto done) { http::async_write(stream_, request, done); });
    wait_for([&](auto done) { http::async_read(stream_, buffer, parser, done); });
    if (error_ == beast::error::timeout) {
        return Fault{Reason::timed_out, node.text(), "did not answer in time"};
    }
    if (error_) {
        return Fault{Reason::unavailable, node.text(), "does not answer: " + error_.message()};
    }
    auto response = parser.release();
    return HttpAnswer{response.result_int(), std::move(response.body())};
}

} // namespace

Result<NodeUrl> parse_node_url(std::string_view text) {
    constexpr std::string_view scheme = "http://";
    const std::string_view given = text;
    if (text.starts_with(scheme)) {
        text.remove_prefix(scheme.size());
    }
    if (text.ends_with('/')) {
        text.remove_suffix(1);
    }
    const std::size_t colon = text.rfind(':');
    const std::string_view host = text.substr(0, colon);
    const std::string_view port = colon == std::string_view::npos ? "" : text.substr(colon + 1);
    const bool is_number = std::all_of(port.begin(), port.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (host.empty() || host.find('/') != std::string_view::npos || port.empty() || port.size() > 5 || !is_number) {
        return Fault{Reason::config_invalid, std::string{given}, "expected a node as http://host:port"};
    }
    return NodeUrl{std::string{host}, std::string{port}};
}

Result<HttpAnswer> ask(const NodeUrl& node, const HttpQuestion& question) {
    return Call{question.timeout_ms}.run(node, question);
}

} // namespace quoin::app
