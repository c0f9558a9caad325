#include "node.hpp"
#include "samples.hpp"

#include <quoin/base/hex.hpp>
#include <quoin/codec/ssz.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <set>

namespace quoin::gossip {
namespace {

template <class T>
void expect_received(const TestNode& node, std::size_t count) {
    EXPECT_TRUE(eventually([&] { return node.inbox.messages<T>().size() >= count; }));
    settle(50);
    EXPECT_EQ(node.inbox.messages<T>().size(), count);
}

TEST(Gossip, two_nodes_connect_and_tell_their_engines) {
    TestNode a;
    TestNode b;
    b.standing.head = {Slot{42}, Root{{1}}};
    b.standing.finalized = {Epoch{3}, Root{{2}}};
    b.standing.certificate = FinalityCertificate{};
    b.start();
    a.settings.peers = {to_hex(b.id().octets) + "@" + b.address()};
    a.start();
    ASSERT_TRUE(are_connected(a, b));
    const auto connected = a.inbox.all<engine::PeerConnected>();
    ASSERT_EQ(connected.size(), 1U);
    EXPECT_EQ(connected[0].peer, b.id());
    EXPECT_EQ(connected[0].head, b.standing.head);
    EXPECT_EQ(connected[0].finalized, b.standing.finalized);
    EXPECT_TRUE(connected[0].certificate.has_value());
    const auto infos = b.network->peers();
    ASSERT_EQ(infos.size(), 1U);
    EXPECT_FALSE(infos[0].outbound);
    EXPECT_EQ(infos[0].address, a.address());
    b.stop();
    EXPECT_TRUE(eventually([&] { return a.inbox.count<engine::PeerDisconnected>() == 1; }));
}

TEST(Gossip, every_kind_of_message_arrives_as_it_was_sent) {
    TestNode a;
    TestNode b;
    ASSERT_TRUE(connect(a, b));
    ProposerSlashing slashing;
    slashing.first.message.slot = Slot{5};
    FinalityCertificate certificate;
    certificate.version = 8;
    engine::Transactions transactions;
    for (std::uint64_t i = 0; i < 10; ++i) {
        transactions.items.push_back(transaction_of(i));
    }
    a.network->broadcast(proposal_at(1), {});
    a.network->broadcast(attestation_of(2), {});
    a.network->broadcast(aggregate_of(3, 128), {});
    a.network->broadcast(transactions, {});
    a.network->broadcast(engine::Evidence{slashing}, {});
    a.network->broadcast(certificate, {});
    ASSERT_TRUE(eventually([&] { return b.inbox.count<engine::Received>() == 6; }));
    EXPECT_EQ(b.inbox.messages<engine::Proposal>(), std::vector{proposal_at(1)});
    EXPECT_EQ(b.inbox.messages<SingleAttestation>(), std::vector{attestation_of(2)});
    EXPECT_EQ(b.inbox.messages<SignedAggregate>(), std::vector{aggregate_of(3, 128)});
    EXPECT_EQ(b.inbox.messages<engine::Transactions>(), std::vector{transactions});
    EXPECT_EQ(b.inbox.messages<engine::Evidence>(), std::vector{engine::Evidence{slashing}});
    EXPECT_EQ(b.inbox.messages<FinalityCertificate>(), std::vector{certificate});
    for (const engine::Received& received : b.inbox.all<engine::Received>()) {
        EXPECT_EQ(received.peer, a.id());
    }
}

TEST(Gossip, the_largest_block_arrives_with_the_longest_view_list) {
    TestNode a;
    TestNode b;
    a.bounds.block_bytes_max = b.bounds.block_bytes_max = encode(block_of_bytes(1, 1 << 20)).size();
    ASSERT_TRUE(connect(a, b));
    engine::Proposal proposal{block_of_bytes(1, 1 << 20), {}};
    proposal.view.resize(limits.proposal_view_max, attestation_of(7));
    a.network->broadcast(proposal, {});
    expect_received<engine::Proposal>(b, 1);
    EXPECT_EQ(b.inbox.messages<engine::Proposal>().at(0), proposal);
}

TEST(Gossip, a_certificate_over_a_million_validators_arrives) {
    TestNode a;
    TestNode b;
    ASSERT_TRUE(connect(a, b));
    FinalityCertificate certificate;
    CertificateGroup group;
    group.validators = Bitlist<type_limits.validators>(1'000'000);
    for (std::uint64_t slot = 0; slot < 32; ++slot) { // of the justification all, of the link those that make 2/3
        group.data.slot = Slot{slot};
        certificate.justification.push_back(group);
        if (slot < 22) {
            certificate.link.push_back(group);
        }
    }
    a.network->broadcast(certificate, std::nullopt);
    expect_received<FinalityCertificate>(b, 1);
}

TEST(Gossip, the_aggregates_of_a_slot_at_its_most_arrive_at_once_and_at_no_cost) {
    TestNode a;
    TestNode b;
    ASSERT_TRUE(connect(a, b));
    for (std::uint64_t i = 0; i < limits.aggregates_per_slot_max; ++i) {
        a.network->broadcast(aggregate_of(i, 128), {});
    }
    expect_received<SignedAggregate>(b, limits.aggregates_per_slot_max);
    EXPECT_EQ(b.cost_of(a.id()), 0U);
}

TEST(Gossip, a_message_that_all_pass_on_arrives_once_and_never_goes_back) {
    TestNode a;
    TestNode b;
    TestNode c;
    a.start();
    b.settings.peers = {a.address()};
    b.start();
    c.settings.peers = {a.address(), b.address()};
    c.start();
    ASSERT_TRUE(are_connected(a, b) && are_connected(b, c) && are_connected(a, c));
    a.network->broadcast(proposal_at(1), {});
    a.network->broadcast(attestation_of(1), {});
    for (TestNode* node : {&b, &c}) {
        ASSERT_TRUE(eventually([&] { return node->inbox.count<engine::Received>() == 2; }));
        node->network->broadcast(proposal_at(1), a.id());
        node->network->broadcast(attestation_of(1), a.id());
    }
    a.network->broadcast(proposal_at(1), {});
    settle();
    EXPECT_EQ(a.inbox.count<engine::Received>(), 0U);
    expect_received<engine::Proposal>(b, 1);
    expect_received<SingleAttestation>(b, 1);
    expect_received<engine::Proposal>(c, 1);
    expect_received<SingleAttestation>(c, 1);
}

TEST(Gossip, except_keeps_a_message_from_one_peer) {
    TestNode a;
    TestNode b;
    TestNode c;
    a.start();
    for (TestNode* node : {&b, &c}) {
        node->settings.peers = {a.address()};
        node->settings.discover = false;
        node->start();
        ASSERT_TRUE(are_connected(a, *node));
    }
    a.network->broadcast(proposal_at(1), b.id());
    expect_received<engine::Proposal>(c, 1);
    EXPECT_EQ(b.inbox.count<engine::Received>(), 0U);
}

TEST(Gossip, a_burst_of_attestations_and_transactions_arrives_whole_and_batched) {
    TestNode a;
    TestNode b;
    ASSERT_TRUE(connect(a, b));
    constexpr std::uint64_t count = 5'000;
    for (std::uint64_t i = 0; i < count; ++i) {
        a.network->broadcast(attestation_of(i), {});
        engine::Transactions one;
        one.items.push_back(transaction_of(i));
        a.network->broadcast(one, {});
    }
    const auto transactions_of = [&b] {
        std::set<std::uint64_t> nonces;
        std::size_t total = 0;
        for (const auto& batch : b.inbox.messages<engine::Transactions>()) {
            total += batch.items.size();
            for (const SignedTransaction& transaction : batch.items) {
                nonces.insert(transaction.message.nonce);
            }
        }
        return nonces.size() == total ? total : 0;
    };
    EXPECT_TRUE(eventually([&] { return transactions_of() == count; }));
    expect_received<SingleAttestation>(b, count);
    std::set<std::uint64_t> validators;
    for (const SingleAttestation& attestation : b.inbox.messages<SingleAttestation>()) {
        validators.insert(attestation.validator.value);
    }
    EXPECT_EQ(validators.size(), count);
    EXPECT_TRUE(eventually([&] { return b.network->peers()[0].frames_in > 0; }));
    std::cout << "frames for " << 2 * count << " items: " << b.network->peers()[0].frames_in << "\n";
    EXPECT_LT(b.network->peers()[0].frames_in, count);
}

TEST(Gossip, an_attestation_on_an_idle_connection_is_not_held_back) {
    TestNode a;
    TestNode b;
    ASSERT_TRUE(connect(a, b));
    std::vector<std::int64_t> times_us;
    for (std::uint64_t i = 0; i < 50; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        a.network->broadcast(attestation_of(i), {});
        while (b.inbox.messages<SingleAttestation>().size() <= i) {
            ASSERT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds{10});
            std::this_thread::yield();
        }
        times_us.push_back(
            std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begin).count());
    }
    std::sort(times_us.begin(), times_us.end());
    std::cout << "attestation, broadcast to inbox: median " << times_us[25] << " us, worst " << times_us.back()
              << " us\n";
}

