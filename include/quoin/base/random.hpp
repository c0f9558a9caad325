#pragma once

#include <cstdint>

namespace quoin::inline base {

/// SplitMix64: a seeded, portable stream for tests, the simulator and jitter. Never for keys.
class SeededRandom {
public:
    explicit SeededRandom(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() {
        state_ += 0x9e3779b97f4a7c15;
        std::uint64_t mixed = state_;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
        return mixed ^ (mixed >> 31);
    }

    /// Uniform in [0, bound); `bound` must not be zero.
    std::uint64_t below(std::uint64_t bound) {
        const std::uint64_t reject_from = ~std::uint64_t{0} - ~std::uint64_t{0} % bound;
        std::uint64_t drawn = next();
        while (drawn >= reject_from) {
            drawn = next();
        }
        return drawn % bound;
    }

    /// True in `percent` of a hundred draws.
    bool chance(std::uint64_t percent) { return below(100) < percent; }

private:
    std::uint64_t state_;
};

} // namespace quoin::inline base
