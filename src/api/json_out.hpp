#pragma once

#include <quoin/base/bytes.hpp>
#include <quoin/base/checked.hpp>
#include <quoin/base/hex.hpp>
#include <quoin/base/strong.hpp>
#include <quoin/codec/json.hpp>

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace quoin::api {

std::string signed_decimal(Int128 number);

/// Writes the JSON that is not one of the chain's types: envelopes, views, events. 64-bit integers become decimal
/// strings, octets 0x-hex (API.md principle 1).
class JsonObject {
public:
    /// `json` is written as it is.
    JsonObject& raw(std::string_view name, std::string_view json) {
        text_.append(text_.empty() ? "{\"" : ",\"").append(name).append("\":").append(json);
        return *this;
    }

    JsonObject& add(std::string_view name, bool value) { return raw(name, value ? "true" : "false"); }
    JsonObject& add(std::string_view name, Uint128 value) { return digits(name, signed_decimal(Int128(value))); }
    JsonObject& add(std::string_view name, Int128 value) { return digits(name, signed_decimal(value)); }
    template <std::unsigned_integral T>
    JsonObject& add(std::string_view name, T value) {
        return digits(name, std::to_string(value));
    }
    template <StrongNumber T>
    JsonObject& add(std::string_view name, T value) {
        return digits(name, std::to_string(value.value));
    }
    template <std::size_t N>
    JsonObject& add(std::string_view name, const Bytes<N>& octets) {
        return digits(name, to_hex(octets));
    }
    template <std::convertible_to<std::string_view> T>
    JsonObject& add(std::string_view name, const T& text) {
        return raw(name, json_quoted(text));
    }
    template <class T>
    JsonObject& add(std::string_view name, const std::optional<T>& value) {
        return value ? add(name, *value) : raw(name, "null");
    }
    /// A small number that is bare in the answer, such as an HTTP status.
    JsonObject& bare(std::string_view name, std::uint64_t value) { return raw(name, std::to_string(value)); }

    std::string take() { return text_.empty() ? "{}" : std::exchange(text_, {}) + "}"; }
    /// What was written so far, without the closing brace.
    std::string take_open() { return text_.empty() ? "{" : std::exchange(text_, {}); }

private:
    JsonObject& digits(std::string_view name, std::string_view text) {
        return raw(name, std::string{"\""}.append(text).append("\""));
    }

    std::string text_;
};

class JsonArray {
public:
    JsonArray& raw(std::string_view json) {
        text_.append(text_.empty() ? "[" : ",").append(json);
        return *this;
    }
    JsonArray& text(std::string_view value) { return raw(json_quoted(value)); }
    std::string take() { return text_.empty() ? "[]" : std::exchange(text_, {}) + "]"; }

private:
    std::string text_;
};

/// `[write(item), ...]`
template <class Items, class Write>
std::string json_array(const Items& items, const Write& write) {
    JsonArray array;
    for (const auto& item : items) {
        array.raw(write(item));
    }
    return array.take();
}

} // namespace quoin::api