TEST(Gossip, blocks_are_asked_for_and_answered) {
    TestNode a;
    TestNode b;
    b.server.set_answer({block_at(3), block_at(4)});
    ASSERT_TRUE(connect(a, b));
    a.network->request_blocks(b.id(), engine::BlocksByRange{Slot{3}, 2});
    ASSERT_TRUE(eventually([&] { return a.inbox.count<engine::BlocksAnswered>() == 1; }));
    const auto answer = a.inbox.all<engine::BlocksAnswered>()[0];
    EXPECT_EQ(answer.peer, b.id());
    EXPECT_EQ(answer.blocks, (std::vector{block_at(3), block_at(4)}));
    engine::BlocksByRoot by_root;
    by_root.roots.push_back(Root{{9}});
    a.network->request_blocks(b.id(), by_root);
    ASSERT_TRUE(eventually([&] { return a.inbox.count<engine::BlocksAnswered>() == 2; }));
    EXPECT_EQ(b.server.requests(), (std::vector<engine::BlockRequest>{engine::BlocksByRange{Slot{3}, 2}, by_root}));
}

TEST(Gossip, many_requests_at_once_are_all_answered) {
    TestNode a;
    TestNode b;
    b.server.set_answer({block_of_bytes(1, 1'000'000)});
    ASSERT_TRUE(connect(a, b));
    for (std::uint64_t i = 0; i < 10; ++i) {
        a.network->request_blocks(b.id(), engine::BlocksByRange{Slot{i}, 1});
    }
    EXPECT_TRUE(eventually([&] { return a.inbox.count<engine::BlocksAnswered>() == 10; }));
    for (const auto& answer : a.inbox.all<engine::BlocksAnswered>()) {
        EXPECT_EQ(answer.blocks.size(), 1U);
    }
    EXPECT_EQ(a.cost_of(b.id()), 0U);
    EXPECT_EQ(b.cost_of(a.id()), 0U);
}

