#include "eip2333.hpp"
#include "support/vectors.hpp"

#include <quoin/base/hex.hpp>
#include <quoin/crypto/sha256.hpp>
#include <quoin/crypto/signing.hpp>
#include <quoin/keys/derivation.hpp>

#include <gtest/gtest.h>

namespace quoin::keys {
namespace {

std::string seed_text(const Result<SecretBytes>& seed) {
    return to_hex(*seed);
}

TEST(Eip2333, every_published_master_and_child_comes_out) {
    QUOIN_NEEDS_VECTORS();
    const auto cases = test::open_vectors("eip2333/kdf.json");
    ASSERT_GE(cases.Size(), 3u);
    for (const auto& each : cases.GetArray()) {
        const crypto::SecretKey master = derive_master(test::hex_octets(each["seed"])).value();
        EXPECT_EQ(to_hex(master.to_bytes()), each["master_sk"].GetString());
        const auto index = static_cast<std::uint32_t>(test::integer(each["child_index"]));
        EXPECT_EQ(to_hex(derive_child(master, index).to_bytes()), each["child_sk"].GetString());
        if (each.HasMember("bip39_mnemonic")) {
            EXPECT_EQ(
                seed_text(seed_from_phrase(each["bip39_mnemonic"].GetString(), each["bip39_passphrase"].GetString())),
                each["seed"].GetString());
        }
    }
}

TEST(Eip2333, the_published_steps_on_the_way_to_a_child_come_out) {
    QUOIN_NEEDS_VECTORS();
    const auto document = test::open_vectors("eip2333/intermediate.json");
    const crypto::SecretKey master = derive_master(test::hex_octets(document["seed"])).value();
    const auto index = static_cast<std::uint32_t>(test::integer(document["child_index"]));
    Bytes<32> input = master.to_bytes();
    for (const char* name : {"lamport_0", "lamport_1"}) {
        const std::vector<Bytes<32>> chunks = lamport_chunks(input, index);
        ASSERT_EQ(document[name].Size(), chunks.size());
        for (rapidjson::SizeType i = 0; i < chunks.size(); ++i) {
            EXPECT_EQ(to_hex(chunks[i]), document[name][i].GetString()) << name << ' ' << i;
        }
        for (std::uint8_t& octet : input) {
            octet = static_cast<std::uint8_t>(~octet);
        }
    }
    EXPECT_EQ(to_hex(lamport_public_key(input, index)), document["compressed_lamport_pk"].GetString());
}

TEST(Eip2333, a_short_seed_is_refused) {
    EXPECT_EQ(derive_master(ByteVector(31, 1)).fault().reason, Reason::out_of_range);
    EXPECT_TRUE(derive_master(ByteVector(32, 1)));
}

TEST(Eip2334, every_published_path_leads_to_its_key) {
    QUOIN_NEEDS_VECTORS();
    const auto cases = test::open_vectors("eip2334/derive_paths.json");
    ASSERT_GE(cases.Size(), 5u);
    for (const auto& each : cases.GetArray()) {
        const auto key = derive_validator(test::hex_octets(each["seed"]), each["path"].GetString());
        ASSERT_TRUE(key) << each["path"].GetString();
        EXPECT_EQ(to_hex(key->to_bytes()), each["sk"].GetString());
        EXPECT_EQ(to_hex(key->public_key().encode()), each["pubkey"].GetString());
    }
}

TEST(Eip2334, a_malformed_path_is_refused) {
    const ByteVector seed(32, 1);
    for (const char* path : {"", "n", "/", "m/", "M/0", "m0", "m/-1", "m/+1", "m/ 1", "m/1/", "m//1", "m/a", "m/0'",
                             "m/4294967296", "m/0x1", "m/1.0", "m/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0"}) {
        const auto key = derive_validator(seed, path);
        ASSERT_FALSE(key) << path;
        EXPECT_EQ(key.fault().reason, Reason::malformed) << path;
    }
    EXPECT_TRUE(derive_validator(seed, "m/4294967295"));
}

TEST(Slip0010, the_first_ed25519_example_comes_out) {
    const ByteVector seed = from_hex("0x000102030405060708090a0b0c0d0e0f").value();
    const auto secret = [&](const char* path) { return to_hex(derive_account(seed, path).value().seed()); };
    EXPECT_EQ(secret("m"), "0x2b4be7f19ee27bbf30c667b642d5f4aa69fd169872f8fc3059c08ebae2eb19e7");
    EXPECT_EQ(secret("m/0'"), "0x68e0fe46dfb67e368c75379acec591dad19df3cde26e63b93a8e704f1dade7a3");
    EXPECT_EQ(secret("m/0'/1'"), "0xb1d0bad404bf35da785a64ca1ac54b2617211d2777696fbffaf208f746ae84f2");
    EXPECT_EQ(secret("m/0'/1'/2'/2'/1000000000'"),
              "0x8f94d394a8e8fd6b1bc2f3f49f5c47e385281d5c17e65324b0f62483e37e8793");
    EXPECT_EQ(to_hex(derive_account(seed, "m/0'").value().public_key()),
              "0x8c8a13df77a28f3445213a0f432fde644acaa215fc72dcdf300d5efaa85d350c");
}

TEST(Slip0010, a_step_that_is_not_hardened_is_refused) {
    for (const char* path : {"m/0", "m/44'/0", "m/2147483648'", "m/0''", "x"}) {
        EXPECT_EQ(derive_account(ByteVector(16, 1), path).fault().reason, Reason::malformed) << path;
    }
    EXPECT_TRUE(derive_account(ByteVector(16, 1), "m/2147483647'"));
}

TEST(Bip39, the_normal_form_of_phrase_and_passphrase_counts) {
    constexpr const char* phrase = "legal winner thank year wave sausage worth useful legal winner thank yellow";
    EXPECT_EQ(seed_text(seed_from_phrase(phrase, "TREZOR")),
              "0x2e8905819b8723fe2c1d161860e5ee1830318dbf49a83bd451cfb8440c28bd6f"
              "a457fe1296106559a3c80937a1c1069be3a3a5bd381ee6260e8d9739fce1f607");
    EXPECT_EQ(seed_text(seed_from_phrase(phrase, "caf\u00e9")), seed_text(seed_from_phrase(phrase, "cafe\u0301")));
    EXPECT_NE(seed_text(seed_from_phrase(phrase, "cafe")), seed_text(seed_from_phrase(phrase, "caf\u00e9")));
    EXPECT_EQ(seed_from_phrase("\xff").fault().path, "phrase");
    EXPECT_EQ(seed_from_phrase(phrase, "\u0e01").fault().path, "passphrase");
}

/// Hash-tree-root of a list of leaves, padded to a power of two.
Root merkle_root(std::vector<Root> leaves) {
    while (leaves.size() > 1) {
        if (leaves.size() % 2 != 0) {
            leaves.emplace_back();
        }
        std::vector<Root> layer(leaves.size() / 2);
        crypto::hash_pairs(leaves, layer);
        leaves = std::move(layer);
    }
    return leaves.front();
}

Root chunks_root(ByteView bytes) {
    std::vector<Root> leaves((bytes.size() + 31) / 32);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        leaves[i / 32][i % 32] = bytes[i];
    }
    return merkle_root(leaves);
}

Root amount_leaf(std::uint64_t amount) {
    Root leaf;
    for (std::size_t i = 0; i < 8; ++i) {
        leaf[i] = static_cast<std::uint8_t>(amount >> (8 * i));
    }
    return leaf;
}

std::string bare_hex(ByteView bytes) {
    return to_hex(bytes).substr(2);
}

TEST(DepositData, from_phrase_to_signature_all_is_as_the_deposit_tool_made_it) {
    QUOIN_NEEDS_VECTORS();
    const auto files = test::vector_files("deposit_data");
    ASSERT_GE(files.size(), 8u);
    for (const auto& file : files) {
        SCOPED_TRACE(file.filename().string());
        const auto document = test::open_vectors(file);
        const SecretBytes seed =
            seed_from_phrase(document["mnemonic"].GetString(), document["bip39_passphrase"].GetString()).value();
        auto index = static_cast<std::uint32_t>(test::integer(document["first_index"]));
        for (const auto& deposit : document["deposits"].GetArray()) {
            const crypto::SecretKey key = derive_validator(seed, validator_path(index)).value();
            EXPECT_EQ(bare_hex(key.public_key().encode()), deposit["pubkey"].GetString());
            const auto octets = [&](const char* name) {
                return from_hex("0x" + std::string{deposit[name].GetString()}).value();
            };
            Root credentials = Root::from(octets("withdrawal_credentials"));
            if (credentials[0] == 0) {
                const std::string path = "m/12381/3600/" + std::to_string(index) + "/0";
                Root expected = crypto::sha256(derive_validator(seed, path).value().public_key().encode());
                expected[0] = 0;
                EXPECT_EQ(credentials, expected);
            }
            const Root key_root = chunks_root(key.public_key().encode());
            const Root amount = amount_leaf(test::integer(deposit["amount"]));
            const Root message_root = merkle_root({key_root, credentials, amount});
            EXPECT_EQ(bare_hex(message_root), deposit["deposit_message_root"].GetString());
            const auto version = crypto::ForkVersion::from(octets("fork_version"));
            const Root signing_root = crypto::signing_root(
                message_root, crypto::compute_domain(crypto::DomainType::stake_proof, version, Root{}));
            const crypto::SignatureBytes signature = key.sign(signing_root).encode();
            EXPECT_EQ(bare_hex(signature), deposit["signature"].GetString());
            EXPECT_EQ(bare_hex(merkle_root({key_root, credentials, amount, chunks_root(signature)})),
                      deposit["deposit_data_root"].GetString());
            ++index;
        }
    }
}

TEST(DevelopmentKeys, they_are_those_of_the_published_phrase) {
    const DevelopmentKeys keys;
    const SecretBytes seed = seed_from_phrase("test test test test test test test test test test test junk").value();
    EXPECT_EQ(keys.validator(3).public_key(), derive_validator(seed, "m/12381/3600/3/0/0").value().public_key());
    EXPECT_EQ(keys.account(3).public_key(), derive_account(seed, "m/44'/9090'/3'").value().public_key());
    EXPECT_NE(keys.validator(0).public_key(), keys.validator(1).public_key());
    EXPECT_NE(keys.account(0).public_key(), keys.account(1).public_key());
}

} // namespace
} // namespace quoin::keys
