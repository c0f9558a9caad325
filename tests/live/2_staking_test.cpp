#include "live/testnet.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace quoin::live {

TEST(Staking, a_fifth_validator_stakes_over_rest_joins_and_attests) {
    Testnet& testnet = Testnet::shared();
    testnet.unstake_early();
    const std::string fifth = testnet.fifth_api();
    EXPECT_TRUE(comes_true(10, [&] {
        const auto status = testnet.get(fifth, "/v1/status");
        return status && !status->flag("/data/syncing");
    })) << "it never caught up";
    const bool is_on_duty = comes_true(100, [&] {
        const auto duties = testnet.get(testnet.api(0), "/v1/validators/4/duties");
        return duties && duties->flag("/data/attests");
    });
    ASSERT_TRUE(is_on_duty);
    EXPECT_EQ(testnet.get(fifth, "/v1/validators/4")->text("/data/status"), "active_ongoing");

    // Its votes count: with five on duty nobody is missing.
    EXPECT_TRUE(comes_true(10, [&] {
        const auto finality = testnet.get(testnet.api(1), "/v1/finality");
        return finality && finality->has("/data/participation") && finality->size("/data/participation/missing") == 0 &&
               finality->number("/data/participation/total_weight") > 4'500'000'000'000;
    }));
    EXPECT_TRUE(testnet.finalizes(fifth, 4));
}

TEST(Staking, a_proof_follows_the_change_of_weights_by_hand_over_and_no_other) {
    Testnet& testnet = Testnet::shared();
    testnet.unstake_early();
    testnet.fifth_api();
    std::string proof;
    ASSERT_TRUE(comes_true(100, [&] {
        const auto answer = testnet.get(testnet.api(0), "/v1/finality/certificates/finalized");
        proof = answer ? answer->raw("/data") : "";
        return answer && answer->size("/data/handovers") > 0;
    }));
    const auto verify = [&](const std::string& text) {
        const std::filesystem::path file = testnet.folder() / "handover.json";
        std::ofstream{file} << text;
        return run({"verify", "finality", file.string(), "--genesis", testnet.folder_text() + "/genesis.json"});
    };
    const Ran ran = verify(proof);
    EXPECT_EQ(ran.code, 0) << ran.out << ran.error;
    const std::string weights = "\"weights\":[\"";
    const std::size_t at = proof.find(weights);
    ASSERT_NE(at, std::string::npos);
    proof[at + weights.size()] = proof[at + weights.size()] == '9' ? '8' : '9';
    EXPECT_EQ(verify(proof).code, 1) << "a weight changed";
}

TEST(Staking, what_the_node_refuses_leaves_with_seven_and_its_reason) {
    const Testnet& testnet = Testnet::shared();
    const Ran poor = testnet.command(
        {"transfer", "--from", "dev:100", "--to", "0x643c7aa0544e77fec3a7eb66af79f9cc98bada48", "--amount", "1"});
    EXPECT_EQ(poor.code, 7) << poor.out << poor.error;
    EXPECT_NE(poor.error.find("UNKNOWN_ACCOUNT"), std::string::npos) << poor.error;
    const Ran little = testnet.command({"stake", "--from", "dev:5", "--key", "dev:5", "--amount", "1"});
    EXPECT_EQ(little.code, 7) << little.out << little.error;
    EXPECT_NE(little.error.find("BELOW_MIN_SELF_STAKE"), std::string::npos) << little.error;
}

} // namespace quoin::live
