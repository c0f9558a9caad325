#include "messages.hpp"
#include "node.hpp"
#include "peer.hpp"
#include "raw_peer.hpp"
#include "samples.hpp"

#include <gtest/gtest.h>

namespace quoin::gossip {
namespace {

bool gets_blocks(const TestNode& node, std::size_t count) {
    return eventually([&] { return node.inbox.messages<engine::Proposal>().size() == count; });
}

TEST(Connections, a_node_given_one_peer_finds_all) {
    std::vector<std::unique_ptr<TestNode>> nodes;
    for (int i = 0; i < 5; ++i) {
        nodes.push_back(std::make_unique<TestNode>());
        if (i > 0) {
            nodes[i]->settings.peers = {nodes[0]->address()};
        }
        nodes[i]->start();
    }
    for (const auto& node : nodes) {
        EXPECT_TRUE(eventually([&] { return node->network->peers().size() == 4; }));
    }
}

TEST(Connections, discovery_stops_at_its_number) {
    std::vector<std::unique_ptr<TestNode>> nodes;
    for (int i = 0; i < 5; ++i) {
        nodes.push_back(std::make_unique<TestNode>());
        nodes[i]->settings.dialled_peers_max = i == 4 ? 1 : 16;
        nodes[i]->settings.discover = i == 0 || i == 4; // the first tells, the last asks
        if (i > 0) {
            nodes[i]->settings.peers = {nodes[0]->address()};
        }
        if (i == 0) {
            nodes[i]->settings.dialled_peers_max = 0;
        }
        nodes[i]->start();
    }
    ASSERT_TRUE(eventually([&] { return nodes[0]->network->peers().size() == 4; }));
    settle(600);
    EXPECT_EQ(nodes[4]->network->peers().size(), 1U);
}

TEST(Connections, both_ends_keep_the_same_of_two_in_whatever_order_they_come) {
    const engine::PeerId small{{1}};
    const engine::PeerId large{{2}};
    // The connection that the small id dialled is outbound for it and inbound for the other.
    EXPECT_TRUE(keeps_held(small, large, true, false));
    EXPECT_FALSE(keeps_held(small, large, false, true));
    EXPECT_TRUE(keeps_held(large, small, false, true));
    EXPECT_FALSE(keeps_held(large, small, true, false));
    for (const bool outbound : {false, true}) {
        EXPECT_FALSE(keeps_held(small, large, outbound, outbound)) << "the later of two from the same end";
        EXPECT_FALSE(keeps_held(large, small, outbound, outbound)) << "the later of two from the same end";
    }
}

TEST(Connections, two_who_dial_each_other_keep_one_connection) {
    for (int round = 0; round < 5; ++round) {
        TestNode a;
        TestNode b;
        a.start();
        b.start();
        const std::string address_of_a = a.address();
        const std::string address_of_b = b.address();
        a.stop();
        b.stop();
        a.settings.peers = {address_of_b};
        b.settings.peers = {address_of_a};
        a.start();
        b.start();
        ASSERT_TRUE(are_connected(a, b));
        settle(400);
        ASSERT_EQ(a.network->peers().size(), 1U);
        ASSERT_EQ(b.network->peers().size(), 1U);
        EXPECT_NE(a.network->peers()[0].outbound, b.network->peers()[0].outbound);
        a.network->broadcast(proposal_at(1), {});
        b.network->broadcast(proposal_at(2), {});
        EXPECT_TRUE(gets_blocks(a, 1));
        EXPECT_TRUE(gets_blocks(b, 1));
    }
}

TEST(Connections, nobody_connects_to_itself) {
    TestNode a;
    a.start();
    a.settings.peers = {a.address()};
    a.stop();
    a.start();
    settle(500);
    EXPECT_TRUE(a.network->peers().empty());
    EXPECT_EQ(a.inbox.count<engine::PeerConnected>(), 0U);
}

TEST(Connections, a_restarted_peer_is_found_again) {
    TestNode a;
    TestNode b;
    ASSERT_TRUE(connect(a, b));
    for (std::size_t round = 2; round < 4; ++round) {
        b.stop();
        ASSERT_TRUE(eventually([&] { return a.network->peers().empty(); }));
        settle(200);
        b.start();
        ASSERT_TRUE(are_connected(a, b));
        EXPECT_EQ(a.inbox.count<engine::PeerConnected>(), round);
        EXPECT_EQ(a.inbox.count<engine::PeerDisconnected>(), round - 1);
    }
    a.network->broadcast(proposal_at(1), {});
    EXPECT_TRUE(gets_blocks(b, 1));
}

TEST(Connections, a_peer_of_another_chain_is_refused_and_left_alone) {
    TestNode a{1};
    TestNode b{2};
    b.start();
    b.settings.peers = {};
    a.settings.peers = {b.address()};
    a.settings.ping_interval_ms = 60'000;
    a.start();
    settle(1'000);
    EXPECT_TRUE(a.network->peers().empty());
    EXPECT_TRUE(b.network->peers().empty());
    EXPECT_EQ(a.inbox.count<engine::PeerConnected>(), 0U);
    EXPECT_LE(a.server.standings(), 2U) << "one for the ping, one for the only hello";
}

TEST(Connections, another_peer_than_the_pinned_one_is_refused) {
    TestNode a;
    TestNode b;
    b.start();
    a.settings.peers = {std::string(64, 'b') + "@" + b.address()};
    a.settings.discover = false;
    a.start();
    settle(600);
    EXPECT_TRUE(a.network->peers().empty());
    EXPECT_EQ(b.inbox.count<engine::PeerConnected>(), 0U);
}

TEST(Connections, a_taken_port_is_a_fault) {
    TestNode a;
    a.start();
    TestNode b;
    b.settings.listen_port = a.network->port();
    auto made = make_gossip(b.settings, std::make_shared<Chain>(), b.inbox, b.server);
    ASSERT_TRUE(made);
    EXPECT_EQ((*made)->start().fault().reason, Reason::port_in_use);
}

TEST(Connections, settings_that_do_not_parse_are_faults) {
    TestNode a;
    a.settings.peers = {"nonsense"};
    EXPECT_EQ(make_gossip(a.settings, std::make_shared<Chain>(), a.inbox, a.server).fault().reason,
              Reason::config_invalid);
    a.settings.peers = {};
    a.settings.listen_host = "no address";
    auto made = make_gossip(a.settings, std::make_shared<Chain>(), a.inbox, a.server);
    ASSERT_TRUE(made);
    EXPECT_EQ((*made)->start().fault().reason, Reason::config_invalid);
}

TEST(Connections, a_peer_that_is_slow_to_name_others_is_asked_once_and_not_charged) {
    TestNode node;
    node.start();
    RawPeer raw{node.network->port()};
    raw.send_hello();
    ASSERT_TRUE(eventually([&] { return node.has_peer(raw.id()); }));
    std::size_t asked = 0;
    for (int pings = 0; pings < 10;) { // five intervals of discovery
        const auto got = raw.read_frame();
        ASSERT_TRUE(got.has_value());
        pings += got->kind == Kind::ping ? 1 : 0;
        asked += got->kind == Kind::get_peers ? 1 : 0;
    }
    EXPECT_EQ(asked, 1U);
    raw.send_frame(Kind::peers, encode(PeersAnswer{}));
    EXPECT_TRUE(raw.read_until(Kind::get_peers).has_value());
    EXPECT_EQ(node.cost_of(raw.id()), 0U);
}

} // namespace
} // namespace quoin::gossip
