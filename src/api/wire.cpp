#include "wire.hpp"

#include <algorithm>
#include <array>

namespace quoin::api {

namespace {

std::string_view phrase_of(unsigned status) {
    switch (status) {
    case 200:
        return "OK";
    case 202:
        return "Accepted";
    case 204:
        return "No Content";
    case 304:
        return "Not Modified";
    case 400:
        return "Bad Request";
    case 401:
        return "Unauthorized";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 408:
        return "Request Timeout";
    case 409:
        return "Conflict";
    case 410:
        return "Gone";
    case 413:
        return "Content Too Large";
    case 415:
        return "Unsupported Media Type";
    case 429:
        return "Too Many Requests";
    case 503:
        return "Service Unavailable";
    default:
        return "Unknown";
    }
}

/// `[::1]:80` and `name:80` without the port.
std::string_view without_port(std::string_view host) {
    if (host.starts_with('[')) {
        const std::size_t end = host.find(']');
        return end == std::string_view::npos ? host : host.substr(0, end + 1);
    }
    return host.substr(0, host.find(':'));
}

std::string lower(std::string_view text) {
    std::string lowered{text};
    std::transform(lowered.begin(), lowered.end(), lowered.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
    return lowered;
}

bool is_named(const std::vector<std::string>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

} // namespace

std::string response_head(const Response& response, bool keep_alive, bool with_length) {
    std::string head = "HTTP/1.1 " + std::to_string(response.status) + " ";
    head.append(phrase_of(response.status)).append("\r\n");
    const bool has_body = response.status != 204 && response.status != 304;
    if (has_body) {
        head.append("Content-Type: ").append(response.content_type).append("\r\n");
    }
    if (has_body && with_length) {
        head.append("Content-Length: ").append(std::to_string(response.body.size())).append("\r\n");
    }
    for (const auto& [name, value] : response.headers) {
        head.append(name).append(": ").append(value).append("\r\n");
    }
    head.append("X-Content-Type-Options: nosniff\r\nConnection: ");
    return head.append(keep_alive ? "keep-alive" : "close").append("\r\n\r\n");
}

bool is_host_allowed(const ApiSettings& settings, std::string_view host) {
    constexpr std::array<std::string_view, 3> loopback{"127.0.0.1", "localhost", "[::1]"};
    const std::string name = lower(without_port(host));
    if (std::find(loopback.begin(), loopback.end(), name) != loopback.end()) {
        return true;
    }
    const std::string& listening = settings.listen_host;
    return name == listening || name == "[" + listening + "]" || is_named(settings.allowed_hosts, name);
}

bool is_origin_allowed(const ApiSettings& settings, std::string_view origin, std::string_view host) {
    if (origin.empty() || is_named(settings.allowed_origins, origin)) {
        return true;
    }
    const std::size_t scheme_end = origin.find("://");
    return scheme_end != std::string_view::npos && origin.substr(scheme_end + 3) == host;
}

void add_cors(const ApiSettings& settings, std::string_view origin, bool is_preflight, Response& response) {
    if (settings.allowed_origins.empty()) {
        return;
    }
    response.headers.emplace_back("Vary", "Origin");
    if (!is_named(settings.allowed_origins, origin)) {
        return;
    }
    response.headers.emplace_back("Access-Control-Allow-Origin", std::string{origin});
    if (is_preflight) {
        response.headers.emplace_back("Access-Control-Allow-Methods", "GET, HEAD, POST");
        response.headers.emplace_back("Access-Control-Allow-Headers", "Content-Type, Idempotency-Key, If-None-Match");
        response.headers.emplace_back("Access-Control-Max-Age", "600");
    }
}

} // namespace quoin::api
