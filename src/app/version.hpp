#pragma once

namespace quoin::app {

inline constexpr const char* version = "0.1.0";

} // namespace quoin::app
