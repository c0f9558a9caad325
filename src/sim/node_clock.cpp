#include "node_clock.hpp"

#include <algorithm>

namespace quoin::sim {

void NodeClock::set(const ClockRules& rules, std::uint64_t now_ms) {
    rules_ = rules;
    set_ms_ = now_ms;
}

std::uint64_t NodeClock::shown_at(std::uint64_t now_ms) const {
    const auto since = static_cast<std::int64_t>(now_ms - set_ms_);
    const std::int64_t drifted = since * rules_.drift_per_million / 1'000'000;
    return now_ms + static_cast<std::uint64_t>(rules_.skew_ms + drifted);
}

std::uint64_t NodeClock::when_it_shows(std::uint64_t due_ms, std::uint64_t now_ms) const {
    const std::uint64_t shown = shown_at(now_ms);
    if (due_ms <= shown) {
        return now_ms;
    }
    const std::int64_t speed = 1'000'000 + rules_.drift_per_million;
    return now_ms + std::max<std::uint64_t>(1, (due_ms - shown) * 1'000'000 / static_cast<std::uint64_t>(speed));
}

} // namespace quoin::sim
