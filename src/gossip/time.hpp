#pragma once

#include <chrono>
#include <cstdint>

namespace quoin::gossip {

/// For time-outs and rates: never goes back, means nothing outside of the process.
inline std::uint64_t steady_now_ms() {
    const auto since = std::chrono::steady_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(since).count());
}

} // namespace quoin::gossip
