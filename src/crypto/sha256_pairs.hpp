#pragma once

#include <quoin/base/bytes.hpp>

#include <cstddef>

namespace quoin::crypto {

/// Pairs of roots that lie at a fixed distance: pair i is `left[i * step]` and `right[i * step]`.
struct RootPairs {
    const Root* left;
    const Root* right;
    std::size_t step;
    std::size_t count;
};

/// out[i] = SHA-256 of pair i; `out` may start where `left` does. Each of these is the whole function: the portable one
/// is blst's, the other needs `has_sha_instructions()`.
void hash_pairs_portably(const RootPairs& pairs, Root* out);
void hash_pairs_with_instructions(const RootPairs& pairs, Root* out);
bool has_sha_instructions();

} // namespace quoin::crypto