TEST(Gossip, an_answer_is_bounded_in_blocks_and_in_bytes) {
    TestNode a;
    TestNode b;
    ASSERT_TRUE(connect(a, b));
    std::vector<SignedBlock> many(limits.blocks_per_answer_max + 1, block_at(1));
    b.server.set_answer(many);
    a.network->request_blocks(b.id(), engine::BlocksByRange{Slot{0}, 1'000'000});
    ASSERT_TRUE(eventually([&] { return a.inbox.count<engine::BlocksAnswered>() == 1; }));
    EXPECT_EQ(a.inbox.all<engine::BlocksAnswered>()[0].blocks.size(), limits.blocks_per_answer_max);
    EXPECT_EQ(std::get<engine::BlocksByRange>(b.server.requests()[0]).count, limits.blocks_per_answer_max);
    b.server.set_answer(std::vector<SignedBlock>(6, block_of_bytes(1, 1 << 20)));
    a.network->request_blocks(b.id(), engine::BlocksByRange{Slot{0}, 10});
    ASSERT_TRUE(eventually([&] { return a.inbox.count<engine::BlocksAnswered>() == 2; }));
    EXPECT_EQ(a.inbox.all<engine::BlocksAnswered>()[1].blocks.size(), 3U);
}

TEST(Gossip, a_request_to_a_stranger_is_answered_empty) {
    TestNode a;
    a.start();
    a.network->request_blocks(Root{{1}}, engine::BlocksByRange{Slot{0}, 1});
    ASSERT_TRUE(eventually([&] { return a.inbox.count<engine::BlocksAnswered>() == 1; }));
    EXPECT_TRUE(a.inbox.all<engine::BlocksAnswered>()[0].blocks.empty());
}

