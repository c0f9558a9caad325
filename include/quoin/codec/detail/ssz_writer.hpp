#pragma once

#include <quoin/base/assert.hpp>
#include <quoin/base/bytes.hpp>
#include <quoin/base/field.hpp>
#include <quoin/codec/detail/shape.hpp>

#include <cereal/cereal.hpp>

#include <cstring>
#include <limits>
#include <utility>
#include <variant>

namespace quoin::inline codec::detail {

/// SSZ bytes of a value. A container is walked twice: its head (fixed fields, and room for an offset in place of each
/// variable one), then its tail (the variable fields, each noting where it starts).
class SszWriter : public cereal::OutputArchive<SszWriter> {
public:
    SszWriter() : OutputArchive(this) {}

    template <class T>
    void processImpl(const Field<T>& field) {
        const Shape shape = shape_of<T>();
        if (!frame_.in_tail) {
            shape.is_fixed ? write(field.value) : make_room(1);
        } else if (shape.is_fixed) {
            frame_.cursor += shape.bytes;
        } else {
            note_offset();
            write(field.value);
        }
    }

    template <class T>
    void write(const T& value) {
        constexpr Wire wire = wire_of<T>();
        if constexpr (Basic<T>) {
            append(&value, sizeof(T));
        } else if constexpr (wire == Wire::bytes || wire == Wire::byte_list) {
            append(value.data(), value.size());
        } else if constexpr (wire == Wire::text) {
            append(value.view().data(), value.size());
        } else if constexpr (wire == Wire::bitvector) {
            append(value.words().data(), (value.size() + 7) / 8);
        } else if constexpr (wire == Wire::bitlist) {
            write_bitlist(value.words().data(), value.size());
        } else if constexpr (wire == Wire::optional) {
            write_optional(value);
        } else if constexpr (wire == Wire::choice) {
            out_.push_back(static_cast<std::uint8_t>(value.index()));
            std::visit([this](const auto& alternative) { this->write(alternative); }, value);
        } else if constexpr (wire == Wire::container) {
            write_container(value);
        } else {
            write_items(value);
        }
    }

    ByteVector take() { return std::move(out_); }

private:
    struct Frame {
        std::size_t base = 0;   ///< where the container starts: its offsets count from here
        std::size_t cursor = 0; ///< in the tail: the place in the head that belongs to the next field
        bool in_tail = false;
    };

    void append(const void* data, std::size_t size) {
        const auto* bytes = static_cast<const std::uint8_t*>(data);
        out_.insert(out_.end(), bytes, bytes + size);
    }

    void make_room(std::size_t offsets) { out_.resize(out_.size() + offsets * offset_bytes); }

    /// Writes into the head that the next variable part starts here.
    void note_offset() {
        const std::size_t offset = out_.size() - frame_.base;
        QUOIN_ASSERT(offset <= std::numeric_limits<std::uint32_t>::max(), "offset fits 32 bits");
        const auto narrow_offset = static_cast<std::uint32_t>(offset);
        std::memcpy(out_.data() + frame_.cursor, &narrow_offset, offset_bytes);
        frame_.cursor += offset_bytes;
    }

    void write_bitlist(const std::uint64_t* words, std::size_t size) {
        append(words, (size + 7) / 8);
        const auto delimiter = static_cast<std::uint8_t>(1U << (size % 8));
        if (size % 8 == 0) {
            out_.push_back(delimiter);
        } else {
            out_.back() |= delimiter;
        }
    }

    template <class T>
    void write_optional(const T& value) {
        if (value) {
            if (!shape_of<typename T::value_type>().is_fixed) {
                const std::uint32_t offset = offset_bytes;
                append(&offset, offset_bytes);
            }
            write(*value);
        }
    }

    template <class T>
    void write_container(const T& value) {
        // Archives take what they read and what they write by one `serialize`, which cannot be const.
        T& fields = const_cast<T&>(value);
        const Frame outer = std::exchange(frame_, Frame{out_.size(), out_.size(), false});
        fields.serialize(*this);
        if (!shape_of<T>().is_fixed) {
            frame_.in_tail = true;
            fields.serialize(*this);
        }
        frame_ = outer;
    }

    template <class T>
    void write_items(const T& items) {
        using Item = typename T::value_type;
        if constexpr (Basic<Item> && wire_of<T>() == Wire::column) {
            items.for_each_chunk(
                [this](const auto& chunk, bool) { append(chunk.items.data(), chunk.items.size() * sizeof(Item)); });
        } else if constexpr (Basic<Item>) {
            append(items.data(), items.size() * sizeof(Item));
        } else if (shape_of<Item>().is_fixed) {
            for (const Item& item : items) {
                write(item);
            }
        } else {
            const Frame outer = std::exchange(frame_, Frame{out_.size(), out_.size(), true});
            make_room(items.size());
            for (const Item& item : items) {
                note_offset();
                write(item);
            }
            frame_ = outer;
        }
    }

    ByteVector out_;
    Frame frame_;
};

} // namespace quoin::inline codec::detail
