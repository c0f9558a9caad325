#pragma once

#include <quoin/base/bytes.hpp>
#include <quoin/base/result.hpp>

#include <vector>

namespace quoin::inline codec {

// Declared here, defined in <quoin/codec/archive.hpp>: whoever owns a wire type T instantiates these for it in one
// .cpp with QUOIN_SSZ_TYPE(T), and everybody else includes only this header.

/// The SSZ bytes of `value`.
template <class T>
ByteVector encode(const T& value);

/// Reads SSZ bytes that are exactly one T in its only form; anything else is a fault with the path of the field.
/// Memory taken is bounded by the length of `bytes`.
template <class T>
Result<T> decode(ByteView bytes);

/// Sealed columns inside answer from their caches; nothing is written.
template <class T>
Root hash_tree_root(const T& value);

/// The roots of a container's fields in their order: `hash_tree_root(value) == merkleize(field_roots(value))`, and
/// `merkle_branch` of them proves a field.
template <class T>
std::vector<Root> field_roots(const T& value);

/// Seals every Column inside `value` (also within lists and containers). From then on copies share the sealed chunks
/// and const access from many threads writes nothing.
template <class T>
void seal_columns(T& value);

/// The same, and returns the root of it all.
template <class T>
Root seal(T& value);

} // namespace quoin::inline codec
