#pragma once

#include "support/vectors.hpp"

#include <quoin/base/hex.hpp>
#include <quoin/codec/archive.hpp>
#include <quoin/codec/json_archive.hpp>

#include <gtest/gtest.h>

#include <string>

namespace quoin::test {

enum class JsonCheck { yes, no };

/// Holds one case of ssz_generic or ssz_static against T: both ways, the root, and the JSON of the value both ways.
template <class T>
void check_case(const rapidjson::Value& vector, JsonCheck json) {
    SCOPED_TRACE(vector["name"].GetString());
    const ByteVector bytes = hex_octets(vector["serialized"]);
    const Result<T> decoded = decode<T>(bytes);
    if (vector.HasMember("valid") && !vector["valid"].GetBool()) {
        EXPECT_FALSE(decoded.ok());
        return;
    }
    ASSERT_TRUE(decoded.ok()) << decoded.fault().text();
    EXPECT_EQ(to_hex(encode(*decoded)), vector["serialized"].GetString());
    EXPECT_EQ(to_hex(hash_tree_root(*decoded).octets), vector["root"].GetString());
    if (json == JsonCheck::yes) {
        const std::string text = json_text(vector["value"]);
        EXPECT_EQ(to_json(*decoded), text);
        const Result<T> read = from_json<T>(text);
        ASSERT_TRUE(read.ok()) << read.fault().text();
        EXPECT_EQ(encode(*read), bytes);
    }
}

} // namespace quoin::test
