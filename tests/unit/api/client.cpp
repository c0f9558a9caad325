#include "client.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <rapidjson/pointer.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace quoin::test {

RawConnection::RawConnection(std::uint16_t port, int receive_buffer_bytes)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (receive_buffer_bytes > 0) {
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof(receive_buffer_bytes));
    }
    const timeval patience{5, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
        ADD_FAILURE() << "no connection to port " << port;
    }
}

RawConnection::RawConnection(RawConnection&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)), ahead_(std::move(other.ahead_)) {}

RawConnection::~RawConnection() {
    if (socket_ >= 0) {
        ::close(socket_);
    }
}

void RawConnection::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) {
            return; // the server has closed: what it said can still be read
        }
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

std::string RawConnection::receive(std::size_t bytes) {
    if (!ahead_.empty()) {
        const std::string taken = ahead_.substr(0, bytes);
        ahead_.erase(0, taken.size());
        return taken;
    }
    std::string buffer(bytes, '\0');
    const ssize_t received = ::recv(socket_, buffer.data(), buffer.size(), 0);
    buffer.resize(received > 0 ? static_cast<std::size_t>(received) : 0);
    return buffer;
}

std::string RawConnection::receive_exactly(std::size_t bytes) {
    std::string whole;
    while (whole.size() < bytes) {
        const std::string part = receive(bytes - whole.size());
        if (part.empty()) {
            break;
        }
        whole += part;
    }
    return whole;
}

std::string RawConnection::receive_until(std::string_view end) {
    std::string whole;
    for (;;) {
        const std::size_t found = whole.find(end);
        if (found != std::string::npos) {
            ahead_ = whole.substr(found + end.size()) + ahead_;
            return whole.substr(0, found + end.size());
        }
        const std::string part = receive(4'096);
        if (part.empty()) {
            return whole;
        }
        whole += part;
    }
}

bool RawConnection::is_closed_by_peer() {
    for (int i = 0; i < 10'000; ++i) {
        char sink[4'096];
        const ssize_t received = ::recv(socket_, sink, sizeof(sink), 0);
        if (received == 0 || (received < 0 && errno == ECONNRESET)) {
            return true;
        }
        if (received < 0) {
            return false;
        }
    }
    return false;
}

std::string member(const rapidjson::Value& value, const char* pointer) {
    const rapidjson::Value* found = rapidjson::Pointer(pointer).Get(value);
    if (found == nullptr) {
        return "?";
    }
    if (found->IsString()) {
        return {found->GetString(), found->GetStringLength()};
    }
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> writer{buffer};
    found->Accept(writer);
    return buffer.GetString();
}

rapidjson::Document HttpAnswer::json() const {
    rapidjson::Document document;
    document.Parse(body.data(), body.size());
    EXPECT_FALSE(document.HasParseError()) << status << " " << body.substr(0, 300);
    return document;
}

std::string HttpAnswer::at(const char* pointer) const {
    rapidjson::Document document;
    document.Parse(body.data(), body.size());
    return document.HasParseError() ? "no JSON: " + body : member(document, pointer);
}

HttpAnswer HttpClient::request(std::string_view method, std::string_view target, const Headers& headers,
                               std::string_view body) {
    std::string text{method};
    text.append(" ").append(target).append(" HTTP/1.1\r\n");
    if (!headers.contains("Host")) {
        text += "Host: 127.0.0.1\r\n";
    }
    for (const auto& [name, value] : headers) {
        text.append(name).append(": ").append(value).append("\r\n");
    }
    if (!body.empty() || method == "POST") {
        text.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n");
    }
    connection_.send(text + "\r\n" + std::string{body});
    return read(method == "HEAD");
}

HttpAnswer HttpClient::post(std::string_view target, std::string_view body, Headers headers) {
    headers.emplace("Content-Type", "application/json");
    return request("POST", target, headers, body);
}

HttpAnswer HttpClient::read(bool is_head) {
    const std::string head = connection_.receive_until("\r\n\r\n");
    HttpAnswer answer;
    answer.status = head.size() > 12 ? std::atoi(head.c_str() + 9) : 0;
    std::size_t at = head.find("\r\n");
    while (at != std::string::npos && at + 2 < head.size()) {
        const std::size_t end = head.find("\r\n", at + 2);
        const std::string line = head.substr(at + 2, end - at - 2);
        const std::size_t colon = line.find(": ");
        if (colon != std::string::npos) {
            std::string name = line.substr(0, colon);
            std::transform(name.begin(), name.end(), name.begin(),
                           [](char c) { return static_cast<char>(tolower(c)); });
            answer.headers[name] = line.substr(colon + 2);
        }
        at = end;
    }
    const auto length = answer.headers.find("content-length");
    if (!is_head && length != answer.headers.end()) {
        answer.body = connection_.receive_exactly(static_cast<std::size_t>(std::atoll(length->second.c_str())));
    }
    return answer;
}

int WsFrame::close_code() const {
    return payload.size() < 2 ? 0
                              : static_cast<unsigned char>(payload[0]) * 256 + static_cast<unsigned char>(payload[1]);
}

WsClient::WsClient(std::uint16_t port, const Headers& headers, int receive_buffer_bytes)
    : connection_(port, receive_buffer_bytes) {
    std::string text = "GET /v1/ws HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                       "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";
    if (!headers.contains("Host")) {
        text += "Host: 127.0.0.1\r\n";
    }
    for (const auto& [name, value] : headers) {
        text.append(name).append(": ").append(value).append("\r\n");
    }
    connection_.send(text + "\r\n");
    const std::string head = connection_.receive_until("\r\n\r\n");
    status_ = head.size() > 12 ? std::atoi(head.c_str() + 9) : 0;
}

void WsClient::send_frame(int opcode, std::string_view payload) {
    std::string frame;
    frame += static_cast<char>(0x80 | opcode);
    if (payload.size() < 126) {
        frame += static_cast<char>(0x80 | payload.size());
    } else {
        frame += static_cast<char>(0x80 | (payload.size() < 65'536 ? 126 : 127));
        for (int shift = payload.size() < 65'536 ? 8 : 56; shift >= 0; shift -= 8) {
            frame += static_cast<char>(payload.size() >> shift & 255);
        }
    }
    const char mask[4] = {0x12, 0x34, 0x56, 0x78};
    frame.append(mask, 4);
    for (std::size_t i = 0; i < payload.size(); ++i) {
        frame += static_cast<char>(payload[i] ^ mask[i % 4]);
    }
    connection_.send(frame);
}

WsFrame WsClient::receive() {
    const std::string head = connection_.receive_exactly(2);
    if (head.size() < 2) {
        return {};
    }
    WsFrame frame;
    frame.opcode = head[0] & 15;
    std::uint64_t size = static_cast<unsigned char>(head[1]) & 127U;
    if (size >= 126) {
        const std::string extended = connection_.receive_exactly(size == 126 ? 2 : 8);
        size = 0;
        for (const char byte : extended) {
            size = size << 8 | static_cast<unsigned char>(byte);
        }
    }
    frame.payload = connection_.receive_exactly(size);
    return frame;
}

rapidjson::Document WsClient::next() {
    WsFrame frame = receive();
    while (frame.opcode == 9) {
        send_frame(10, frame.payload);
        frame = receive();
    }
    EXPECT_EQ(frame.opcode, 1) << frame.payload;
    rapidjson::Document document;
    document.Parse(frame.payload.data(), frame.payload.size());
    if (document.HasParseError() || !document.IsObject()) {
        ADD_FAILURE() << "no JSON frame: " << frame.payload;
        document.SetObject();
    }
    return document;
}

} // namespace quoin::test
