#include "support/vectors.hpp"

#include <quoin/base/hex.hpp>
#include <quoin/crypto/ed25519.hpp>

#include <gtest/gtest.h>

#include <set>
#include <string_view>

namespace quoin::crypto {
namespace {

bool accepts(const ByteVector& key, ByteView message, const ByteVector& signature) {
    return signature.size() == 64 && verify(Ed25519PublicKey::from(key), message, Ed25519Signature::from(signature));
}

class Ed25519Signing : public testing::TestWithParam<const char*> {};

TEST_P(Ed25519Signing, every_published_key_and_signature_comes_out) {
    QUOIN_NEEDS_VECTORS();
    const auto cases = test::open_vectors(GetParam());
    ASSERT_GE(cases.Size(), 4u);
    for (const auto& each : cases.GetArray()) {
        const Bytes<32> seed = Bytes<32>::from(test::hex_octets(each["seed"]));
        const Ed25519SecretKey key{seed};
        const ByteVector message = test::hex_octets(each["message"]);
        const Ed25519Signature signature = Ed25519Signature::from(test::hex_octets(each["signature"]));
        EXPECT_EQ(key.public_key(), Ed25519PublicKey::from(test::hex_octets(each["pubkey"])));
        EXPECT_EQ(key.sign(message), signature);
        EXPECT_EQ(key.seed(), seed);
        EXPECT_TRUE(verify(key.public_key(), message, signature));
    }
}

INSTANTIATE_TEST_SUITE_P(Ed25519, Ed25519Signing,
                         testing::Values("ed25519/rfc8032.json", "ed25519/djb_sign_sample.json"));

TEST(Ed25519, every_wycheproof_verdict_is_ours) {
    QUOIN_NEEDS_VECTORS();
    const auto document = test::open_vectors("ed25519/ed25519_test.json");
    std::uint64_t seen = 0;
    for (const auto& group : document["testGroups"].GetArray()) {
        const ByteVector key = test::bare_octets(group["publicKey"]["pk"]);
        for (const auto& each : group["tests"].GetArray()) {
            EXPECT_EQ(accepts(key, test::bare_octets(each["msg"]), test::bare_octets(each["sig"])),
                      std::string_view{each["result"].GetString()} == "valid")
                << test::json_text(each);
            ++seen;
        }
    }
    EXPECT_EQ(seen, document["numberOfTests"].GetUint64());
}

TEST(Ed25519, of_the_speccheck_cases_only_the_one_with_mixed_points_is_accepted) {
    QUOIN_NEEDS_VECTORS();
    const auto cases = test::open_vectors("ed25519/speccheck_cases.json");
    ASSERT_EQ(cases.Size(), 12u);
    const std::set<rapidjson::SizeType> accepted{3}; // as libsodium in the published table
    for (rapidjson::SizeType i = 0; i < cases.Size(); ++i) {
        EXPECT_EQ(accepts(test::bare_octets(cases[i]["pub_key"]), test::bare_octets(cases[i]["message"]),
                          test::bare_octets(cases[i]["signature"])),
                  accepted.contains(i))
            << "case " << i;
    }
}

TEST(Ed25519, no_small_order_key_of_zip_215_is_accepted) {
    QUOIN_NEEDS_VECTORS();
    const auto cases = test::open_vectors("ed25519/zip215_small_order.json");
    ASSERT_GE(cases.Size(), 100u);
    const std::string_view message = "Zcash";
    for (const auto& each : cases.GetArray()) {
        EXPECT_FALSE(accepts(test::bare_octets(each["vk_bytes"]),
                             {reinterpret_cast<const std::uint8_t*>(message.data()), 5},
                             test::bare_octets(each["sig_bytes"])))
            << test::json_text(each);
    }
}

TEST(Ed25519, one_flipped_bit_anywhere_is_refused) {
    const Ed25519SecretKey key{Bytes<32>{{5}}};
    const Bytes<4> message{{1, 2, 3, 4}};
    const Ed25519Signature signature = key.sign(message);
    ASSERT_TRUE(verify(key.public_key(), message, signature));
    for (std::size_t bit = 0; bit < 8 * 64; ++bit) {
        Ed25519Signature flipped = signature;
        flipped[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
        EXPECT_FALSE(verify(key.public_key(), message, flipped)) << bit;
    }
    EXPECT_FALSE(verify(key.public_key(), Bytes<4>{{1, 2, 3, 5}}, signature));
    EXPECT_FALSE(verify(Ed25519SecretKey{Bytes<32>{{6}}}.public_key(), message, signature));
}

TEST(Ed25519, a_key_that_was_moved_from_is_gone) {
    Ed25519SecretKey key{Bytes<32>{{5}}};
    const Ed25519PublicKey public_key = key.public_key();
    const Ed25519SecretKey moved{std::move(key)};
    EXPECT_EQ(moved.public_key(), public_key);
    EXPECT_TRUE(key.seed().is_zero()); // NOLINT: what is left behind is the point
}

} // namespace
} // namespace quoin::crypto
