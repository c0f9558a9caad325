#include "live/testnet.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace quoin::live {

namespace {

std::string contents(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

/// Flips the lowest bit of the hex digit `from_end` places before the end of the value of `key`.
std::string with_bit_flipped(std::string json, const std::string& key, std::size_t from_end) {
    const std::size_t at = json.find("\"" + key + "\":\"0x");
    const std::size_t begin = at + key.size() + 6;
    const std::size_t end = json.find('"', begin);
    EXPECT_NE(at, std::string::npos) << key;
    char& digit = json[end - 1 - from_end];
    const int value = std::stoi(std::string(1, digit), nullptr, 16) ^ 1;
    digit = "0123456789abcdef"[value];
    return json;
}

class Proof : public testing::Test {
protected:
    void SetUp() override {
        Testnet& testnet = Testnet::shared();
        ASSERT_TRUE(testnet.finalizes(testnet.api(0), 1));
        const auto answer = testnet.get(testnet.api(1), "/v1/finality/certificates/finalized");
        ASSERT_TRUE(answer);
        proof_ = answer->raw("/data");
    }

    Ran verify(const std::string& proof,
               const std::string& genesis = Testnet::shared().folder_text() + "/genesis.json") {
        const std::filesystem::path file = Testnet::shared().folder() / "proof.json";
        std::ofstream{file} << proof;
        return run({"verify", "finality", file.string(), "--genesis", genesis});
    }

    std::string proof_;
};

} // namespace

TEST(Finality, four_validators_finalize_within_seconds_of_the_start) {
    Testnet& testnet = Testnet::shared();
    EXPECT_TRUE(comes_true(5, [&] { return testnet.finalized_number(testnet.api(0)) > 0; }));
    EXPECT_TRUE(testnet.all_finalize(8, 5));
    for (const std::string& api : testnet.apis()) {
        EXPECT_EQ(testnet.get(api, "/v1/status")->number("/data/peers"), 3U);
    }
}

TEST(Finality, a_second_process_is_kept_out_of_a_data_folder) {
    const Ran second = run({"node", "--dir", Testnet::shared().folder_text() + "/node-0", "--api-port", "0"});
    EXPECT_EQ(second.code, 4);
    EXPECT_NE(second.error.find("another process"), std::string::npos) << second.error;
    const Ran testnet = run({"testnet", "--dir", Testnet::shared().folder_text()});
    EXPECT_EQ(testnet.code, 4) << testnet.error;
}

TEST_F(Proof, of_finality_is_accepted_from_the_genesis_file_alone) {
    const Ran ran = verify(proof_);
    EXPECT_EQ(ran.code, 0) << ran.out << ran.error;
}

TEST_F(Proof, with_one_bit_changed_is_refused) {
    ASSERT_EQ(verify(proof_).code, 0);
    for (const char* key : {"signature", "validators", "weights_roots", "root", "state_root", "parent_root", "head"}) {
        if (proof_.find("\"" + std::string{key} + "\":\"0x") == std::string::npos) {
            continue;
        }
        const bool are_bits = std::string_view{key} == "validators"; // the digit before the last holds the bits
        const Ran ran = verify(with_bit_flipped(proof_, key, are_bits ? 0 : 3));
        EXPECT_EQ(ran.code, 1) << key << ran.out << ran.error;
    }
}

TEST_F(Proof, of_another_genesis_is_refused) {
    const std::filesystem::path other = Testnet::shared().folder() / "other.json";
    std::string genesis = contents(Testnet::shared().folder() / "genesis.json");
    const std::string stake = "\"stake\": \"1000000000000\"";
    ASSERT_NE(genesis.find(stake), std::string::npos);
    genesis.replace(genesis.find(stake), stake.size(), "\"stake\": \"1000000000001\"");
    std::ofstream{other} << genesis;
    EXPECT_EQ(verify(proof_, other.string()).code, 1);
}

} // namespace quoin::live
