#pragma once

#include <quoin/base/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace quoin::app {

/// People speak of coins, the chain counts base units.
inline constexpr std::uint64_t units_per_coin = 1'000'000'000;

/// `32` and `0.5` are coins, `500u` are base units. `out_of_range` for anything else, and for what 64 bits cannot hold.
Result<std::uint64_t> parse_amount(std::string_view text);

/// Coins, without needless zeros: `32`, `0.5`.
std::string coins_text(std::uint64_t units);

} // namespace quoin::app
