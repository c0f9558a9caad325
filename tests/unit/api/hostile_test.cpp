#include "world.hpp"

#include <quoin/base/hex.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace quoin::test {

namespace {

constexpr const char* host = "Host: 127.0.0.1\r\n";

/// What a server says to bytes sent as they are; 0 when it just closes.
int status_of(const World& world, const std::string& bytes) {
    HttpClient client = world.client();
    client.connection().send(bytes);
    return client.read().status;
}

TEST(Hostile, what_is_not_http_is_400_or_closed) {
    World world;
    const std::string good = std::string{"GET /v1/health/live HTTP/1.1\r\n"} + host + "\r\n";
    EXPECT_EQ(status_of(world, good), 200);
    for (const std::string& bytes : {
             std::string{"GARBAGE\r\n\r\n"},
             std::string{"GET /v1/health/live HTTP/3.0\r\n"} + host + "\r\n",
             std::string{"GET  /v1/health/live HTTP/1.1\r\n"} + host + "\r\n",
             std::string{"GET v1 HTTP/1.1\r\n"} + host + "\r\n",
             std::string{"GET http://127.0.0.1/v1/health/live HTTP/1.1\r\n"} + host + "\r\n",
             std::string{"GET /v1/health/live#x HTTP/1.1\r\n"} + host + "\r\n",
             std::string{"GET /v1/%zz HTTP/1.1\r\n"} + host + "\r\n",
             std::string{"GET /v1/%4 HTTP/1.1\r\n"} + host + "\r\n",
             std::string{"GET /v1/%00 HTTP/1.1\r\n"} + host + "\r\n",
             std::string{"GET /v1/status?=1 HTTP/1.1\r\n"} + host + "\r\n",
             std::string{"GET /v1/health/live HTTP/1.1\r\nHost : 127.0.0.1\r\n\r\n"},
             std::string{"GET /v1/health/live HTTP/1.1\r\n"} + host + "Bad Header: 1\r\n\r\n",
             std::string("GET /v1/health/live HTTP/1.1\r\nX: a\0b\r\n", 38) + host + "\r\n",
             std::string{"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 a TLS hello \r\n\r\n"},
         }) {
        EXPECT_EQ(status_of(world, bytes), 400) << bytes;
    }
}

TEST(Hostile, a_body_whose_length_is_told_in_two_ways_is_refused) {
    World world;
    const std::string head =
        std::string{"POST /v1/transactions HTTP/1.1\r\n"} + host + "Content-Type: application/json\r\n";
    for (const std::string fields : {
             "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
             "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n",
             "Content-Length: 2\r\nContent-Length: 2\r\n",
             "Content-Length: 2\r\nContent-Length: 3\r\n",
             "Content-Length: 2, 2\r\n",
             "Content-Length: +2\r\n",
             "Content-Length: -2\r\n",
             "Content-Length: 0x2\r\n",
             "Transfer-Encoding: identity\r\n",
             "Transfer-Encoding: chunked, identity\r\n",
             "Transfer-Encoding: xchunked\r\n",
             "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
         }) {
        EXPECT_EQ(status_of(world, head + fields + "\r\n{}"), 400) << fields;
    }
    EXPECT_EQ(status_of(world, head + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"), 400); // MISSING_FIELD
    EXPECT_EQ(status_of(world, head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"), 400);
}

TEST(Hostile, after_a_refused_request_nothing_smuggled_behind_it_is_answered) {
    World world;
    HttpClient client = world.client();
    client.connection().send(
        std::string{"POST /v1/transactions HTTP/1.1\r\n"} + host +
        "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /v1/status HTTP/1.1\r\n" + host + "\r\n");
    EXPECT_EQ(client.read().status, 400);
    EXPECT_EQ(client.read().status, 0);
}

TEST(Hostile, hosts_and_origins_that_are_not_named_are_forbidden) {
    api::ApiSettings settings;
    settings.allowed_hosts = {"node.example"};
    settings.allowed_origins = {"https://page.example"};
    World world{limits, settings};
    HttpClient client = world.client();
    for (const std::string good : {"localhost", "LOCALHOST:9700", "127.0.0.1:1", "[::1]:9700", "node.example:80"}) {
        EXPECT_EQ(client.get("/v1/health/live", {{"Host", good}}).status, 200) << good;
    }
    for (const std::string bad :
         {"evil.example", "127.0.0.1.evil.example", "localhost.evil", "", "[::1].evil.example@x"}) {
        HttpClient other = world.client();
        EXPECT_EQ(other.get("/v1/health/live", {{"Host", bad}}).status, bad == "[::1].evil.example@x" ? 200 : 403)
            << bad;
    }
    EXPECT_EQ(status_of(world, "GET /v1/health/live HTTP/1.1\r\n\r\n"), 400);
    EXPECT_EQ(status_of(world, std::string{"GET / HTTP/1.1\r\n"} + host + host + "\r\n"), 400);

    const auto named = client.get("/v1/health/live", {{"Origin", "https://page.example"}});
    EXPECT_EQ(named.headers.at("access-control-allow-origin"), "https://page.example");
    const auto stranger = client.get("/v1/health/live", {{"Origin", "https://evil.example"}});
    EXPECT_EQ(stranger.headers.count("access-control-allow-origin"), 0U);
    EXPECT_EQ(world.client().post("/v1/transactions", "{}", {{"Origin", "https://evil.example"}}).status, 403);
    EXPECT_EQ(world.client().post("/v1/transactions", "{}", {{"Origin", "null"}}).status, 403);
    EXPECT_EQ(world.client().post("/v1/transactions", "{}", {{"Origin", "http://127.0.0.1"}}).status, 400);
    EXPECT_EQ(WsClient(world.port(), {{"Origin", "https://evil.example"}}).status(), 403);
    EXPECT_EQ(WsClient(world.port(), {{"Origin", "https://page.example"}}).status(), 101);
}

TEST(Hostile, without_named_origins_there_is_no_cors) {
    World world;
    const auto answer = world.client().request("OPTIONS", "/v1/transactions", {{"Origin", "https://page.example"}});
    EXPECT_EQ(answer.status, 204);
    EXPECT_EQ(answer.headers.at("allow"), "GET, HEAD, POST, OPTIONS");
    EXPECT_EQ(answer.headers.count("access-control-allow-origin"), 0U);
}

TEST(Hostile, wrong_routes_methods_and_media_types_have_their_status) {
    World world;
    HttpClient client = world.client();
    EXPECT_EQ(client.get("/v2/status").at("/reason"), "NOT_FOUND");
    EXPECT_EQ(client.get("/v1/blocks/").status, 404);
    EXPECT_EQ(client.get("//v1/status").status, 404);
    EXPECT_EQ(client.get("/v1/../v1/status").status, 404);
    const auto method = client.request("DELETE", "/v1/status");
    EXPECT_EQ(method.status, 405);
    EXPECT_EQ(method.at("/reason"), "METHOD_NOT_ALLOWED");
    EXPECT_EQ(method.headers.at("allow"), "GET, HEAD, OPTIONS");
    EXPECT_EQ(client.post("/v1/status", "{}").status, 405);
    EXPECT_EQ(client.request("POST", "/v1/transactions", {{"Content-Type", "text/plain"}}, "{}").status, 415);
    EXPECT_EQ(client.request("POST", "/v1/transactions", {}, "{}").at("/reason"), "UNSUPPORTED_MEDIA_TYPE");
    EXPECT_EQ(client.post("/v1/transactions", "{}", {{"Content-Type", "application/json; charset=utf-8"}}).status, 400);
    const auto head = client.request("HEAD", "/v1/status");
    EXPECT_EQ(head.status, 200);
    EXPECT_GT(std::stoul(head.headers.at("content-length")), 100U);
}

TEST(Hostile, unknown_doubled_and_wrong_parameters_name_the_field) {
    World world;
    HttpClient client = world.client();
    EXPECT_EQ(client.get("/v1/status?x=1").at("/reason"), "UNKNOWN_FIELD");
    EXPECT_EQ(client.get("/v1/status?colour=1").at("/details/field"), "colour");
    EXPECT_EQ(client.get("/v1/validators?limit=1&limit=2").at("/reason"), "MALFORMED");
    EXPECT_EQ(client.get("/v1/validators?limit=0").at("/reason"), "OUT_OF_RANGE");
    EXPECT_EQ(client.get("/v1/validators?limit=1000").status, 200);
    EXPECT_EQ(client.get("/v1/validators?limit=1001").at("/reason"), "OUT_OF_RANGE");
    EXPECT_EQ(client.get("/v1/validators?limit=ten").at("/reason"), "WRONG_TYPE");
    EXPECT_EQ(client.get("/v1/validators?at=5").at("/details/field"), "at");
    EXPECT_EQ(client.get("/v1/accounts/0x12").at("/reason"), "WRONG_LENGTH");
    EXPECT_EQ(client.get("/v1/accounts/zz").at("/reason"), "BAD_HEX");
    EXPECT_EQ(client.post("/v1/transactions?wait=never", "{}").at("/details/field"), "wait");
    EXPECT_EQ(client.post("/v1/transactions?timeout_ms=60001", "{}").at("/details/field"), "timeout_ms");
    const auto echo = client.get("/v1/status?%3Cscript%3E%22%0A=1");
    EXPECT_EQ(echo.at("/details/field"), "?");
}

TEST(Hostile, a_body_is_taken_up_to_its_limit) {
    Limits bounds;
    bounds.body_bytes_max = 2'000;
    World world{bounds};
    const auto post = [&](std::size_t bytes) {
        return world.client().post("/v1/transactions", "{" + std::string(bytes - 2, ' ') + "}");
    };
    EXPECT_EQ(post(1'999).at("/reason"), "MISSING_FIELD");
    EXPECT_EQ(post(2'000).at("/reason"), "MISSING_FIELD");
    EXPECT_EQ(post(2'001).status, 413);
    EXPECT_EQ(post(2'001).at("/reason"), "TOO_LARGE");
    EXPECT_EQ(post(1'500'000).status, 413);
    std::string chunked = std::string{"POST /v1/transactions HTTP/1.1\r\n"} + host +
                          "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (int i = 0; i < 3; ++i) {
        chunked += "3e8\r\n" + std::string(1'000, ' ') + "\r\n";
    }
    EXPECT_EQ(status_of(world, chunked + "0\r\n\r\n"), 413);
}

TEST(Hostile, a_header_and_a_url_are_taken_up_to_their_limit) {
    World world;
    const auto with_fields_of = [&](std::size_t bytes) {
        const std::string fields = std::string{host} + "X: ";
        const std::string end = "\r\n\r\n";
        return status_of(world, "GET /v1/health/live HTTP/1.1\r\n" + fields +
                                    std::string(bytes - fields.size() - end.size(), 'a') + end);
    };
    EXPECT_EQ(with_fields_of(limits.header_bytes_max - 1), 200);
    EXPECT_EQ(with_fields_of(limits.header_bytes_max), 200);
    EXPECT_EQ(with_fields_of(limits.header_bytes_max + 1), 413);
    EXPECT_EQ(with_fields_of(1 << 20), 413);
    const auto url = [&](std::size_t bytes) { return world.client().get("/v1/" + std::string(bytes - 4, 'a')); };
    EXPECT_EQ(url(limits.url_bytes_max - 1).status, 404);
    EXPECT_EQ(url(limits.url_bytes_max).status, 404);
    EXPECT_EQ(url(limits.url_bytes_max + 1).status, 413);
}

TEST(Hostile, slow_headers_slow_bodies_and_idle_connections_are_cut) {
    Limits bounds;
    bounds.header_timeout_ms = 150;
    bounds.body_timeout_ms = 150;
    bounds.idle_timeout_ms = 150;
    World world{bounds};
    HttpClient header = world.client();
    header.connection().send("GET /v1/sta");
    EXPECT_TRUE(header.connection().is_closed_by_peer());
    HttpClient body = world.client();
    body.connection().send(std::string{"POST /v1/transactions HTTP/1.1\r\n"} + host +
                           "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{");
    EXPECT_TRUE(body.connection().is_closed_by_peer());
    RawConnection idle{world.port()};
    EXPECT_TRUE(idle.is_closed_by_peer());
    HttpClient kept = world.client();
    EXPECT_EQ(kept.get("/v1/health/live").status, 200);
    EXPECT_TRUE(kept.connection().is_closed_by_peer());
}

TEST(Hostile, connections_of_one_address_are_counted) {
    Limits bounds;
    bounds.connections_per_address_max = 3;
    World world{bounds};
    std::vector<HttpClient> open;
    for (int i = 0; i < 3; ++i) {
        open.push_back(world.client());
        EXPECT_EQ(open.back().get("/v1/health/live").status, 200);
    }
    const auto refused = world.client().read();
    EXPECT_EQ(refused.status, 429);
    EXPECT_EQ(refused.at("/reason"), "TOO_MANY_REQUESTS");
    open.pop_back();
    int status = 0;
    for (int look = 0; look < 100 && status != 200; ++look) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
        status = world.client().get("/v1/health/live").status;
    }
    EXPECT_EQ(status, 200);
}

TEST(Hostile, pipelined_requests_are_answered_in_order) {
    World world;
    HttpClient client = world.client();
    const std::string one = std::string{"GET /v1/health/live HTTP/1.1\r\n"} + host + "\r\n";
    const std::string two = std::string{"GET /nowhere HTTP/1.1\r\n"} + host + "\r\n";
    client.connection().send(one + two + one);
    EXPECT_EQ(client.read().status, 200);
    EXPECT_EQ(client.read().status, 404);
    EXPECT_EQ(client.read().status, 200);
}

TEST(Hostile, a_client_that_asks_first_whether_to_go_on_is_told) {
    World world;
    HttpClient client = world.client();
    client.connection().send(std::string{"POST /v1/transactions HTTP/1.1\r\n"} + host +
                             "Content-Type: application/json\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.read().status, 100);
    client.connection().send("{}");
    EXPECT_EQ(client.read().status, 400);
}

} // namespace

} // namespace quoin::test
