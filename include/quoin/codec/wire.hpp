#pragma once

#include <quoin/base/bytes.hpp>
#include <quoin/base/checked.hpp>
#include <quoin/base/strong.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>

namespace quoin::inline codec {

static_assert(std::endian::native == std::endian::little, "lists of numbers are copied to the wire as they lie");

/// What a type is on the wire. A class of ours says so with a member `static constexpr Wire wire`; a class without it
/// that has `serialize` is a container.
///
/// kind        | SSZ                 | JSON
/// boolean     | 1 byte              | true, false
/// number      | 1..16 bytes         | "123" (bare below 2^53 is read too)
/// enumeration | uint8               | "name"
/// bytes       | Vector[uint8, N]    | "0x.."
/// byte_list   | List[uint8, N]      | "0x.."
/// text        | List[uint8, N]      | "text"
/// bitvector   | Bitvector[N]        | "0x.." of the SSZ bytes
/// bitlist     | Bitlist[N]          | "0x.." of the SSZ bytes
/// vector      | Vector[T, N]        | [..]
/// list        | List[T, N]          | [..]
/// column      | List[T, N]          | [..]
/// optional    | List[T, 1]          | null or the value
/// choice      | Union[Ts...]        | {"kind": "name", fields...}
/// container   | Container           | {fields...}
enum class Wire : std::uint8_t {
    boolean,
    number,
    enumeration,
    bytes,
    byte_list,
    text,
    bitvector,
    bitlist,
    vector,
    list,
    column,
    optional,
    choice,
    container,
};

/// The kind of a type that is not a class of codec's own.
template <class T>
struct ForeignWire {
    static constexpr Wire wire = Wire::container;
};
template <std::size_t N>
struct ForeignWire<Bytes<N>> {
    static constexpr Wire wire = Wire::bytes;
};

template <class T>
constexpr Wire wire_of() {
    if constexpr (std::is_same_v<T, bool>) {
        return Wire::boolean;
    } else if constexpr (std::is_unsigned_v<T> || std::is_same_v<T, Uint128> || StrongNumber<T>) {
        return Wire::number;
    } else if constexpr (std::is_enum_v<T>) {
        static_assert(sizeof(T) == 1, "an enum on the wire has std::uint8_t below it");
        return Wire::enumeration;
    } else if constexpr (requires { T::wire; }) {
        return T::wire;
    } else {
        return ForeignWire<T>::wire;
    }
}

/// True for what SSZ packs into shared leaves: its bytes in memory are its encoding.
template <class T>
concept Basic = wire_of<T>()
== Wire::boolean || wire_of<T>() == Wire::number || wire_of<T>() == Wire::enumeration;

/// An enum on the wire counts from zero without gaps and comes with a function in its own namespace that gives the
/// stable JSON names in order, as a constant array of std::string_view:
///     constexpr const auto& names_of(Colour) { return colour_names; }
template <class E>
std::optional<E> enum_from_name(std::string_view name) {
    for (std::size_t i = 0; i < names_of(E{}).size(); ++i) {
        if (names_of(E{})[i] == name) {
            return static_cast<E>(i);
        }
    }
    return std::nullopt;
}

} // namespace quoin::inline codec
