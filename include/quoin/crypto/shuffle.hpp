#pragma once

#include <quoin/base/bytes.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace quoin::crypto {

/// Swap-or-not: where `index` of [0, count) goes (`compute_shuffled_index` of the consensus specs). `index < count`;
/// at most 255 rounds.
std::uint64_t shuffled_index(std::uint64_t index, std::uint64_t count, const Root& seed, std::uint64_t rounds);

/// All of them at once: `result[i] = list[shuffled_index(i, list.size(), seed, rounds)]`, in about a
/// hundredth of the time that one by one takes. Positions are of 32 bits: half the memory to walk through.
std::vector<std::uint32_t> shuffle(std::span<const std::uint32_t> list, const Root& seed, std::uint64_t rounds);

} // namespace quoin::crypto
