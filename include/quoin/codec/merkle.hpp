#pragma once

#include <quoin/base/bytes.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace quoin::inline codec {

/// The root of a tree of height `height` whose leaves are all zero; `height` is at most 64.
const Root& zero_root(std::size_t height);

/// How many layers a tree over `leaves` leaves has above them: ceil(log2(leaves)), 0 for none or one.
constexpr std::size_t tree_height(std::uint64_t leaves) {
    return leaves <= 1 ? 0 : 64 - static_cast<std::size_t>(__builtin_clzll(leaves - 1));
}

/// SSZ merkleize(leaves, limit): the root over `leaves`, padded with zero leaves up to the next power of two from
/// `limit`. `leaves` must not outnumber `limit`.
Root merkleize(std::span<const Root> leaves, std::uint64_t limit);

/// As above, with `limit` as many as there are leaves.
Root merkleize(std::span<const Root> leaves);

/// Replaces nodes[begin..] by the one root above them: they stand at height `from` of a tree of height `to`, and to
/// their right all is zero. The workhorse of every root: it works in place and allocates nothing.
void collapse(std::vector<Root>& nodes, std::size_t begin, std::size_t from, std::size_t to);

/// The root of a list from the root of its items and their number.
Root mix_in_length(const Root& root, std::uint64_t length);

/// The root of a union from the root of its value and the selector.
Root mix_in_selector(const Root& root, std::uint8_t selector);

/// The branch of leaf `index` among `leaves` in a tree over `limit` leaves, from the leaf's sister up.
std::vector<Root> merkle_branch(std::span<const Root> leaves, std::uint64_t limit, std::uint64_t index);

/// True when `leaf` at `index` of a tree of height `depth` with the sisters `branch` (the leaf's own first) gives
/// `root`. A branch of another length than `depth` is not valid.
bool is_valid_merkle_branch(const Root& leaf, std::span<const Root> branch, std::size_t depth, std::uint64_t index,
                            const Root& root);

} // namespace quoin::inline codec
