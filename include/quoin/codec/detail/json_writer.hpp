#pragma once

#include <quoin/base/field.hpp>
#include <quoin/base/hex.hpp>
#include <quoin/codec/detail/ssz_writer.hpp>
#include <quoin/codec/json.hpp>
#include <quoin/codec/wire.hpp>

#include <cereal/cereal.hpp>

#include <string>
#include <utility>
#include <variant>

namespace quoin::inline codec::detail {

std::string decimal(Uint128 number);

/// API JSON without white space.
class JsonWriter : public cereal::OutputArchive<JsonWriter> {
public:
    JsonWriter() : OutputArchive(this) {}

    template <class T>
    void processImpl(const Field<T>& field) {
        key(field.name);
        write(field.value);
    }

    template <class T>
    void write(const T& value) {
        constexpr Wire wire = wire_of<T>();
        if constexpr (wire == Wire::boolean) {
            out_ += value ? "true" : "false";
        } else if constexpr (wire == Wire::number) {
            if constexpr (StrongNumber<T>) {
                quote(std::to_string(value.value));
            } else {
                quote(decimal(value));
            }
        } else if constexpr (wire == Wire::enumeration) {
            quote(names_of(value)[static_cast<std::size_t>(value)]);
        } else if constexpr (wire == Wire::text) {
            out_ += json_quoted(value.view());
        } else if constexpr (wire == Wire::bytes || wire == Wire::byte_list) {
            quote(to_hex({value.data(), value.size()}));
        } else if constexpr (wire == Wire::bitlist || wire == Wire::bitvector) {
            SszWriter bits;
            bits.write(value);
            quote(to_hex(bits.take()));
        } else if constexpr (wire == Wire::optional) {
            value ? write(*value) : static_cast<void>(out_ += "null");
        } else if constexpr (wire == Wire::choice) {
            std::visit([this](const auto& alternative) { this->write_fields(alternative, alternative.kind); }, value);
        } else if constexpr (wire == Wire::container) {
            write_fields(value, nullptr);
        } else {
            write_items(value);
        }
    }

    std::string take() { return std::move(out_); }

private:
    /// For text without anything to escape.
    void quote(std::string_view text) { out_.append(1, '"').append(text).append(1, '"'); }

    void key(const char* name) {
        out_ += std::exchange(is_first_, false) ? "\"" : ",\"";
        out_.append(name).append("\":");
    }

    template <class T>
    void write_fields(const T& value, const char* kind) {
        const bool outer_is_first = std::exchange(is_first_, true);
        out_ += '{';
        if (kind != nullptr) {
            key("kind");
            quote(kind);
        }
        const_cast<T&>(value).serialize(*this); // which writes nothing through an output archive
        out_ += '}';
        is_first_ = outer_is_first;
    }

    template <class T>
    void write_items(const T& items) {
        const char* before = "";
        out_ += '[';
        for (const auto& item : items) {
            out_ += std::exchange(before, ",");
            write(item);
        }
        out_ += ']';
    }

    std::string out_;
    bool is_first_ = true; ///< no key was written yet in the innermost object
};

} // namespace quoin::inline codec::detail
