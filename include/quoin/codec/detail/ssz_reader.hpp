#pragma once

#include <quoin/base/assert.hpp>
#include <quoin/base/bytes.hpp>
#include <quoin/base/field.hpp>
#include <quoin/codec/detail/shape.hpp>
#include <quoin/codec/detail/trail.hpp>
#include <quoin/codec/text.hpp>

#include <cereal/cereal.hpp>

#include <cstring>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace quoin::inline codec::detail {

/// Reads SSZ bytes. Every value is given exactly the bytes that are its own, so a length is known before memory is
/// taken for it. A container is walked twice, like the writer does it: head, then tail.
class SszReader : public cereal::InputArchive<SszReader> {
public:
    SszReader() : InputArchive(this) {}

    template <class T>
    void processImpl(const Field<T>& field) {
        const Shape shape = shape_of<T>();
        if (trail_.failed()) {
            return;
        }
        if (shape.is_fixed) {
            if (!frame_.in_tail) {
                read_field(field, frame_.bytes.subspan(frame_.cursor, shape.bytes));
                frame_.cursor += shape.bytes;
            }
        } else if (!frame_.in_tail) {
            offsets_.push_back(offset_at(frame_.bytes, frame_.cursor));
            frame_.cursor += offset_bytes;
        } else {
            read_field(field, variable_part(frame_.bytes, frame_.next_offset++, frame_.offsets_end));
        }
    }

    /// Reads `value` from `bytes`, all of them.
    template <class T>
    void read(ByteView bytes, T& value) {
        constexpr Wire wire = wire_of<T>();
        const Shape shape = shape_of<T>();
        if (!size_fits(bytes.size(), shape)) {
            return;
        }
        if constexpr (Basic<T>) {
            read_basic(bytes.data(), 1, &value);
        } else if constexpr (wire == Wire::bytes) {
            value = T::from(bytes);
        } else if constexpr (wire == Wire::byte_list || wire == Wire::text) {
            read_octets(bytes, value);
        } else if constexpr (wire == Wire::bitvector) {
            if (no_bits_beyond(bytes.back(), T::limit)) {
                value.load(bytes);
            }
        } else if constexpr (wire == Wire::bitlist) {
            read_bitlist(bytes, value);
        } else if constexpr (wire == Wire::optional) {
            read_optional(bytes, value);
        } else if constexpr (wire == Wire::choice) {
            read_choice(bytes, value, std::make_index_sequence<std::variant_size_v<T>>{});
        } else if constexpr (wire == Wire::container) {
            read_container(bytes, value, shape);
        } else {
            read_items(bytes, value);
        }
    }

    const Trail& trail() const { return trail_; }

private:
    struct Frame {
        ByteView bytes;              ///< of the container
        std::size_t cursor = 0;      ///< in its head
        std::size_t next_offset = 0; ///< in `offsets_`
        std::size_t offsets_end = 0;
        bool in_tail = false;
    };

    void fail(Reason reason, std::string message) { trail_.fail(reason, std::move(message)); }
    bool size_fits(std::size_t size, const Shape& shape);
    bool no_bits_beyond(std::uint8_t last, std::uint64_t bits);
    static std::uint32_t offset_at(ByteView bytes, std::size_t position);
    bool offsets_fit(std::size_t begin, std::size_t head_bytes, std::size_t size);
    /// The number of items in `bytes`, or nothing after a fault. Takes no memory.
    std::optional<std::size_t> count_items(ByteView bytes, const Shape& item, std::uint64_t limit, bool is_vector);

    ByteView variable_part(ByteView bytes, std::size_t offset, std::size_t offsets_end) const {
        const std::size_t begin = offsets_[offset];
        const std::size_t end = offset + 1 < offsets_end ? offsets_[offset + 1] : bytes.size();
        return bytes.subspan(begin, end - begin);
    }

    template <class T>
    void read_field(const Field<T>& field, ByteView bytes) {
        trail_.enter(field.name);
        read(bytes, field.value);
        trail_.leave();
    }

    template <class T>
    void read_basic(const std::uint8_t* bytes, std::size_t count, T* values) {
        if constexpr (wire_of<T>() != Wire::number) {
            std::size_t values_max = 2;
            if constexpr (wire_of<T>() == Wire::enumeration) {
                values_max = names_of(T{}).size();
            }
            for (std::size_t i = 0; i < count; ++i) {
                if (bytes[i] >= values_max) {
                    return fail(Reason::out_of_range, "byte " + std::to_string(bytes[i]) + " names no value");
                }
            }
        }
        if (count != 0) {
            std::memcpy(static_cast<void*>(values), bytes, count * sizeof(T));
        }
    }

