#pragma once

#include <chrono>
#include <cstdint>

namespace quoin::node {

/// Time that passed by the steady clock.
class Stopwatch {
public:
    std::uint64_t us() const {
        const auto passed = std::chrono::steady_clock::now() - start_;
        return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(passed).count());
    }
    void restart() { start_ = std::chrono::steady_clock::now(); }

private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

} // namespace quoin::node
