#pragma once

#include <quoin/base/assert.hpp>
#include <quoin/base/mutant.hpp>

#include <cstdint>
#include <limits>
#include <optional>

namespace quoin::inline base {

__extension__ typedef unsigned __int128 Uint128;
__extension__ typedef __int128 Int128;

/// Sum, or nothing when it does not fit: for numbers that come from outside.
constexpr std::optional<std::uint64_t> checked_add(std::uint64_t a, std::uint64_t b) {
    std::uint64_t sum = 0;
    if (__builtin_add_overflow(a, b, &sum)) {
        return std::nullopt;
    }
    return sum;
}

constexpr std::optional<std::uint64_t> checked_mul(std::uint64_t a, std::uint64_t b) {
    std::uint64_t product = 0;
    if (__builtin_mul_overflow(a, b, &product)) {
        return std::nullopt;
    }
    return product;
}

/// Narrows a 128-bit figure that an invariant says fits.
constexpr std::uint64_t narrow(Uint128 wide) {
    QUOIN_ASSERT(wide <= std::numeric_limits<std::uint64_t>::max(), "figure fits 64 bits");
    return static_cast<std::uint64_t>(wide);
}

/// floor(a * b / divisor) through 128 bits.
constexpr std::uint64_t mul_div(std::uint64_t a, std::uint64_t b, std::uint64_t divisor) {
    QUOIN_ASSERT(divisor != 0, "divisor is not zero");
    return narrow(Uint128{a} * b / divisor);
}

/// ceil(a * b / divisor) through 128 bits.
constexpr std::uint64_t mul_div_up(std::uint64_t a, std::uint64_t b, std::uint64_t divisor) {
    QUOIN_ASSERT(divisor != 0, "divisor is not zero");
    return narrow((Uint128{a} * b + (divisor - 1)) / divisor);
}

/// The largest r with r * r <= n.
constexpr std::uint64_t integer_square_root(std::uint64_t n) {
    std::uint64_t root = 0;
    for (std::uint64_t bit = std::uint64_t{1} << 31; bit != 0; bit >>= 1) {
        const std::uint64_t candidate = root | bit;
        if (candidate * candidate <= n) {
            root = candidate;
        }
    }
    return root;
}

/// `3 * part >= 2 * whole` in 128 bits: the only quorum there is (PROTOCOL section 2).
inline bool is_quorum(std::uint64_t part, std::uint64_t whole) {
    if (is_planted(Mutant::quorum_of_half)) {
        return Uint128{2} * part >= whole;
    }
    if (is_planted(Mutant::quorum_of_a_third)) {
        return Uint128{3} * part >= whole;
    }
    if (is_planted(Mutant::more_than_the_threshold)) {
        return Uint128{3} * part > Uint128{2} * whole;
    }
    if (is_planted(Mutant::threshold_wraps_at_64_bits)) {
        return 3 * part >= 2 * whole;
    }
    return Uint128{3} * part >= Uint128{2} * whole;
}

} // namespace quoin::inline base