    template <class T>
    void read_octets(ByteView bytes, T& value) {
        if (bytes.size() > T::limit) {
            return fail(Reason::too_large, "more than " + std::to_string(T::limit) + " bytes");
        }
        if constexpr (wire_of<T>() == Wire::byte_list) {
            value = T{ByteVector(bytes.begin(), bytes.end())};
        } else {
            std::string text(bytes.begin(), bytes.end());
            if (!is_utf8(text)) {
                return fail(Reason::malformed, "text is not UTF-8");
            }
            value = T{std::move(text)};
        }
    }

    template <class T>
    void read_bitlist(ByteView bytes, T& value) {
        if (bytes.back() == 0) {
            return fail(Reason::malformed, "bitlist without its delimiter");
        }
        const auto delimiter = static_cast<std::size_t>(std::bit_width(bytes.back()) - 1);
        const std::size_t size = (bytes.size() - 1) * 8 + delimiter;
        if (size > T::limit) {
            return fail(Reason::too_large, "more than " + std::to_string(T::limit) + " bits");
        }
        ByteVector bits(bytes.begin(), bytes.end());
        bits.back() = static_cast<std::uint8_t>(bits.back() ^ (1U << delimiter));
        bits.resize((size + 7) / 8);
        value.resize(size);
        value.load(bits);
    }

    template <class T>
    void read_optional(ByteView bytes, T& value) {
        using Item = typename T::value_type;
        const Shape item = shape_of<Item>();
        const auto count = count_items(bytes, item, 1, false);
        value.reset();
        if (count && *count == 1) {
            read(item.is_fixed ? bytes : bytes.subspan(offset_bytes), value.emplace());
        }
    }

    template <class T, std::size_t... I>
    void read_choice(ByteView bytes, T& value, std::index_sequence<I...>) {
        const std::size_t selector = bytes.front();
        if (selector >= sizeof...(I)) {
            return fail(Reason::out_of_range, "selector " + std::to_string(selector) + " names no alternative");
        }
        const auto read_as = [&]<std::size_t index>() {
            if (index == selector) {
                read(bytes.subspan(1), value.template emplace<index>());
            }
        };
        (read_as.template operator()<I>(), ...);
    }

    template <class T>
    void read_container(ByteView bytes, T& value, const Shape& shape) {
        const std::size_t offsets_begin = offsets_.size();
        const Frame outer = std::exchange(frame_, Frame{bytes, 0, offsets_begin, 0, false});
        value.serialize(*this);
        if (!shape.is_fixed && !trail_.failed() && offsets_fit(offsets_begin, shape.bytes, bytes.size())) {
            frame_.offsets_end = offsets_.size();
            frame_.in_tail = true;
            value.serialize(*this);
        }
        frame_ = outer;
        offsets_.resize(offsets_begin);
    }

    template <class T>
    void read_items(ByteView bytes, T& items) {
        using Item = typename T::value_type;
        constexpr Wire wire = wire_of<T>();
        const Shape item = shape_of<Item>();
        const auto count = count_items(bytes, item, T::limit, wire == Wire::vector);
        if (!count) {
            return;
        }
        if constexpr (Basic<Item> && wire != Wire::column) {
            if constexpr (wire == Wire::list) {
                items.resize(*count);
            }
            read_basic(bytes.data(), *count, items.data());
        } else if (item.is_fixed) {
            read_each(items, *count, [&](std::size_t i) { return bytes.subspan(i * item.bytes, item.bytes); });
        } else {
            const std::size_t begin = offsets_.size();
            for (std::size_t i = 0; i < *count; ++i) {
                offsets_.push_back(offset_at(bytes, i * offset_bytes));
            }
            if (offsets_fit(begin, *count * offset_bytes, bytes.size())) {
                const std::size_t end = offsets_.size();
                read_each(items, *count, [&](std::size_t i) { return variable_part(bytes, begin + i, end); });
            }
            offsets_.resize(begin);
        }
    }

    template <class T, class BytesOf>
    void read_each(T& items, std::size_t count, const BytesOf& bytes_of) {
        if constexpr (wire_of<T>() == Wire::list) {
            items.clear();
            items.reserve(count);
        } else if constexpr (wire_of<T>() == Wire::column) {
            items.clear();
        }
        for (std::size_t i = 0; i < count && !trail_.failed(); ++i) {
            trail_.enter(i);
            if constexpr (wire_of<T>() == Wire::vector) {
                read(bytes_of(i), items[i]);
            } else if constexpr (wire_of<T>() == Wire::list) {
                read(bytes_of(i), items.emplace_back());
            } else {
                typename T::value_type item{};
                read(bytes_of(i), item);
                items.push_back(std::move(item));
            }
            trail_.leave();
        }
    }

    Trail trail_;
    Frame frame_;
    std::vector<std::uint32_t> offsets_; ///< of all containers and lists being read, the innermost last
};

} // namespace quoin::inline codec::detail
