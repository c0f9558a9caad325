#pragma once

#include <cstdint>

namespace quoin::sim {

/// A node's clock against the world's.
struct ClockRules {
    std::int64_t skew_ms = 0;           ///< ahead, or behind when negative
    std::int64_t drift_per_million = 0; ///< how much faster it goes; a slow clock has a negative one
};

/// What a node reads the time from. All times are milliseconds since the Unix epoch.
class NodeClock {
public:
    /// In force from `now_ms` on, by the world's clock: the drift begins there.
    void set(const ClockRules& rules, std::uint64_t now_ms);

    /// What it shows at `now_ms` of the world's clock.
    std::uint64_t shown_at(std::uint64_t now_ms) const;
    /// When, by the world's clock, it shows `due_ms`: now, when it is past that.
    std::uint64_t when_it_shows(std::uint64_t due_ms, std::uint64_t now_ms) const;

private:
    ClockRules rules_;
    std::uint64_t set_ms_ = 0;
};

} // namespace quoin::sim
