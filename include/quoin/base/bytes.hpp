#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace quoin::inline base {

using ByteView = std::span<const std::uint8_t>;
using ByteVector = std::vector<std::uint8_t>;

/// A fixed number of octets: a root, a key, a signature. Ordered as an unsigned big-endian string.
template <std::size_t N>
struct Bytes {
    static constexpr std::size_t size_bytes = N;

    std::array<std::uint8_t, N> octets{};

    constexpr auto operator<=>(const Bytes&) const = default;

    constexpr std::uint8_t* data() { return octets.data(); }
    constexpr const std::uint8_t* data() const { return octets.data(); }
    static constexpr std::size_t size() { return N; }
    constexpr auto begin() { return octets.begin(); }
    constexpr auto end() { return octets.end(); }
    constexpr auto begin() const { return octets.begin(); }
    constexpr auto end() const { return octets.end(); }
    constexpr std::uint8_t& operator[](std::size_t i) { return octets[i]; }
    constexpr const std::uint8_t& operator[](std::size_t i) const { return octets[i]; }

    constexpr bool is_zero() const {
        return std::all_of(octets.begin(), octets.end(), [](std::uint8_t o) { return o == 0; });
    }

    /// The first N octets of `bytes`, which must hold at least that many.
    static Bytes from(ByteView bytes) {
        Bytes result;
        std::copy_n(bytes.begin(), N, result.octets.begin());
        return result;
    }
};

using Root = Bytes<32>;

} // namespace quoin::inline base
