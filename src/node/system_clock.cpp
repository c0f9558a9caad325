#include <quoin/node/machine.hpp>

#include <chrono>

namespace quoin::node {

std::uint64_t SystemClock::now_ms() const {
    const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(since_1970).count());
}

} // namespace quoin::node