TEST(Gossip, a_node_that_comes_back_gets_again_what_it_had) {
    TestNode a;
    TestNode b;
    ASSERT_TRUE(connect(a, b));
    a.network->broadcast(proposal_at(1), {});
    expect_received<engine::Proposal>(b, 1);
    b.stop();
    ASSERT_TRUE(eventually([&] { return a.network->peers().empty(); }));
    b.start();
    ASSERT_TRUE(are_connected(a, b));
    a.network->broadcast(proposal_at(1), {});
    expect_received<engine::Proposal>(b, 2);
}

TEST(Gossip, the_engine_hears_when_a_peers_head_has_moved_on) {
    TestNode a;
    TestNode b;
    b.standing.head.slot = Slot{10};
    ASSERT_TRUE(connect(a, b));
    b.standing.head.slot = Slot{18};
    b.server.set_standing(b.standing);
    ASSERT_TRUE(eventually([&] { return a.network->peers()[0].head.slot == Slot{18}; }));
    EXPECT_EQ(a.inbox.count<engine::PeerConnected>(), 1U);
    b.standing.head.slot = Slot{19};
    b.server.set_standing(b.standing);
    ASSERT_TRUE(eventually([&] { return a.inbox.count<engine::PeerConnected>() == 2; }));
    EXPECT_EQ(a.inbox.all<engine::PeerConnected>()[1].head.slot, Slot{19});
}

TEST(Gossip, blame_for_forgery_bans_and_blame_for_being_early_does_not) {
    TestNode a;
    TestNode b;
    ASSERT_TRUE(connect(a, b));
    for (int i = 0; i < 100; ++i) {
        a.network->blame(b.id(), Fault{Reason::unknown_parent, "", ""});
    }
    settle(200);
    EXPECT_EQ(a.cost_of(b.id()), 0U);
    a.network->blame(b.id(), Fault{Reason::bad_signature, "", ""});
    EXPECT_TRUE(eventually([&] { return a.cost_of(b.id()) > 0; }));
    EXPECT_TRUE(a.has_peer(b.id()));
    a.network->blame(b.id(), Fault{Reason::bad_signature, "", ""});
    EXPECT_TRUE(eventually([&] { return a.network->peers().empty(); }));
    settle(700);
    EXPECT_TRUE(a.network->peers().empty()) << "a banned peer stays out";
    EXPECT_EQ(a.inbox.count<engine::PeerConnected>(), 1U);
}

TEST(Gossip, a_full_inbox_loses_messages_but_no_comings_goings_and_answers) {
    TestNode a;
    TestNode b;
    a.start();
    a.inbox.set_full(true);
    b.server.set_answer({block_at(9)});
    b.settings.peers = {a.address()};
    b.start();
    ASSERT_TRUE(are_connected(a, b));
    a.network->request_blocks(b.id(), engine::BlocksByRange{Slot{9}, 1});
    b.network->broadcast(proposal_at(1), {});
    settle();
    b.stop();
    ASSERT_TRUE(eventually([&] { return a.network->peers().empty(); }));
    EXPECT_GT(a.inbox.refused(), 0U);
    a.inbox.set_full(false);
    ASSERT_TRUE(eventually([&] { return a.inbox.count<engine::PeerDisconnected>() == 1; }));
    EXPECT_EQ(a.inbox.count<engine::PeerConnected>(), 1U);
    EXPECT_EQ(a.inbox.count<engine::BlocksAnswered>(), 1U);
    EXPECT_EQ(a.inbox.count<engine::Received>(), 0U);
}

} // namespace
} // namespace quoin::gossip
