#pragma once

#include <quoin/codec/detail/json_reader.hpp>
#include <quoin/codec/detail/json_writer.hpp>
#include <quoin/codec/json.hpp>

/// What <quoin/codec/json.hpp> declares. Heavy (cereal): for the .cpp files that instantiate it, and no others.
namespace quoin::inline codec {

template <class T>
std::string to_json(const T& value) {
    detail::JsonWriter writer;
    writer.write(value);
    return writer.take();
}

template <class T>
Result<T> from_json(std::string_view text) {
    Result<detail::JsonTree> tree = detail::parse_json(text);
    if (!tree) {
        return tree.fault();
    }
    detail::JsonReader reader{std::move(*tree)};
    T value{};
    reader.read_root(value);
    if (reader.trail().failed()) {
        return reader.trail().fault();
    }
    return value;
}

} // namespace quoin::inline codec

/// Instantiates what <quoin/codec/json.hpp> declares for a type. Stands outside of all namespaces, once per type:
///     QUOIN_JSON_TYPE(quoin::Block)
#define QUOIN_JSON_TYPE(...)                                                                                           \
    template std::string quoin::to_json<__VA_ARGS__>(const __VA_ARGS__&);                                              \
    template quoin::Result<__VA_ARGS__> quoin::from_json<__VA_ARGS__>(std::string_view);
