#pragma once

#include <quoin/codec/wire.hpp>

#include <variant>

namespace quoin::inline codec {

/// One of several containers. SSZ Union: a selector byte, which is the position in the list, and the value. JSON:
/// `{"kind": "transfer", ...fields}`, so each alternative has `static constexpr const char* kind` (without a field of
/// that name) and its place in the list never changes.
template <class... Alternatives>
using Union = std::variant<Alternatives...>;

template <class... Alternatives>
struct ForeignWire<std::variant<Alternatives...>> {
    static_assert(sizeof...(Alternatives) <= 128, "SSZ keeps selectors from 128 up for itself");
    static constexpr Wire wire = Wire::choice;
};

} // namespace quoin::inline codec
