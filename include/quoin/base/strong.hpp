#pragma once

#include <quoin/base/checked.hpp>

#include <compare>
#include <cstdint>
#include <type_traits>

namespace quoin::inline base {

/// A position on a scale of its own (slot, epoch, validator index). Steps are plain numbers; the difference of two is
/// a plain number. A step off either end is a bug of ours and stops the node.
template <class Tag>
struct Ordinal {
    std::uint64_t value = 0;

    constexpr Ordinal() = default;
    constexpr explicit Ordinal(std::uint64_t number) : value(number) {}

    constexpr auto operator<=>(const Ordinal&) const = default;

    constexpr Ordinal operator+(std::uint64_t steps) const {
        const auto sum = checked_add(value, steps);
        QUOIN_ASSERT(sum.has_value(), "ordinal fits 64 bits");
        return Ordinal{*sum};
    }
    constexpr Ordinal operator-(std::uint64_t steps) const {
        QUOIN_ASSERT(value >= steps, "ordinal is not negative");
        return Ordinal{value - steps};
    }
    constexpr std::uint64_t operator-(Ordinal other) const {
        QUOIN_ASSERT(value >= other.value, "ordinal difference is not negative");
        return value - other.value;
    }
    constexpr Ordinal& operator++() { return *this = *this + 1; }

    /// `*this - steps`, or zero when there are not that many: for windows that reach before genesis.
    constexpr Ordinal saturating_minus(std::uint64_t steps) const {
        return Ordinal{value >= steps ? value - steps : 0};
    }

    static constexpr Ordinal far_future() { return Ordinal{~std::uint64_t{0}}; }
};

/// An amount of one thing (money, shares, weight). Adding and taking are checked; a result that does not fit or goes
/// below zero is a bug of ours and stops the node. Check input with `checked_add` before it becomes one.
template <class Tag>
struct Quantity {
    std::uint64_t value = 0;

    constexpr Quantity() = default;
    constexpr explicit Quantity(std::uint64_t number) : value(number) {}

    constexpr auto operator<=>(const Quantity&) const = default;

    constexpr Quantity operator+(Quantity other) const {
        const auto sum = checked_add(value, other.value);
        QUOIN_ASSERT(sum.has_value(), "quantity fits 64 bits");
        return Quantity{*sum};
    }
    constexpr Quantity operator-(Quantity other) const {
        QUOIN_ASSERT(value >= other.value, "quantity is not negative");
        return Quantity{value - other.value};
    }
    constexpr Quantity& operator+=(Quantity other) { return *this = *this + other; }
    constexpr Quantity& operator-=(Quantity other) { return *this = *this - other; }

    constexpr bool is_zero() const { return value == 0; }
};

template <class T>
struct is_strong_number : std::false_type {};
template <class Tag>
struct is_strong_number<Ordinal<Tag>> : std::true_type {};
template <class Tag>
struct is_strong_number<Quantity<Tag>> : std::true_type {};

/// True for Ordinal and Quantity: encoded as their 64-bit value.
template <class T>
concept StrongNumber = is_strong_number<T>::value;

} // namespace quoin::inline base
