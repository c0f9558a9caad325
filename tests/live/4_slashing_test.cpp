#include "live/testnet.hpp"

#include <gtest/gtest.h>

#include <csignal>

namespace quoin::live {

TEST(Slashing, a_traitor_is_slashed_on_every_node_and_finality_goes_on) {
    Testnet& testnet = Testnet::shared();
    const std::vector<std::string> apis = testnet.apis();
    Program events({"watch", "--json", "--topic", "slashing", "--from", "finalized", "--node", apis.back()},
                   testnet.folder() / "slashings");

    const Ran ran = testnet.fault({"equivocate", "--node", "3", "--json"});
    ASSERT_EQ(ran.code, 0) << ran.out << ran.error;

    std::string evidence_root;
    for (const std::string& api : apis) {
        EXPECT_TRUE(comes_true(10, [&] {
            const auto validator = testnet.get(api, "/v1/validators/3?at=finalized");
            return validator && validator->flag("/data/slashed");
        })) << api;
        const auto evidence = testnet.get(api, "/v1/evidence");
        ASSERT_TRUE(evidence && evidence->size("/data") == 1) << api;
        EXPECT_EQ(evidence->text("/data/0/state"), "finalized");
        EXPECT_EQ(evidence->text("/data/0/evidence/kind"), "attester_slashing");
        const std::string root = evidence->text("/data/0/root");
        EXPECT_EQ(root, evidence_root.empty() ? root : evidence_root) << "the same on all nodes";
        evidence_root = root;
        const auto slashings = testnet.get(api, "/v1/validators/3/slashings");
        ASSERT_TRUE(slashings && slashings->size("/data/slashings") == 1) << api;
        EXPECT_EQ(slashings->text("/data/slashings/0/evidence_root"), root);
        EXPECT_GT(slashings->number("/data/slashings/0/taken"), 0U);
    }

    EXPECT_TRUE(comes_true(10, [&] { return events.out().find(evidence_root) != std::string::npos; }))
        << "no slashing event";
    events.signal(SIGTERM);
    EXPECT_EQ(events.finish(10).code, 0);
    EXPECT_TRUE(testnet.all_finalize(16));
    EXPECT_EQ(testnet.fault({"equivocate", "--node", "3"}).code, 7) << "only once";
}

} // namespace quoin::live
