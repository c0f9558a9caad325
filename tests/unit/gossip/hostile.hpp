#pragma once

#include "messages.hpp"
#include "node.hpp"
#include "raw_peer.hpp"
#include "samples.hpp"

#include <gtest/gtest.h>

namespace quoin::gossip {

/// A node with an honest peer, whom nothing that others do may harm.
class Hostile : public testing::Test {
protected:
    Hostile() {
        node.settings.discover = false;
        honest.settings.discover = false;
    }
    void start() {
        node.start();
        honest.settings.peers = {node.address()};
        honest.start();
        ASSERT_TRUE(are_connected(node, honest));
    }
    void expect_honest_unharmed() {
        EXPECT_TRUE(node.has_peer(honest.id()));
        EXPECT_EQ(node.cost_of(honest.id()), 0U);
        EXPECT_TRUE(eventually([&] {
            return node.inbox.count<engine::PeerConnected>() - node.inbox.count<engine::PeerDisconnected>() ==
                   node.network->peers().size();
        })) << "the engine is told of every peer that comes and goes";
        const std::size_t before = node.inbox.messages<engine::Proposal>().size();
        honest.network->broadcast(proposal_at(++slot_), {});
        EXPECT_TRUE(eventually([&] { return node.inbox.messages<engine::Proposal>().size() == before + 1; }));
    }
    bool becomes_peer(RawPeer& raw) {
        raw.send_hello();
        return eventually([&] { return node.has_peer(raw.id()); });
    }
    static Farewell farewell_to(RawPeer& raw) {
        const auto goodbye = raw.read_until(Kind::goodbye);
        return goodbye ? static_cast<Farewell>(goodbye->body.at(0)) : Farewell{255};
    }
    std::uint16_t port() const { return node.network->port(); }

    TestNode node;
    TestNode honest;

private:
    std::uint64_t slot_ = 1'000'000;
};

} // namespace quoin::gossip
