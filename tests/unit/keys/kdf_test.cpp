#include "kdf.hpp"
#include "support/vectors.hpp"

#include <quoin/base/hex.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>

namespace quoin::keys {
namespace {

ByteVector bare(const rapidjson::Value& digits) {
    return from_hex("0x" + std::string{digits.GetString()}).value();
}

bool is_valid(const rapidjson::Value& each) {
    return std::string_view{each["result"].GetString()} == "valid";
}

ByteVector copy_of(ByteView bytes) {
    return {bytes.begin(), bytes.end()};
}

template <class Check>
void for_each_case(const char* file, Check check) {
    const auto document = test::open_vectors(file);
    std::uint64_t seen = 0;
    for (const auto& group : document["testGroups"].GetArray()) {
        for (const auto& each : group["tests"].GetArray()) {
            SCOPED_TRACE(test::json_text(each));
            check(group, each);
            ++seen;
        }
    }
    EXPECT_EQ(seen, document["numberOfTests"].GetUint64());
}

TEST(Kdf, every_wycheproof_case_of_hmac_sha256_comes_out) {
    QUOIN_NEEDS_VECTORS();
    for_each_case("kdf/hmac_sha256_test.json", [](const auto& group, const auto& each) {
        const SecretBytes tag = hmac_sha256(bare(each["key"]), bare(each["msg"]));
        const ByteView cut = ByteView{tag}.first(group["tagSize"].GetUint64() / 8);
        EXPECT_EQ(equal_in_constant_time(cut, bare(each["tag"])), is_valid(each));
    });
}

TEST(Kdf, every_wycheproof_case_of_hkdf_sha256_comes_out) {
    QUOIN_NEEDS_VECTORS();
    for_each_case("kdf/hkdf_sha256_test.json", [](const auto&, const auto& each) {
        const auto output =
            hkdf_sha256(bare(each["salt"]), bare(each["ikm"]), bare(each["info"]), each["size"].GetUint64());
        ASSERT_EQ(output.ok(), is_valid(each));
        if (output) {
            EXPECT_EQ(copy_of(*output), bare(each["okm"]));
        }
    });
}

TEST(Kdf, every_wycheproof_case_of_pbkdf2_hmac_sha256_comes_out) {
    QUOIN_NEEDS_VECTORS();
    for_each_case("kdf/pbkdf2_hmacsha256_test.json", [](const auto&, const auto& each) {
        const SecretBytes key = pbkdf2_sha256(bare(each["password"]), bare(each["salt"]),
                                              each["iterationCount"].GetUint64(), each["dkLen"].GetUint64());
        EXPECT_EQ(equal_in_constant_time(key, bare(each["dk"])), is_valid(each));
    });
}

TEST(Kdf, the_smallest_scrypt_example_of_rfc_7914_comes_out) {
    EXPECT_EQ(to_hex(scrypt({}, {}, {16, 1, 1}, 64)),
              "0x77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
              "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906");
}

TEST(Kdf, the_aes_128_ctr_example_of_nist_sp_800_38a_comes_out_and_goes_back) {
    const ByteVector key = from_hex("0x2b7e151628aed2a6abf7158809cf4f3c").value();
    const ByteVector counter = from_hex("0xf0f1f2f3f4f5f6f7f8f9fafbfcfdfeff").value();
    const ByteVector plain = from_hex("0x6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51").value();
    const SecretBytes encrypted = aes_128_ctr(key, counter, plain);
    EXPECT_EQ(to_hex(encrypted), "0x874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff");
    EXPECT_EQ(copy_of(aes_128_ctr(key, counter, encrypted)), plain);
}

TEST(Kdf, octets_from_the_system_differ_each_time) {
    EXPECT_NE(random_bytes(32), random_bytes(32));
}

} // namespace
} // namespace quoin::keys
