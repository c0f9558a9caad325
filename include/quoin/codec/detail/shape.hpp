#pragma once

#include <quoin/base/field.hpp>
#include <quoin/codec/wire.hpp>

#include <cstdint>

namespace quoin::inline codec::detail {

constexpr std::uint64_t offset_bytes = 4;

/// What SSZ must know of a type before it sees a value.
struct Shape {
    bool is_fixed = true;
    std::uint64_t bytes = 0;     ///< encoded size if fixed, else the size of the part before the first variable field
    std::uint64_t bytes_min = 0; ///< no value encodes to less: bounds how many fit into what remains of an input

    constexpr void add(const Shape& part) {
        is_fixed = is_fixed && part.is_fixed;
        bytes += part.is_fixed ? part.bytes : offset_bytes;
        bytes_min += part.is_fixed ? part.bytes : offset_bytes + part.bytes_min;
    }
    constexpr Shape times(std::uint64_t count) const {
        const std::uint64_t each = is_fixed ? bytes : offset_bytes;
        const std::uint64_t each_min = is_fixed ? bytes : offset_bytes + bytes_min;
        return {is_fixed, each * count, each_min * count};
    }
};

template <class T>
const Shape& container_shape();

template <class T>
Shape shape_of() {
    constexpr Wire wire = wire_of<T>();
    if constexpr (Basic<T>) {
        return {true, sizeof(T), sizeof(T)};
    } else if constexpr (wire == Wire::bytes) {
        return {true, T::size_bytes, T::size_bytes};
    } else if constexpr (wire == Wire::bitvector) {
        return {true, (T::limit + 7) / 8, (T::limit + 7) / 8};
    } else if constexpr (wire == Wire::vector) {
        return shape_of<typename T::value_type>().times(T::limit);
    } else if constexpr (wire == Wire::container) {
        return container_shape<T>();
    } else {
        const bool has_head = wire == Wire::bitlist || wire == Wire::choice;
        return {false, 0, has_head ? std::uint64_t{1} : 0};
    }
}

/// Adds up the fields of a container.
struct ShapeArchive {
    Shape shape;

    template <class... T>
    void operator()(const Field<T>&...) {
        (shape.add(shape_of<T>()), ...);
    }
};

/// A type's fields are known only to its `serialize`, so one default value of it is walked, once.
template <class T>
const Shape& container_shape() {
    static const Shape shape = [] {
        ShapeArchive archive;
        T value{};
        value.serialize(archive);
        return archive.shape;
    }();
    return shape;
}

} // namespace quoin::inline codec::detail
