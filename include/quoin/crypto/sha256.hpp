#pragma once

#include <quoin/base/bytes.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace quoin::crypto {

/// SHA-256 of the whole input.
Root sha256(ByteView bytes);

/// SHA-256 of two roots side by side: the inner node of every Merkle tree.
Root hash_pair(const Root& left, const Root& right);

/// One layer of a Merkle tree: `out[i] = hash_pair(in[2i], in[2i + 1])`. `in` holds exactly twice as many as `out`;
/// the two may start at the same place.
void hash_pairs(std::span<const Root> in, std::span<Root> out);

/// The same node of many trees at once: `out[i] = hash_pair(left[i], right[i])`. `out` may be `left`.
void hash_zipped(std::span<const Root> left, std::span<const Root> right, std::span<Root> out);

/// SHA-256 of an input that comes in parts. Parts are slower than `sha256` of the whole: use that where there is one.
class Sha256 {
public:
    Sha256();

    Sha256& update(ByteView bytes);

    /// The hash of all parts so far; the object starts anew.
    Root finish();

private:
    static constexpr std::size_t state_bytes = 104;
    alignas(8) std::array<std::uint8_t, state_bytes> state_;
};

} // namespace quoin::crypto
