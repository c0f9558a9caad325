#pragma once

#include <quoin/base/result.hpp>

#include <string>
#include <string_view>

namespace quoin::inline codec {

// Declared here, defined in <quoin/codec/json_archive.hpp>: whoever owns a wire type T instantiates these for it in
// one .cpp with QUOIN_JSON_TYPE(T), and everybody else includes only this header.

/// API JSON (API.md principle 1) without white space: 64-bit integers as decimal strings, octets as 0x-hex.
template <class T>
std::string to_json(const T& value);

/// Reads what `to_json` writes; bare integers below 2^53 are taken too. An unknown, missing or repeated key, a wrong
/// type, bad hex and a number out of range are faults with the path of the field.
template <class T>
Result<T> from_json(std::string_view text);

/// `text` in quotes and escaped as a JSON string.
std::string json_quoted(std::string_view text);

} // namespace quoin::inline codec
