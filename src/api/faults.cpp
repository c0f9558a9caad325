#include "faults.hpp"

#include "json_out.hpp"

#include <quoin/codec/text.hpp>

#include <algorithm>

namespace quoin::api {

namespace {

constexpr std::size_t shown_bytes_max = 64;

bool is_about_the_chain(Reason reason) {
    return reason >= Reason::slot_not_increasing && reason <= Reason::duplicate_transaction;
}

} // namespace

unsigned status_of(Reason reason) {
    switch (reason) {
    case Reason::too_large:
        return 413;
    case Reason::unauthorized:
        return 401;
    case Reason::forbidden:
        return 403;
    case Reason::not_found:
    case Reason::unknown_block:
    case Reason::unknown_account:
    case Reason::unknown_validator:
        return 404;
    case Reason::method_not_allowed:
        return 405;
    case Reason::timed_out:
        return 408;
    case Reason::busy:
    case Reason::duplicate_key:
    case Reason::expired:
        return 409;
    case Reason::cursor_pruned:
    case Reason::state_pruned:
        return 410;
    case Reason::unsupported_media_type:
        return 415;
    case Reason::too_many_requests:
    case Reason::mempool_full:
    case Reason::account_queue_full:
        return 429;
    case Reason::syncing:
    case Reason::unavailable:
        return 503;
    case Reason::amount_is_zero:
    case Reason::bad_commission:
    case Reason::not_slashable:
        return 400;
    default:
        return is_about_the_chain(reason) ? 409 : 400;
    }
}

std::string error_json(const Fault& fault, std::string_view details) {
    std::string inner = "{";
    if (!fault.path.empty()) {
        inner += "\"field\":" + json_quoted(fault.path);
    }
    if (!details.empty()) {
        inner.append(inner.size() > 1 ? "," : "").append(details);
    }
    const std::string message = fault.path.empty() ? fault.message : fault.path + ": " + fault.message;
    JsonObject error;
    error.bare("code", status_of(fault.reason)).add("reason", to_string(fault.reason)).add("message", message);
    return error.raw("details", inner + "}").take();
}

Response error_response(const Fault& fault, std::string_view details) {
    Response response;
    response.status = status_of(fault.reason);
    response.body = error_json(fault, details);
    response.headers.emplace_back("Cache-Control", "no-store");
    if (response.status == 429 || response.status == 503) {
        response.headers.emplace_back("Retry-After", "1");
    }
    if (response.status == 401) {
        response.headers.emplace_back("WWW-Authenticate", "Bearer");
    }
    return response;
}

std::string shown(std::string_view name) {
    const std::string_view begin = name.substr(0, shown_bytes_max);
    const bool is_plain = std::all_of(begin.begin(), begin.end(), [](char c) { return c > 0x20 && c < 0x7f; });
    return is_plain && !begin.empty() ? std::string{begin} : "?";
}

} // namespace quoin::api
