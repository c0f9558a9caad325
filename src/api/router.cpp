#include "router.hpp"

#include "faults.hpp"
#include "routes.hpp"

#include <spdlog/spdlog.h>

#include <exception>
#include <optional>

namespace quoin::api {

namespace {

std::optional<unsigned> hex_digit(char c) {
    if (c >= '0' && c <= '9') {
        return static_cast<unsigned>(c - '0');
    }
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? std::optional{static_cast<unsigned>(lower - 'a' + 10)} : std::nullopt;
}

std::optional<std::string> percent_decoded(std::string_view text) {
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded += text[i];
            continue;
        }
        const auto high = i + 2 < text.size() ? hex_digit(text[i + 1]) : std::nullopt;
        const auto low = i + 2 < text.size() ? hex_digit(text[i + 2]) : std::nullopt;
        const bool is_complete = high && low;
        if (!is_complete || (*high == 0 && *low == 0)) {
            return std::nullopt;
        }
        decoded += static_cast<char>(*high * 16 + *low);
        i += 2;
    }
    return decoded;
}

std::string_view cut(std::string_view& rest, char separator) {
    const std::size_t at = rest.find(separator);
    const std::string_view part = rest.substr(0, at);
    rest = at == std::string_view::npos ? std::string_view{} : rest.substr(at + 1);
    return part;
}

/// Whether a path fits a pattern, segment by segment.
bool matches(std::string_view pattern, const std::vector<std::string>& path) {
    std::string_view rest = pattern.substr(1);
    for (const std::string& part : path) {
        if (rest.empty() || part.empty()) {
            return false;
        }
        const std::string_view expected = cut(rest, '/');
        if (!expected.starts_with('{') && expected != part) {
            return false;
        }
    }
    return rest.empty();
}

struct Match {
    const Route* route = nullptr;
    std::string allowed; ///< the methods of the path; empty when there is no such path
};

/// Earlier routes win, so fixed paths stand before patterns in the table.
Match find_route(const Request& request) {
    Match match;
    const Method wanted = request.method == Method::head ? Method::get : request.method;
    for (const Route& route : routes()) {
        if (!matches(route.pattern, request.path)) {
            continue;
        }
        match.allowed += route.method == Method::get ? "GET, HEAD, " : "POST, ";
        if (route.method == wanted && match.route == nullptr) {
            match.route = &route;
        }
    }
    match.allowed += match.allowed.empty() ? "" : "OPTIONS";
    return match;
}

bool is_json(std::string_view content_type) {
    const std::string_view type = content_type.substr(0, content_type.find(';'));
    return type.substr(0, type.find_last_not_of(' ') + 1) == "application/json";
}

Reply run(Context& context, const Route& route, const Request& request) {
    try {
        return route.handler(context, request);
    } catch (const std::exception& failure) {
        // The machine failed under us (a database, memory): not the client's doing, and nothing of it leaks.
        spdlog::error("api request_failed route={} error=\"{}\"", route.pattern, failure.what());
        return Fault{Reason::unavailable, "", "the node can not answer now"};
    }
}

} // namespace

Result<void> read_target(std::string_view target, Request& request) {
    const Fault broken{Reason::malformed, "", "the request target is not a well-formed path"};
    if (!target.starts_with('/') || target.find('#') != std::string_view::npos) {
        return broken;
    }
    std::string_view query = target.substr(1);
    std::string_view path = cut(query, '?');
    const bool is_root = path.empty();
    while (!is_root) {
        const bool is_last = path.find('/') == std::string_view::npos;
        auto part = percent_decoded(cut(path, '/'));
        if (!part) {
            return broken;
        }
        request.path.push_back(std::move(*part));
        if (is_last) {
            break;
        }
    }
    while (!query.empty()) {
        std::string_view pair = cut(query, '&');
        const auto name = percent_decoded(cut(pair, '='));
        const auto value = percent_decoded(pair);
        if (!name || !value || name->empty()) {
            return Fault{Reason::malformed, "", "the query is not well formed"};
        }
        request.query.emplace_back(*name, *value);
    }
    return {};
}

Reply answer(Context& context, const Request& request) {
    const Match match = find_route(request);
    if (match.allowed.empty()) {
        return error_response({Reason::not_found, "", "no such route; /v1/openapi.json lists them"});
    }
    if (request.method == Method::options) {
        Response response;
        response.status = 204;
        response.headers.emplace_back("Allow", match.allowed);
        return response;
    }
    if (match.route == nullptr) {
        Response response = error_response({Reason::method_not_allowed, "", "this path takes " + match.allowed});
        response.headers.emplace_back("Allow", match.allowed);
        return response;
    }
    if (request.method == Method::post && !is_json(request.content_type)) {
        return error_response({Reason::unsupported_media_type, "Content-Type", "expected application/json"});
    }
    if (match.route->needs_token) {
        const auto verdict =
            context.token_guard.check(request.authorization, context.token, context.parts.clock.now_ms());
        if (!verdict) {
            return error_response(verdict.fault());
        }
    }
    Reply reply = run(context, *match.route, request);
    if (const auto* fault = std::get_if<Fault>(&reply)) {
        return error_response(*fault);
    }
    return reply;
}

Response fit(Response response, const Request& request) {
    for (const auto& [name, value] : response.headers) {
        const bool is_known = name == "ETag" && response.status == 200 && !request.if_none_match.empty() &&
                              request.if_none_match.find(value) != std::string::npos;
        if (is_known) {
            response.status = 304;
            response.body.clear();
            break;
        }
    }
    return response;
}

} // namespace quoin::api
