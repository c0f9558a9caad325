#pragma once

#include <quoin/base/bytes.hpp>

#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace quoin::test {

/// Where the published test vectors lie: QUOIN_VECTORS, by default `../shared/vectors` seen from the repository (tests
/// run with it as working folder).
std::filesystem::path vectors_folder();

/// True when the folder is there; tests that read vectors begin with QUOIN_NEEDS_VECTORS().
bool has_vectors();

/// Every `.json` file in a folder below the vectors, by name; none is a failure of the test.
std::vector<std::filesystem::path> vector_files(const std::string& folder);

/// Reads a vector file, named by its path below the vectors ("shuffle/minimal.json") or as `vector_files` gives it. A
/// file that is not there or is no JSON fails the test and gives null.
rapidjson::Document open_vectors(const std::filesystem::path& file);

/// The octets of a 0x-hex string; anything else fails the test.
ByteVector hex_octets(const rapidjson::Value& value);

/// The octets of a hex string without the 0x.
ByteVector bare_octets(const rapidjson::Value& value);

/// An integer written as a number or as decimal digits; anything else fails the test.
std::uint64_t integer(const rapidjson::Value& value);

/// The value as JSON text again.
std::string json_text(const rapidjson::Value& value);

} // namespace quoin::test

/// Skips the rest of a test where the vectors are missing, and says so.
#define QUOIN_NEEDS_VECTORS()                                                                                          \
    do {                                                                                                               \
        if (!::quoin::test::has_vectors()) {                                                                           \
            GTEST_SKIP() << "no vectors at " << ::quoin::test::vectors_folder().string() << "; set QUOIN_VECTORS";     \
        }                                                                                                              \
    } while (false)
