#pragma once

#include <quoin/base/bytes.hpp>
#include <quoin/base/result.hpp>

#include <string>
#include <string_view>

namespace quoin::inline base {

/// `0x` and lower-case digits.
std::string to_hex(ByteView bytes);

/// Reads `0x` followed by an even number of hex digits of either case; anything else is `bad_hex`.
Result<ByteVector> from_hex(std::string_view text);

/// As `from_hex`, for exactly N octets; another length is `wrong_length`.
template <std::size_t N>
Result<Bytes<N>> bytes_from_hex(std::string_view text) {
    const Result<ByteVector> octets = from_hex(text);
    if (!octets) {
        return octets.fault();
    }
    if (octets->size() != N) {
        return Fault{Reason::wrong_length, "",
                     "expected " + std::to_string(N) + " bytes, got " + std::to_string(octets->size())};
    }
    return Bytes<N>::from(*octets);
}

} // namespace quoin::inline base
