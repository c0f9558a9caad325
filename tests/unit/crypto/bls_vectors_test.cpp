#include "bls_points.hpp"
#include "support/vectors.hpp"

#include <quoin/base/hex.hpp>
#include <quoin/crypto/bls.hpp>

#include <gtest/gtest.h>

namespace quoin::crypto {
namespace {

using Value = rapidjson::Value;

/// Refused unless it has the length of a key, as from the wire.
Result<PublicKey> key_from(const ByteVector& bytes) {
    if (bytes.size() != 48) {
        return Fault{Reason::wrong_length, "", ""};
    }
    return PublicKey::decode(PublicKeyBytes::from(bytes));
}

Result<Signature> signature_from(const ByteVector& bytes) {
    if (bytes.size() != 96) {
        return Fault{Reason::wrong_length, "", ""};
    }
    return Signature::decode(SignatureBytes::from(bytes));
}

/// Nothing when one does not decode.
std::vector<PublicKey> keys_from(const Value& list) {
    std::vector<PublicKey> keys;
    for (const Value& each : list.GetArray()) {
        const Result<PublicKey> key = key_from(test::hex_octets(each));
        if (!key) {
            return {};
        }
        keys.push_back(*key);
    }
    return keys;
}

std::vector<ByteVector> messages_from(const Value& list) {
    std::vector<ByteVector> messages;
    for (const Value& each : list.GetArray()) {
        messages.push_back(test::hex_octets(each));
    }
    return messages;
}

template <class Check>
void for_each_case(const std::string& folder, std::size_t least, Check check) {
    const auto files = test::vector_files("bls/" + folder);
    EXPECT_GE(files.size(), least);
    for (const auto& file : files) {
        SCOPED_TRACE(file.filename().string());
        const auto document = test::open_vectors(file);
        check(document["input"], document["output"]);
    }
}

TEST(BlsVectors, sign) {
    QUOIN_NEEDS_VECTORS();
    for_each_case("sign", 7, [](const Value& input, const Value& output) {
        const auto key = SecretKey::from_bytes(Bytes<32>::from(test::hex_octets(input["privkey"])));
        ASSERT_EQ(key.ok(), !output.IsNull());
        if (key) {
            EXPECT_EQ(to_hex(key->sign(test::hex_octets(input["message"])).encode()), output.GetString());
            EXPECT_EQ(to_hex(key->to_bytes()), input["privkey"].GetString());
        }
    });
}

TEST(BlsVectors, verify) {
    QUOIN_NEEDS_VECTORS();
    for_each_case("verify", 20, [](const Value& input, const Value& output) {
        const auto key = key_from(test::hex_octets(input["pubkey"]));
        const auto signature = signature_from(test::hex_octets(input["signature"]));
        EXPECT_EQ(key && signature && verify(*key, test::hex_octets(input["message"]), *signature), output.GetBool());
    });
}

TEST(BlsVectors, aggregate) {
    QUOIN_NEEDS_VECTORS();
    for_each_case("aggregate", 4, [](const Value& input, const Value& output) {
        std::vector<Signature> signatures;
        for (const Value& each : input.GetArray()) {
            signatures.push_back(signature_from(test::hex_octets(each)).value());
        }
        const auto sum = aggregate(signatures);
        ASSERT_EQ(sum.ok(), !output.IsNull());
        if (sum) {
            EXPECT_EQ(to_hex(sum->encode()), output.GetString());
        }
    });
}

TEST(BlsVectors, fast_aggregate_verify) {
    QUOIN_NEEDS_VECTORS();
    for_each_case("fast_aggregate_verify", 8, [](const Value& input, const Value& output) {
        const auto keys = keys_from(input["pubkeys"]);
        const auto signature = signature_from(test::hex_octets(input["signature"]));
        EXPECT_EQ(signature && fast_aggregate_verify(keys, test::hex_octets(input["message"]), *signature),
                  output.GetBool());
    });
}

TEST(BlsVectors, aggregate_verify) {
    QUOIN_NEEDS_VECTORS();
    for_each_case("aggregate_verify", 3, [](const Value& input, const Value& output) {
        const auto keys = keys_from(input["pubkeys"]);
        const auto messages = messages_from(input["messages"]);
        std::vector<SignedMessage> parts;
        for (std::size_t i = 0; i < keys.size(); ++i) {
            parts.push_back({keys[i], messages.at(i)});
        }
        const auto signature = signature_from(test::hex_octets(input["signature"]));
        EXPECT_EQ(signature && aggregate_verify(parts, *signature), output.GetBool());
    });
}

TEST(BlsVectors, batch_verify) {
    QUOIN_NEEDS_VECTORS();
    for_each_case("batch_verify", 2, [](const Value& input, const Value& output) {
        const auto keys = keys_from(input["pubkeys"]);
        const auto messages = messages_from(input["messages"]);
        std::vector<BatchItem> items;
        for (rapidjson::SizeType i = 0; i < keys.size(); ++i) {
            items.push_back(
                {keys[i], messages.at(i), signature_from(test::hex_octets(input["signatures"][i])).value()});
        }
        ASSERT_GE(items.size(), 2u);
        const auto verdicts = verify_batch(items, Root{{1}});
        bool all_good = true;
        for (std::size_t i = 0; i < items.size(); ++i) {
            EXPECT_EQ(verdicts[i] != 0, verify(items[i].key, items[i].message, items[i].signature));
            all_good = all_good && verdicts[i] != 0;
        }
        EXPECT_EQ(all_good, output.GetBool());
    });
}

TEST(BlsVectors, deserialization_of_keys_and_infinity_is_none) {
    QUOIN_NEEDS_VECTORS();
    for_each_case("deserialization_G1", 9, [](const Value& input, const Value& output) {
        const ByteVector bytes = test::bare_octets(input["pubkey"]);
        const auto key = key_from(bytes);
        const bool is_infinity = output.GetBool() && bytes[0] == 0xc0;
        EXPECT_EQ(key.ok(), output.GetBool() && !is_infinity);
        if (key) {
            EXPECT_EQ(key->encode(), PublicKeyBytes::from(bytes));
        }
        if (is_infinity) {
            EXPECT_EQ(key.fault().message, "public key is infinity");
        }
    });
}

TEST(BlsVectors, deserialization_of_signatures) {
    QUOIN_NEEDS_VECTORS();
    for_each_case("deserialization_G2", 11, [](const Value& input, const Value& output) {
        const ByteVector bytes = test::bare_octets(input["signature"]);
        const auto signature = signature_from(bytes);
        EXPECT_EQ(signature.ok(), output.GetBool());
        if (signature) {
            EXPECT_EQ(signature->encode(), SignatureBytes::from(bytes));
        }
    });
}

/// A point as the vectors write it: coordinates "c0,c1", or one number in G1.
std::string coordinate(const blst_fp& value) {
    Bytes<48> bytes;
    blst_bendian_from_fp(bytes.data(), &value);
    return to_hex(bytes);
}
std::string coordinate(const blst_fp2& value) {
    return coordinate(value.fp[0]) + ',' + coordinate(value.fp[1]);
}

ByteView octets(const Value& text) {
    return {reinterpret_cast<const std::uint8_t*>(text.GetString()), text.GetStringLength()};
}

TEST(BlsVectors, hash_to_g2) {
    QUOIN_NEEDS_VECTORS();
    for_each_case("hash_to_G2", 3, [](const Value& input, const Value& output) {
        // These few were made with the tag of RFC 9380's examples, not with ours.
        const blst_p2_affine point =
            hash_to_g2(octets(input["msg"]), "QUUX-V01-CS02-with-BLS12381G2_XMD:SHA-256_SSWU_RO_");
        EXPECT_EQ(coordinate(point.x), output["x"].GetString());
        EXPECT_EQ(coordinate(point.y), output["y"].GetString());
    });
}

template <class Hash>
void for_each_point(const std::string& file, Hash hash) {
    const auto document = test::open_vectors("hash_to_curve/" + file);
    ASSERT_GE(document["vectors"].Size(), 4u);
    for (const Value& each : document["vectors"].GetArray()) {
        const auto point = hash(octets(each["msg"]), document["dst"].GetString());
        EXPECT_EQ(coordinate(point.x), each["P"]["x"].GetString());
        EXPECT_EQ(coordinate(point.y), each["P"]["y"].GetString());
    }
}

TEST(HashToCurve, g2_by_random_oracle) {
    QUOIN_NEEDS_VECTORS();
    for_each_point("BLS12381G2_XMD_SHA-256_SSWU_RO_.json", hash_to_g2);
}

TEST(HashToCurve, g2_not_uniform_as_blst_does_it) {
    QUOIN_NEEDS_VECTORS();
    for_each_point("BLS12381G2_XMD_SHA-256_SSWU_NU_.json", [](ByteView message, std::string_view tag) {
        blst_p2 point;
        blst_encode_to_g2(&point, message.data(), message.size(), reinterpret_cast<const byte*>(tag.data()),
                          tag.size());
        blst_p2_affine affine;
        blst_p2_to_affine(&affine, &point);
        return affine;
    });
}

TEST(HashToCurve, g1_by_random_oracle_as_blst_does_it) {
    QUOIN_NEEDS_VECTORS();
    for_each_point("BLS12381G1_XMD_SHA-256_SSWU_RO_.json", [](ByteView message, std::string_view tag) {
        blst_p1 point;
        blst_hash_to_g1(&point, message.data(), message.size(), reinterpret_cast<const byte*>(tag.data()), tag.size());
        blst_p1_affine affine;
        blst_p1_to_affine(&affine, &point);
        return affine;
    });
}

TEST(HashToCurve, messages_expand_by_xmd_as_blst_does_it) {
    QUOIN_NEEDS_VECTORS();
    for (const char* name : {"expand_message_xmd_SHA256_38.json", "expand_message_xmd_SHA256_256.json"}) {
        const auto document = test::open_vectors(std::string{"hash_to_curve/"} + name);
        const ByteView tag = octets(document["DST"]);
        ASSERT_GE(document["tests"].Size(), 7u);
        for (const Value& each : document["tests"].GetArray()) {
            ByteVector expanded(std::stoul(each["len_in_bytes"].GetString(), nullptr, 16));
            const ByteView message = octets(each["msg"]);
            blst_expand_message_xmd(expanded.data(), expanded.size(), message.data(), message.size(), tag.data(),
                                    tag.size());
            EXPECT_EQ(expanded, test::bare_octets(each["uniform_bytes"])) << name;
        }
    }
}

} // namespace
} // namespace quoin::crypto
