#pragma once

#include <quoin/codec/wire.hpp>

#include <optional>

namespace quoin::inline codec {

/// A value or none: SSZ List[T, 1], JSON the value or null.
template <class T>
using Optional = std::optional<T>;

template <class T>
struct ForeignWire<std::optional<T>> {
    static constexpr Wire wire = Wire::optional;
};

} // namespace quoin::inline codec
