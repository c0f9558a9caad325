#pragma once

#include <quoin/base/field.hpp>
#include <quoin/base/hex.hpp>
#include <quoin/codec/detail/json_tree.hpp>
#include <quoin/codec/detail/ssz_reader.hpp>
#include <quoin/codec/detail/trail.hpp>
#include <quoin/codec/wire.hpp>

#include <cereal/cereal.hpp>

#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

namespace quoin::inline codec::detail {

/// Reads API JSON from a parsed tree.
class JsonReader : public cereal::InputArchive<JsonReader> {
public:
    explicit JsonReader(JsonTree tree) : InputArchive(this), tree_(std::move(tree)) {}

    /// Reads the whole tree.
    template <class T>
    void read_root(T& value) {
        read(0, value);
    }

    template <class T>
    void processImpl(const Field<T>& field) {
        if (trail_.failed()) {
            return;
        }
        const std::uint32_t child = take_child(field.name);
        if (child != 0) {
            trail_.enter(field.name);
            read(child, field.value);
            trail_.leave();
        } else if (!field.may_be_absent) {
            trail_.fail_at(field.name, Reason::missing_field, "the field is required");
        }
    }

    const Trail& trail() const { return trail_; }

private:
    struct Frame {
        std::uint32_t object = 0;
        std::uint32_t next = 0; ///< the child looked at first: keys mostly come in order
    };

    template <class T>
    void read(std::uint32_t index, T& value) {
        constexpr Wire wire = wire_of<T>();
        if constexpr (wire == Wire::boolean) {
            if (expect(index, JsonKind::boolean)) {
                value = !text_of(index).empty();
            }
        } else if constexpr (wire == Wire::number) {
            read_number(index, value);
        } else if constexpr (wire == Wire::enumeration) {
            read_enumeration(index, value);
        } else if constexpr (wire == Wire::text) {
            read_text(index, value);
        } else if constexpr (wire == Wire::bytes || wire == Wire::byte_list || wire == Wire::bitlist ||
                             wire == Wire::bitvector) {
            read_octets(index, value);
        } else if constexpr (wire == Wire::optional) {
            value.reset();
            if (tree_.nodes[index].kind != JsonKind::null) {
                read(index, value.emplace());
            }
        } else if constexpr (wire == Wire::choice) {
            read_choice(index, value, std::make_index_sequence<std::variant_size_v<T>>{});
        } else if constexpr (wire == Wire::container) {
            if (expect(index, JsonKind::object)) {
                read_fields(value, Frame{index, index + 1});
            }
        } else {
            read_items(index, value);
        }
    }

    std::string_view text_of(std::uint32_t index) const { return tree_.text_of(tree_.nodes[index]); }
    bool expect(std::uint32_t index, JsonKind kind);
    /// The child of the current object with this key, now marked as read, or 0.
    std::uint32_t take_child(std::string_view name);
    /// Refuses the first key of the current object that nobody asked for.
    void check_all_read();
    std::optional<Uint128> number_at(std::uint32_t index, Uint128 most);
    std::optional<ByteVector> octets_at(std::uint32_t index);

    template <class T>
    void read_number(std::uint32_t index, T& value) {
        if constexpr (StrongNumber<T>) {
            read_number(index, value.value);
        } else if (const auto number = number_at(index, static_cast<T>(~T{0}))) {
            value = static_cast<T>(*number);
        }
    }

    template <class T>
    void read_enumeration(std::uint32_t index, T& value) {
        if (!expect(index, JsonKind::string)) {
            return;
        }
        if (const auto named = enum_from_name<T>(text_of(index))) {
            value = *named;
        } else {
            trail_.fail(Reason::out_of_range, "no value has this name");
        }
    }

    template <class T>
    void read_text(std::uint32_t index, T& value) {
        if (!expect(index, JsonKind::string)) {
            return;
        }
        if (text_of(index).size() > T::limit) {
            return trail_.fail(Reason::too_large, "more than " + std::to_string(T::limit) + " bytes");
        }
        value = T{std::string{text_of(index)}};
    }

    /// What JSON writes as hex is its SSZ bytes.
    template <class T>
    void read_octets(std::uint32_t index, T& value) {
        const auto octets = octets_at(index);
        if (!octets) {
            return;
        }
        SszReader reader;
        reader.read(*octets, value);
        if (reader.trail().failed()) {
            const Fault& fault = reader.trail().fault();
            const bool is_too_long = fault.reason == Reason::trailing_bytes;
            trail_.fail(is_too_long ? Reason::wrong_length : fault.reason, fault.message);
        }
    }

    template <class T, std::size_t... I>
    void read_choice(std::uint32_t index, T& value, std::index_sequence<I...>) {
        if (!expect(index, JsonKind::object)) {
            return;
        }
        const Frame outer = std::exchange(frame_, Frame{index, index + 1});
        const std::uint32_t kind = take_child("kind");
        const Frame inner = std::exchange(frame_, outer);
        if (kind == 0) {
            return trail_.fail_at("kind", Reason::missing_field, "the field is required");
        }
        const auto read_as = [&]<std::size_t index_of_kind>() {
            using Alternative = std::variant_alternative_t<index_of_kind, T>;
            const bool is_it = tree_.nodes[kind].kind == JsonKind::string && text_of(kind) == Alternative::kind;
            if (is_it) {
                read_fields(value.template emplace<index_of_kind>(), inner);
            }
            return is_it;
        };
        if (!(read_as.template operator()<I>() || ...)) {
            trail_.fail_at("kind", Reason::out_of_range, "no kind has this name");
        }
    }

    template <class T>
    void read_fields(T& value, const Frame& frame) {
        const Frame outer = std::exchange(frame_, frame);
        value.serialize(*this);
        if (!trail_.failed()) {
            check_all_read();
        }
        frame_ = outer;
    }

    template <class T>
    void read_items(std::uint32_t index, T& items) {
        if (!expect(index, JsonKind::array)) {
            return;
        }
        const std::uint32_t count = tree_.nodes[index].children;
        constexpr bool is_vector = wire_of<T>() == Wire::vector;
        if (is_vector ? count != T::limit : count > T::limit) {
            return trail_.fail(is_vector ? Reason::wrong_length : Reason::too_large,
                               std::to_string(count) + " items where " + std::to_string(T::limit) +
                                   (is_vector ? " are expected" : " is the limit"));
        }
        if constexpr (!is_vector) {
            items.clear();
        }
        std::uint32_t child = index + 1;
        for (std::uint32_t i = 0; i < count && !trail_.failed(); ++i, child = tree_.nodes[child].next) {
            trail_.enter(i);
            if constexpr (is_vector) {
                read(child, items[i]);
            } else {
                typename T::value_type item{};
                read(child, item);
                items.push_back(std::move(item));
            }
            trail_.leave();
        }
    }

    JsonTree tree_;
    Trail trail_;
    Frame frame_;
};

} // namespace quoin::inline codec::detail
