#pragma once

#include <quoin/base/result.hpp>

#include <string>

namespace quoin::app {

/// Sends what spdlog logs to standard error, one line each: `RFC3339 level module event key=value`, or a JSON object
/// when `form` is `json`. `config_invalid` for another form or level.
Result<void> start_log(const std::string& form, const std::string& level);

} // namespace quoin::app
