#pragma once

#include "context.hpp"
#include "http.hpp"

#include <string>
#include <string_view>

// What stands around a message on the wire, without Beast: the head of a response, and who may ask.

namespace quoin::api {

/// The head of a response up to and with the empty line. `with_length` is false for a stream that ends with its
/// connection.
std::string response_head(const Response& response, bool keep_alive, bool with_length = true);

/// Whether a `Host` header names this node: loopback, the listening address or a name from the settings, with any port
/// (THREATS A2: DNS rebinding).
bool is_host_allowed(const ApiSettings& settings, std::string_view host);

/// Whether a page of this `Origin` may write to the node or follow its streams: the node's own pages, and origins that
/// the settings name.
bool is_origin_allowed(const ApiSettings& settings, std::string_view origin, std::string_view host);

/// Adds what a browser needs to show the answer to a page of an origin that the settings name.
void add_cors(const ApiSettings& settings, std::string_view origin, bool is_preflight, Response& response);

} // namespace quoin::api
