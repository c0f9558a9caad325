#include "live/testnet.hpp"

#include <gtest/gtest.h>

namespace quoin::live {

TEST(Unstaking, what_is_taken_out_matures_and_is_paid_into_the_account) {
    Testnet& testnet = Testnet::shared();
    testnet.unstake_early();
    const std::string api = testnet.api(0);
    const auto validator = testnet.get(api, "/v1/validators/0");
    ASSERT_TRUE(validator);
    const std::string operator_address = validator->text("/data/operator");
    const auto balance = [&] {
        const auto account = testnet.get(api, "/v1/accounts/" + operator_address + "?at=finalized");
        return account ? account->number("/data/balance") : 0;
    };
    const std::uint64_t before = balance();

    // Too early is refused, and the wait is not guessed: the unbonding pool says when.
    const auto matures_ms = [&] {
        const auto now = testnet.get(api, "/v1/validators/0");
        std::uint64_t latest_ms = 0;
        for (std::size_t i = 0; now && i < now->size("/data/operator_parts"); ++i) {
            latest_ms = std::max(latest_ms, now->number("/data/operator_parts/" + std::to_string(i) + "/matures_ms"));
        }
        return latest_ms;
    };
    ASSERT_TRUE(comes_true(60, [&] { return matures_ms() > 0; }));
    const bool is_mature = comes_true(150, [&] {
        const auto status = testnet.get(api, "/v1/status");
        return status && status->number("/data/now_ms") > matures_ms() + 1'000;
    });
    ASSERT_TRUE(is_mature);

    const Ran ran =
        testnet.command({"withdraw", "--from", "dev:0", "--validator", "0", "--wait", "finalized", "--json"});
    ASSERT_EQ(ran.code, 0) << ran.out << ran.error;
    constexpr std::uint64_t almost_all = 99'000'000'000;
    EXPECT_TRUE(comes_true(5, [&] { return balance() > before + almost_all; })) << before << " -> " << balance();

    const auto postings = testnet.get(api, "/v1/accounts/" + operator_address + "/postings?limit=1000");
    ASSERT_TRUE(postings);
    bool is_posted = false;
    for (std::size_t i = 0; i < postings->size("/data"); ++i) {
        const std::string at = "/data/" + std::to_string(i);
        is_posted |= postings->text(at + "/kind") == "withdraw" && postings->number(at + "/amount") > almost_all;
    }
    EXPECT_TRUE(is_posted);
}

} // namespace quoin::live
