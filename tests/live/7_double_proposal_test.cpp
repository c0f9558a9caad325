#include "live/testnet.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>

namespace quoin::live {

// A testnet of its own: the shared one could not lose a second validator.
TEST(DoubleProposal, is_slashed_by_three_and_shown_on_the_status_line) {
    std::string root = (std::filesystem::temp_directory_path() / "quoin-live-XXXXXX").string();
    ASSERT_NE(::mkdtemp(root.data()), nullptr);
    const std::string folder = root + "/testnet";
    Program testnet({"testnet", "--dir", folder, "--api-port", "0", "--peer-port", "0", "--plain"}, root + "/run");
    ASSERT_TRUE(comes_true(20, [&] { return std::filesystem::exists(folder + "/testnet.json"); }));
    const auto nodes = app::read_testnet_file(folder + "/testnet.json")->nodes;
    const app::NodeUrl api = *app::parse_node_url(nodes[0].api_address);
    ASSERT_TRUE(comes_true(10, [&] {
        const auto status = app::get(api, "/v1/status");
        const auto json = status ? app::Json::parse(status->body) : Result<app::Json>{status.fault()};
        return json && json->number("/data/finalized/slot") > 1;
    }));

    const Ran ran =
        run({"testnet", "fault", "equivocate", "--node", "1", "--offence", "double_proposal", "--dir", folder});
    EXPECT_EQ(ran.code, 0) << ran.out << ran.error;
    EXPECT_TRUE(comes_true(10, [&] { return testnet.out().find("validator 1 was slashed") != std::string::npos; }))
        << testnet.out();
    const auto evidence = app::get(api, "/v1/evidence");
    ASSERT_TRUE(evidence.ok());
    EXPECT_NE(evidence->body.find("proposer_slashing"), std::string::npos);

    testnet.signal(SIGINT);
    EXPECT_EQ(testnet.finish(20).code, 0);
    EXPECT_FALSE(std::filesystem::exists(folder + "/testnet.json"));
    EXPECT_FALSE(std::filesystem::exists(folder + "/control.sock"));
    for (const app::RunningNode& node : nodes) {
        EXPECT_NE(::kill(static_cast<pid_t>(node.pid), 0), 0) << "a node outlived its testnet";
    }
    std::filesystem::remove_all(root);
}

} // namespace quoin::live
