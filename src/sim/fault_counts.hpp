#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace quoin::sim {

/// What goes wrong in a simulated world, each time it does.
enum class FaultKind : std::uint8_t {
    lost,       ///< a message that never arrived
    duplicated, ///< a message that arrived twice
    reordered,  ///< a message held back for others to overtake
    late,       ///< a message that took longer than attesters wait for a block
    crash,
    partition, ///< the network fell apart, or apart in another way
    clock,     ///< a clock was set or went at another speed
    disk,      ///< a node's disk failed a call
};
inline constexpr std::array<const char*, 8> fault_names{"lost",  "duplicated", "reordered", "late",
                                                        "crash", "partition",  "clock",     "disk"};

class FaultCounts {
public:
    void add(FaultKind kind, std::uint64_t count = 1) { counts_[static_cast<std::size_t>(kind)] += count; }
    std::uint64_t of(FaultKind kind) const { return counts_[static_cast<std::size_t>(kind)]; }
    std::uint64_t total() const;

    /// `lost 12, crash 1`: those that happened.
    std::string text() const;

    FaultCounts& operator+=(const FaultCounts& other);

private:
    std::array<std::uint64_t, fault_names.size()> counts_{};
};

} // namespace quoin::sim
