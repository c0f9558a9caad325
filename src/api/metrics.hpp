#pragma once

#include "context.hpp"

#include <string>

namespace quoin::api {

/// What Prometheus reads (API.md "Metrics").
std::string metrics_text(Context& context);

} // namespace quoin::api
