#include "normal_form.hpp"
#include "support/vectors.hpp"

#include <quoin/base/hex.hpp>
#include <quoin/keys/derivation.hpp>
#include <quoin/keys/keystore.hpp>

#include <gtest/gtest.h>

#include <string>

namespace quoin::keys {
namespace {

constexpr const char* password = "correct horse battery staple";

std::string validator_json(KeystoreCost cost = KeystoreCost::development) {
    return make_keystore(DevelopmentKeys{}.validator(0), validator_path(0), password, cost).value();
}

std::string account_json() {
    return make_keystore(DevelopmentKeys{}.account(0), account_path(0), password, KeystoreCost::development).value();
}

/// `json` with the only `from` made `to`.
std::string altered(std::string json, std::string_view from, std::string_view to) {
    const std::size_t place = json.find(from);
    EXPECT_NE(place, json.npos) << from;
    return json.replace(place, from.size(), to);
}

TEST(Keystore, every_published_one_opens_or_is_refused_as_it_should) {
    QUOIN_NEEDS_VECTORS();
    const auto files = test::vector_files("eip2335");
    ASSERT_GE(files.size(), 10u);
    for (const auto& file : files) {
        SCOPED_TRACE(file.filename().string());
        const auto document = test::open_vectors(file);
        const std::string text{document["password"].GetString(), document["password"].GetStringLength()};
        if (document.HasMember("password_processed_hex")) {
            const std::string processed = normalised_password(text).value();
            EXPECT_EQ(to_hex({reinterpret_cast<const std::uint8_t*>(processed.data()), processed.size()}),
                      document["password_processed_hex"].GetString());
        }
        const auto key = open_validator_keystore(test::json_text(document["keystore"]), text);
        ASSERT_EQ(key.ok(), document["should_decrypt"].GetBool());
        if (key) {
            EXPECT_EQ(to_hex(key->to_bytes()), document["secret"].GetString());
        } else {
            EXPECT_EQ(key.fault().reason, Reason::bad_password);
        }
    }
}

TEST(Keystore, a_validators_key_comes_back_from_its_file) {
    const std::string json = validator_json();
    const KeystoreInfo info = inspect_keystore(json).value();
    EXPECT_EQ(info.kind, KeyKind::validator);
    EXPECT_EQ(info.path, "m/12381/3600/0/0/0");
    EXPECT_EQ(info.public_key, to_hex(DevelopmentKeys{}.validator(0).public_key().encode()));
    EXPECT_EQ(open_validator_keystore(json, password).value().to_bytes(), DevelopmentKeys{}.validator(0).to_bytes());
    EXPECT_EQ(open_account_keystore(json, password).fault().path, "quoin_kind");
}

TEST(Keystore, an_accounts_key_comes_back_from_its_file) {
    const std::string json = account_json();
    const KeystoreInfo info = inspect_keystore(json).value();
    EXPECT_EQ(info.kind, KeyKind::account);
    EXPECT_EQ(info.path, "m/44'/9090'/0'");
    EXPECT_EQ(open_account_keystore(json, password).value().seed(), DevelopmentKeys{}.account(0).seed());
    EXPECT_EQ(open_validator_keystore(json, password).fault().path, "quoin_kind");
}

TEST(Keystore, at_full_cost_it_is_scrypt_as_the_standard_has_it) {
    const std::string json = validator_json(KeystoreCost::full);
    EXPECT_NE(json.find("\"n\": 262144"), json.npos);
    EXPECT_NE(json.find("\"function\": \"scrypt\""), json.npos);
    EXPECT_TRUE(open_validator_keystore(json, password));
}

TEST(Keystore, no_two_are_alike_and_none_shows_the_secret) {
    const std::string json = validator_json();
    EXPECT_NE(json, validator_json());
    EXPECT_EQ(json.find(to_hex(DevelopmentKeys{}.validator(0).to_bytes()).substr(2)), json.npos);
    EXPECT_EQ(json.find(password), json.npos);
}

TEST(Keystore, another_password_never_opens_it) {
    const std::string json = validator_json();
    for (int i = 0; i < 1'000; ++i) {
        const auto key = open_validator_keystore(json, "guess " + std::to_string(i));
        ASSERT_FALSE(key);
        ASSERT_EQ(key.fault().reason, Reason::bad_password);
    }
    EXPECT_EQ(open_validator_keystore(json, "\xff").fault().message, "text is not UTF-8");
    EXPECT_EQ(make_keystore(DevelopmentKeys{}.validator(0), "m", "\xff", KeystoreCost::development).fault().reason,
              Reason::bad_password);
}

TEST(Keystore, one_that_names_another_key_is_refused) {
    const std::string json = validator_json();
    const std::string name = to_hex(DevelopmentKeys{}.validator(0).public_key().encode()).substr(2);
    const std::string other = to_hex(DevelopmentKeys{}.validator(1).public_key().encode()).substr(2);
    const auto key = open_validator_keystore(altered(json, name, other), password);
    ASSERT_FALSE(key);
    EXPECT_EQ(key.fault().path, "pubkey");
    const std::string account = to_hex(DevelopmentKeys{}.account(0).public_key()).substr(2);
    EXPECT_EQ(open_account_keystore(altered(account_json(), account, std::string(64, '0')), password).fault().path,
              "pubkey");
}

struct Alteration {
    const char* from;
    const char* to;
    const char* path; ///< of the fault
};

class Misshapen : public testing::TestWithParam<Alteration> {};

TEST_P(Misshapen, it_is_refused_and_the_field_is_named) {
    const auto info = inspect_keystore(altered(validator_json(), GetParam().from, GetParam().to));
    ASSERT_FALSE(info);
    EXPECT_EQ(info.fault().reason, Reason::keystore_invalid);
    EXPECT_EQ(info.fault().path, GetParam().path) << info.fault().text();
}

INSTANTIATE_TEST_SUITE_P(
    Keystore, Misshapen,
    testing::Values(Alteration{"\"version\": 4", "\"version\": 3", "version"},
                    Alteration{"\"version\": 4", "\"version\": \"4\"", "version"},
                    Alteration{"\"version\": 4", "\"version\": -4", "version"},
                    Alteration{"\"version\"", "\"versions\"", "version"},
                    Alteration{"\"c\": 1024", "\"c\": 1048577", "c"},
                    Alteration{"\"c\": 1024", "\"c\": 2147483648", "c"}, Alteration{"\"c\": 1024", "\"c\": 0", "c"},
                    Alteration{"\"c\": 1024", "\"c\": 1e3", "c"}, Alteration{"hmac-sha256", "hmac-sha1", "prf"},
                    Alteration{"\"dklen\": 32", "\"dklen\": 16", "dklen"},
                    Alteration{"\"dklen\": 32", "\"dklen\": 4294967296", "dklen"},
                    Alteration{"pbkdf2", "argon2", "function"}, Alteration{"aes-128-ctr", "aes-256-ctr", "function"},
                    Alteration{"\"sha256\"", "\"md5\"", "function"}, Alteration{"\"iv\": \"", "\"iv\": \"00", "iv"},
                    Alteration{"\"salt\": \"", "\"salt\": \"z", "salt"},
                    Alteration{"\"crypto\": {", "\"crypto\": [], \"x\": {", "crypto"},
                    Alteration{"\"pubkey\": \"", "\"pubkey\": \"00", "pubkey"},
                    Alteration{"\"version\": 4", "\"version\": 4, \"quoin_kind\": \"node\"", "quoin_kind"},
                    Alteration{"\"version\": 4", "\"version\": 4, \"quoin_kind\": 1", "quoin_kind"}));

TEST(Keystore, what_is_no_json_object_is_refused) {
    for (const std::string& text : {std::string{}, std::string{"{"}, std::string{"[]"}, std::string{"4"},
                                    std::string{"{} {}"}, std::string(1 << 20, '['), std::string((1 << 20) + 1, ' ')}) {
        EXPECT_EQ(inspect_keystore(text).fault().reason, Reason::keystore_invalid) << text.substr(0, 10);
    }
}

class ScryptCost : public testing::Test {
protected:
    static std::string json_with(const std::string& n, const std::string& r, const std::string& p) {
        const std::string json = altered(validator_json(), "\"pbkdf2\"", "\"scrypt\"");
        return altered(json, "\"c\": 1024", "\"n\": " + n + ", \"r\": " + r + ", \"p\": " + p);
    }
    static Result<KeystoreInfo> with(const std::string& n, const std::string& r, const std::string& p) {
        return inspect_keystore(json_with(n, r, p));
    }
};

TEST_F(ScryptCost, it_is_bounded_before_any_work) {
    EXPECT_TRUE(with("262144", "8", "1"));
    EXPECT_TRUE(with("2097152", "1", "1").fault().path == "n"); // RFC 7914 has n < 2^16 for r = 1
    EXPECT_TRUE(with("1048576", "2", "4"));
    EXPECT_EQ(with("524288", "8", "1").fault().path, "n");
    EXPECT_EQ(with("1073741824", "8", "1").fault().path, "n");
    EXPECT_EQ(with("18446744073709551615", "8", "1").fault().path, "n");
    EXPECT_EQ(with("262144", "8", "5").fault().path, "p");
    EXPECT_EQ(with("2", "1048576", "4").fault().path, "r");
    EXPECT_EQ(with("262143", "8", "1").fault().path, "n");
    EXPECT_EQ(with("1", "8", "1").fault().path, "n");
    EXPECT_EQ(with("262144", "0", "1").fault().path, "r");
    EXPECT_EQ(with("262144", "8", "0").fault().path, "p");
}

TEST_F(ScryptCost, what_the_bounds_let_through_can_be_computed) {
    for (const char* r : {"1", "2", "1024"}) {
        EXPECT_EQ(open_validator_keystore(json_with("2", r, "4"), password).fault().reason, Reason::bad_password);
    }
    EXPECT_EQ(open_validator_keystore(json_with("32768", "1", "1"), password).fault().reason, Reason::bad_password);
    EXPECT_EQ(open_validator_keystore(json_with("2048", "1024", "1"), password).fault().reason, Reason::bad_password);
}

} // namespace
} // namespace quoin::keys
