#include "live/testnet.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <sstream>

namespace quoin::live {

namespace {

std::vector<app::Json> lines_of(const std::string& text) {
    std::vector<app::Json> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line) && !stream.eof();) {
        lines.push_back(*app::Json::parse(line));
    }
    return lines;
}

} // namespace

TEST(Crash, a_subscriber_goes_on_at_another_node_and_misses_nothing) {
    Testnet& testnet = Testnet::shared();
    // From genesis on, first of node 1 alone; then its cursor at the others.
    const std::filesystem::path log = testnet.folder() / "watch";
    std::vector<std::string> arguments{"watch", "--json", "--from", "genesis"};
    for (const std::size_t node : {1, 2, 3, 0}) {
        arguments.insert(arguments.end(), {"--node", testnet.api(node)});
    }
    Program watch(arguments, log);
    ASSERT_TRUE(comes_true(20, [&] {
        const auto lines = lines_of(watch.out());
        return !lines.empty() && lines.back().number("/data/number") + 2 >= testnet.finalized_number(testnet.api(1));
    }));

    ASSERT_EQ(testnet.fault({"kill", "--node", "1"}).code, 0);
    const std::uint64_t number_at_kill = testnet.finalized_number(testnet.api(2));
    ASSERT_TRUE(testnet.finalizes(testnet.api(2), 12));
    ASSERT_TRUE(comes_true(10, [&] {
        const auto lines = lines_of(watch.out());
        return lines.back().number("/data/number") >= number_at_kill + 10;
    })) << "it did not go on elsewhere";
    watch.signal(SIGTERM);
    const Ran ran = watch.finish(10);
    EXPECT_EQ(ran.code, 0) << ran.error;
    EXPECT_NE(ran.error.find("resuming from cursor:"), std::string::npos) << ran.error;

    const auto lines = lines_of(ran.out);
    ASSERT_FALSE(lines.empty());
    for (std::size_t i = 0; i < lines.size(); ++i) {
        ASSERT_EQ(lines[i].number("/data/number"), lines.front().number("/data/number") + i);
        if (i > 0) {
            ASSERT_EQ(lines[i].text("/prev"), lines[i - 1].text("/data/root"));
            ASSERT_EQ(lines[i].text("/data/parent_root"), lines[i - 1].text("/data/root"));
        }
    }
    EXPECT_LE(lines.front().number("/data/number"), 1U) << "all blocks from the first on";
    EXPECT_EQ(slashable_pairs(testnet.folder() / "node-1"), 0) << "right after the kill";
    EXPECT_EQ(testnet.fault({"restart", "--node", "1"}).code, 0);
}

TEST(Crash, a_killed_validator_is_ready_within_five_seconds_and_signed_nothing_slashable) {
    Testnet& testnet = Testnet::shared();
    ASSERT_TRUE(testnet.finalizes(testnet.api(2), 12));
    const std::string api = testnet.api(2);
    ASSERT_EQ(testnet.fault({"kill", "--node", "2"}).code, 0);
    EXPECT_EQ(slashable_pairs(testnet.folder() / "node-2"), 0);
    ASSERT_TRUE(testnet.finalizes(testnet.api(0), 8)) << "three of four finalize";

    const auto begin = std::chrono::steady_clock::now();
    ASSERT_EQ(testnet.fault({"restart", "--node", "2"}).code, 0);
    ASSERT_TRUE(comes_true(10, [&] { return testnet.get(api, "/v1/health/ready").has_value(); }));
    const auto taken = std::chrono::steady_clock::now() - begin;
    EXPECT_LE(std::chrono::duration_cast<std::chrono::milliseconds>(taken).count(), 5'000);
    std::fprintf(stderr, "ready %lld ms after its restart\n",
                 static_cast<long long>(std::chrono::duration_cast<std::chrono::milliseconds>(taken).count()));

    EXPECT_TRUE(comes_true(5, [&] {
        return testnet.finalized_number(api) + 2 >= testnet.finalized_number(testnet.api(0));
    })) << "it caught up";
    EXPECT_TRUE(testnet.finalizes(api, 12));

    // Once more, now that it signed on both sides of a crash.
    ASSERT_EQ(testnet.fault({"kill", "--node", "2"}).code, 0);
    EXPECT_EQ(slashable_pairs(testnet.folder() / "node-2"), 0);
    ASSERT_EQ(testnet.fault({"restart", "--node", "2"}).code, 0);
}

} // namespace quoin::live
