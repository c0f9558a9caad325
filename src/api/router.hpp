#pragma once

#include "context.hpp"
#include "http.hpp"

#include <quoin/base/result.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace quoin::api {

/// Splits and percent-decodes a request target (`/v1/blocks/head?x=y`) into path and query of `request`. `malformed`
/// for anything that is not an absolute path with well-formed escapes.
Result<void> read_target(std::string_view target, Request& request);

/// Finds the route and has it answer. Never a Fault: refusals come out as responses.
Reply answer(Context& context, const Request& request);

/// A response as this client gets it: 304 where its copy is good.
Response fit(Response response, const Request& request);

} // namespace quoin::api
