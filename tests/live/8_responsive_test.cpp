#include "live/testnet.hpp"

#include <gtest/gtest.h>

namespace quoin::live {

TEST(Responsive, four_validators_finalize_faster_than_the_timer_would_let_them) {
    Testnet testnet({"--responsive"});
    EXPECT_EQ(testnet.get(testnet.api(0), "/v1/spec")->text("/data/pacing"), "responsive");
    EXPECT_TRUE(testnet.all_finalize(160, 20)) << "40 s of the timer's slots";
    const auto duties = testnet.get(testnet.api(0), "/v1/validators/0/duties");
    const std::uint64_t now_ms = testnet.get(testnet.api(0), "/v1/status")->number("/data/now_ms");
    ASSERT_TRUE(duties);
    if (duties->size("/data/proposals") > 0) {
        EXPECT_LT(duties->number("/data/proposals/0/time_ms"), now_ms + 10'000) << "an estimate from the last blocks";
    }
    EXPECT_EQ(testnet.stop().code, 0);
}

TEST(Responsive, a_killed_validator_is_waited_for_and_comes_back) {
    Testnet testnet({"--responsive"});
    ASSERT_TRUE(testnet.all_finalize(40));
    ASSERT_EQ(testnet.fault({"kill", "--node", "2"}).code, 0);
    EXPECT_EQ(slashable_pairs(testnet.folder() / "node-2"), 0);
    EXPECT_TRUE(testnet.finalizes(testnet.api(0), 40)) << "three of four finalize";
    ASSERT_EQ(testnet.fault({"restart", "--node", "2"}).code, 0);
    EXPECT_TRUE(comes_true(10, [&] {
        return testnet.finalized_number(testnet.api(2)) + 8 >= testnet.finalized_number(testnet.api(0));
    })) << "it caught up";
    EXPECT_TRUE(testnet.all_finalize(80));
    ASSERT_EQ(testnet.fault({"kill", "--node", "2"}).code, 0);
    EXPECT_EQ(slashable_pairs(testnet.folder() / "node-2"), 0) << "it signed on both sides of a crash";
}

TEST(Responsive, who_votes_twice_is_slashed) {
    Testnet testnet({"--responsive"});
    ASSERT_TRUE(testnet.all_finalize(8));
    const Ran ran = testnet.fault({"equivocate", "--node", "1"});
    EXPECT_EQ(ran.code, 0) << ran.out << ran.error;
    EXPECT_TRUE(testnet.finalizes(testnet.api(0), 40));
}

TEST(ViewMerge, four_validators_finalize_and_a_killed_one_comes_back) {
    Testnet testnet({"--set", "view_merge=true"});
    EXPECT_TRUE(testnet.get(testnet.api(0), "/v1/spec")->flag("/data/view_merge"));
    ASSERT_TRUE(testnet.all_finalize(16));
    ASSERT_EQ(testnet.fault({"kill", "--node", "3"}).code, 0);
    EXPECT_TRUE(testnet.finalizes(testnet.api(0), 12));
    ASSERT_EQ(testnet.fault({"restart", "--node", "3"}).code, 0);
    EXPECT_TRUE(testnet.all_finalize(12));
}

TEST(ViewMerge, goes_with_responsive_pacing) {
    Testnet testnet({"--responsive", "--set", "view_merge=true"});
    EXPECT_TRUE(testnet.all_finalize(80, 20));
}

} // namespace quoin::live
