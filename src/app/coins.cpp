#include "coins.hpp"

#include <quoin/base/checked.hpp>

#include <algorithm>
#include <charconv>
#include <optional>

namespace quoin::app {

namespace {

constexpr std::size_t decimals = 9;

std::optional<std::uint64_t> whole_number(std::string_view digits) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return error == std::errc{} && end == digits.data() + digits.size() ? std::optional{number} : std::nullopt;
}

} // namespace

Result<std::uint64_t> parse_amount(std::string_view text) {
    const Fault fault{Reason::out_of_range, std::string{text},
                      "expected an amount of coins such as 32 or 0.5, or of base units such as 500u"};
    if (text.ends_with('u')) {
        const auto units = whole_number(text.substr(0, text.size() - 1));
        return units ? Result<std::uint64_t>{*units} : fault;
    }
    const std::size_t point = text.find('.');
    std::string fraction{point == std::string_view::npos ? "" : text.substr(point + 1)};
    if (fraction.size() > decimals || (point != std::string_view::npos && fraction.empty())) {
        return fault;
    }
    fraction.resize(decimals, '0');
    const auto coins = whole_number(text.substr(0, point));
    const auto rest = whole_number(fraction);
    const auto units = coins ? checked_mul(*coins, units_per_coin) : std::nullopt;
    const auto sum = units && rest ? checked_add(*units, *rest) : std::nullopt;
    return sum ? Result<std::uint64_t>{*sum} : fault;
}

std::string coins_text(std::uint64_t units) {
    std::string fraction = std::to_string(units % units_per_coin);
    fraction.insert(0, decimals - fraction.size(), '0');
    fraction.erase(fraction.find_last_not_of('0') + 1);
    return std::to_string(units / units_per_coin) + (fraction.empty() ? "" : "." + fraction);
}

} // namespace quoin::app
