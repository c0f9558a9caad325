#pragma once

#include "http.hpp"

#include <string>
#include <string_view>

namespace quoin::api {

/// The HTTP status of a refusal (API.md principle 4).
unsigned status_of(Reason reason);

/// `{"code", "reason", "message", "details"}`. The fault's path becomes `details.field`; `details` are further members
/// as JSON, such as `"oldest":"900"`.
std::string error_json(const Fault& fault, std::string_view details = {});

Response error_response(const Fault& fault, std::string_view details = {});

/// A name that came from outside, fit to be shown: bounded, printable, UTF-8.
std::string shown(std::string_view name);

} // namespace quoin::api
