#include "frame.hpp"
#include "hostile.hpp"
#include "messages.hpp"
#include "samples.hpp"

#include <quoin/base/random.hpp>
#include <quoin/codec/ssz.hpp>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

namespace quoin::gossip {
namespace {

TEST_F(Hostile, a_raw_peer_that_behaves_is_a_peer) {
    start();
    RawPeer raw{port()};
    ASSERT_TRUE(raw.shook_hands());
    EXPECT_EQ(raw.read_frame()->kind, Kind::hello);
    EXPECT_TRUE(becomes_peer(raw));
    node.network->broadcast(proposal_at(1), {});
    const auto got = raw.read_until(Kind::proposal);
    ASSERT_TRUE(got);
    EXPECT_EQ(decode<engine::Proposal>(got->body).value(), proposal_at(1));
    expect_honest_unharmed();
}

TEST_F(Hostile, a_p256_certificate_is_as_good) {
    start();
    RawPeer raw{port(), {.key_type = "EC"}};
    EXPECT_TRUE(becomes_peer(raw));
}

TEST_F(Hostile, tls_1_2_no_certificate_another_protocol_rsa_and_a_foreign_authority_are_refused) {
    start();
    EXPECT_FALSE((RawPeer{port(), {.tls_1_2_only = true}}.shook_hands()));
    EXPECT_FALSE((RawPeer{port(), {.alpn = "http/1.1"}}.shook_hands()));
    for (const RawPeer::Options& options :
         {RawPeer::Options{.with_certificate = false}, RawPeer::Options{.key_type = "RSA"},
          RawPeer::Options{.signed_by_another = true}}) {
        RawPeer raw{port(), options}; // the client is done before the server has looked at its certificate
        raw.send_hello();
        EXPECT_FALSE(raw.read_frame());
        EXPECT_TRUE(raw.sees_end());
    }
    EXPECT_EQ(node.network->peers().size(), 1U);
    expect_honest_unharmed();
}

TEST_F(Hostile, a_hello_of_another_chain_is_told_so) {
    start();
    RawPeer raw{port()};
    raw.send_hello(2);
    EXPECT_EQ(farewell_to(raw), Farewell::wrong_genesis);
    EXPECT_TRUE(raw.sees_end());
    expect_honest_unharmed();
}

TEST_F(Hostile, who_speaks_before_the_hello_is_shown_out) {
    start();
    RawPeer raw{port()};
    raw.send_frame(Kind::proposal, encode(proposal_at(1)));
    EXPECT_EQ(farewell_to(raw), Farewell::misbehaved);
    EXPECT_TRUE(raw.sees_end());
    EXPECT_EQ(node.inbox.count<engine::Received>(), 0U);
    expect_honest_unharmed();
}

TEST_F(Hostile, a_second_hello_is_shown_out) {
    start();
    RawPeer raw{port()};
    ASSERT_TRUE(becomes_peer(raw));
    raw.send_hello();
    EXPECT_EQ(farewell_to(raw), Farewell::misbehaved);
    expect_honest_unharmed();
}

TEST_F(Hostile, malformed_oversized_and_unknown_frames_close_and_cost) {
    start();
    const ByteVector trailing = [] {
        ByteVector body = encode(proposal_at(1));
        body.push_back(0);
        return body;
    }();
    const std::vector<ByteVector> attacks{
        {0xff, 0xff, 0xff, 0xff, static_cast<std::uint8_t>(Kind::proposal)},
        {1, 0, 0, 0, 200, 0},
        *make_frame(Kind::proposal, ByteVector(50, 7)),
        *make_frame(Kind::proposal, trailing),
        *make_frame(Kind::proposal, encode(block_at(1))),
        *make_frame(Kind::aggregate, ByteVector(100, 1)),
        *make_frame(Kind::aggregate, encode(attestation_of(1))),
        *make_frame(Kind::attestations, ByteVector(100, 1)),
        *make_frame(Kind::transactions, ByteVector(100, 1)),
        *make_frame(Kind::evidence, ByteVector{9}),
        *make_frame(Kind::certificate, {}),
        *make_frame(Kind::ping, ByteVector(ping_bytes - 1)),
        *make_frame(Kind::get_blocks_by_range, ByteVector(range_request_bytes - 1)),
        *make_frame(Kind::get_blocks_by_range, encode(RangeRequest{1, {Slot{0}, limits.blocks_per_answer_max + 1}})),
        *make_frame(Kind::blocks, ByteVector(30, 3)),
        *make_frame(Kind::get_peers, ByteVector(3)),
        *make_frame(Kind::peers, ByteVector(3)),
    };
    for (std::size_t i = 0; i < attacks.size(); ++i) {
        SCOPED_TRACE("attack " + std::to_string(i));
        RawPeer raw{port()};
        ASSERT_TRUE(becomes_peer(raw));
        raw.send(attacks[i]);
        EXPECT_EQ(farewell_to(raw), Farewell::misbehaved);
        EXPECT_TRUE(raw.sees_end());
        EXPECT_TRUE(eventually([&] { return !node.has_peer(raw.id()); }));
    }
    EXPECT_EQ(node.inbox.count<engine::Received>(), 0U);
    expect_honest_unharmed();
}

TEST_F(Hostile, a_block_longer_than_it_may_be_finds_no_room_in_that_of_the_view_list) {
    node.bounds.block_bytes_max = encode(block_of_bytes(1, 1'000)).size();
    start();
    RawPeer raw{port()};
    ASSERT_TRUE(becomes_peer(raw));
    raw.send_frame(Kind::proposal, encode(engine::Proposal{block_of_bytes(1, 1'000), {attestation_of(1)}}));
    EXPECT_TRUE(eventually([&] { return node.inbox.messages<engine::Proposal>().size() == 1; }));
    raw.send_frame(Kind::proposal, encode(engine::Proposal{block_of_bytes(2, 1'001), {}}));
    EXPECT_EQ(farewell_to(raw), Farewell::misbehaved);
    EXPECT_EQ(node.inbox.messages<engine::Proposal>().size(), 1U);
    expect_honest_unharmed();
}

TEST_F(Hostile, a_view_list_beyond_its_limit_is_on_its_senders_account) {
    start();
    RawPeer raw{port()};
    ASSERT_TRUE(becomes_peer(raw));
    engine::Proposal proposal = proposal_at(1);
    proposal.view.resize(limits.proposal_view_max, attestation_of(1));
    ByteVector body = encode(proposal);
    const ByteVector one_more = encode(attestation_of(2));
    body.insert(body.end(), one_more.begin(), one_more.end());
    raw.send_frame(Kind::proposal, body);
    EXPECT_EQ(farewell_to(raw), Farewell::misbehaved);
    EXPECT_EQ(node.inbox.count<engine::Received>(), 0U);
    raw.reconnect();
    ASSERT_TRUE(becomes_peer(raw));
    EXPECT_GE(node.cost_of(raw.id()) + 10, limits_of(Kind::proposal, limits).cost_invalid)
        << "what it cost is remembered";
    expect_honest_unharmed();
}

TEST_F(Hostile, a_flood_of_aggregates_beyond_a_slots_bans) {
    start();
    RawPeer raw{port()};
    ASSERT_TRUE(becomes_peer(raw));
    const SharedBytes frame = make_frame(Kind::aggregate, encode(aggregate_of(1, 128)));
    for (std::size_t i = 0; i < 4 * limits.aggregates_per_slot_max; ++i) {
        raw.send(*frame);
    }
    EXPECT_TRUE(eventually([&] { return !node.has_peer(raw.id()); }));
    EXPECT_LE(node.inbox.messages<SignedAggregate>().size(), 1U);
    expect_honest_unharmed();
}

TEST_F(Hostile, a_frame_cut_short_by_the_end_of_the_connection_is_only_an_end) {
    start();
    RawPeer raw{port()};
    ASSERT_TRUE(becomes_peer(raw));
    const SharedBytes frame = make_frame(Kind::proposal, encode(proposal_at(1)));
    raw.send(ByteView{*frame}.first(frame->size() - 1));
    raw.reconnect();
    EXPECT_TRUE(becomes_peer(raw));
    EXPECT_EQ(node.cost_of(raw.id()), 0U);
    expect_honest_unharmed();
}

TEST_F(Hostile, a_banned_peer_stays_out_and_others_at_its_address_do_not) {
    start();
    RawPeer raw{port()};
    for (int i = 0; i < 2; ++i) {
        ASSERT_TRUE(becomes_peer(raw));
        raw.send_frame(Kind::proposal, ByteVector(50, 7));
        EXPECT_EQ(farewell_to(raw), Farewell::misbehaved);
        ASSERT_TRUE(eventually([&] { return !node.has_peer(raw.id()); }));
        raw.reconnect();
    }
    raw.send_hello();
    EXPECT_EQ(farewell_to(raw), Farewell::banned);
    EXPECT_TRUE(raw.sees_end());
    EXPECT_FALSE(node.has_peer(raw.id()));
    RawPeer neighbour{port()};
    EXPECT_TRUE(becomes_peer(neighbour));
    expect_honest_unharmed();
}

TEST_F(Hostile, a_ban_ends) {
    node.settings.ban_ms = 300;
    node.settings.ban_cost = 1;
    start();
    RawPeer raw{port()};
    ASSERT_TRUE(becomes_peer(raw));
    raw.send_frame(Kind::proposal, {});
    EXPECT_TRUE(raw.sees_end());
    settle(400);
    raw.reconnect();
    EXPECT_TRUE(becomes_peer(raw));
}

TEST_F(Hostile, a_flood_beyond_its_rate_bans) {
    start();
    RawPeer raw{port()};
    ASSERT_TRUE(becomes_peer(raw));
    const SharedBytes ping = make_frame(Kind::ping, encode(Ping{}));
    for (int i = 0; i < 2'000; ++i) {
        raw.send(*ping);
    }
    EXPECT_TRUE(eventually([&] { return !node.has_peer(raw.id()); }));
    raw.reconnect();
    raw.send_hello();
    EXPECT_EQ(farewell_to(raw), Farewell::banned);
    expect_honest_unharmed();
}

TEST_F(Hostile, duplicates_reach_the_engine_once) {
    start();
    RawPeer raw{port()};
    ASSERT_TRUE(becomes_peer(raw));
    for (int i = 0; i < 100; ++i) {
        raw.send_frame(Kind::proposal, encode(proposal_at(5)));
        Attestations attestations;
        attestations.items.resize(3, attestation_of(1));
        raw.send_frame(Kind::attestations, encode(attestations));
        engine::Transactions transactions;
        transactions.items.resize(3, transaction_of(1));
        raw.send_frame(Kind::transactions, encode(transactions));
    }
    ASSERT_TRUE(eventually([&] { return node.inbox.count<engine::Received>() >= 3; }));
    settle(100);
    EXPECT_EQ(node.inbox.count<engine::Received>(), 3U);
    EXPECT_EQ(node.inbox.messages<engine::Transactions>()[0].items.size(), 1U);
    EXPECT_EQ(node.cost_of(raw.id()), 0U);
    expect_honest_unharmed();
}

TEST_F(Hostile, a_transaction_may_be_as_long_as_its_limit_and_no_longer) {
    node.bounds.transaction_bytes_max = encode(transaction_of(0)).size();
    start();
    RawPeer raw{port()};
    ASSERT_TRUE(becomes_peer(raw));
    engine::Transactions transactions;
    transactions.items.push_back(transaction_of(0));
    raw.send_frame(Kind::transactions, encode(transactions));
    EXPECT_TRUE(eventually([&] { return node.inbox.messages<engine::Transactions>().size() == 1; }));
    SignedTransaction longer;
    longer.message.payload = Stake{};
    transactions.items[0] = longer;
    raw.send_frame(Kind::transactions, encode(transactions));
    EXPECT_EQ(farewell_to(raw), Farewell::misbehaved);
    EXPECT_EQ(node.inbox.messages<engine::Transactions>().size(), 1U);
}

TEST_F(Hostile, answers_to_nothing_cost_and_are_not_believed) {
    start();
    RawPeer raw{port()};
    ASSERT_TRUE(becomes_peer(raw));
    BlocksAnswer answer;
    answer.id = 77;
    answer.blocks.push_back(block_at(1));
    raw.send_frame(Kind::blocks, encode(answer));
    EXPECT_TRUE(eventually([&] { return node.cost_of(raw.id()) > 0; }));
    EXPECT_EQ(node.inbox.count<engine::BlocksAnswered>(), 0U);
    raw.send_frame(Kind::peers, encode(PeersAnswer{}));
    EXPECT_TRUE(eventually([&] { return node.cost_of(raw.id()) > 30; }));
    expect_honest_unharmed();
}

TEST_F(Hostile, a_peer_that_does_not_answer_is_given_up_on) {
    node.settings.request_timeout_ms = 200;
    start();
    RawPeer raw{port()};
    ASSERT_TRUE(becomes_peer(raw));
    node.network->request_blocks(raw.id(), engine::BlocksByRange{Slot{1}, 5});
    const auto asked = raw.read_until(Kind::get_blocks_by_range);
    ASSERT_TRUE(asked);
    const RangeRequest request = decode<RangeRequest>(asked->body).value();
    EXPECT_EQ(request.range, (engine::BlocksByRange{Slot{1}, 5}));
    ASSERT_TRUE(eventually([&] { return node.inbox.count<engine::BlocksAnswered>() == 1; }));
    EXPECT_TRUE(node.inbox.all<engine::BlocksAnswered>()[0].blocks.empty());
    EXPECT_TRUE(eventually([&] { return node.cost_of(raw.id()) > 0; }));
    BlocksAnswer late;
    late.id = request.id;
    late.blocks.push_back(block_at(1));
    raw.send_frame(Kind::blocks, encode(late));
    settle(100);
    EXPECT_EQ(node.inbox.count<engine::BlocksAnswered>(), 1U);
    EXPECT_TRUE(node.has_peer(raw.id()));
}

TEST_F(Hostile, a_peer_that_goes_before_it_answers_leaves_an_empty_answer) {
    start();
    auto raw = std::make_unique<RawPeer>(port());
    ASSERT_TRUE(becomes_peer(*raw));
    for (int i = 0; i < 5; ++i) {
        node.network->request_blocks(raw->id(), engine::BlocksByRange{Slot{1}, 5});
    }
    ASSERT_TRUE(raw->read_until(Kind::get_blocks_by_range));
    raw.reset();
    EXPECT_TRUE(eventually([&] { return node.inbox.count<engine::BlocksAnswered>() == 5; }));
}

TEST_F(Hostile, too_many_open_requests_are_dropped) {
    node.server.set_answer({block_of_bytes(1, 1 << 20)});
    start();
    RawPeer raw{port()};
    ASSERT_TRUE(becomes_peer(raw));
    for (std::uint64_t i = 0; i < 20; ++i) {
        raw.send_frame(Kind::get_blocks_by_range, encode(RangeRequest{i, {Slot{0}, 1}}));
    }
    EXPECT_TRUE(eventually([&] { return node.cost_of(raw.id()) > 0; }));
    ASSERT_TRUE(raw.read_until(Kind::blocks));
    EXPECT_LT(node.server.requests().size(), 20U);
    expect_honest_unharmed();
}

TEST_F(Hostile, requests_are_answered_no_faster_than_their_rate) {
    start();
    RawPeer raw{port()};
    ASSERT_TRUE(becomes_peer(raw));
    const KindLimits kind = limits_of(Kind::get_blocks_by_range, limits);
    const std::uint64_t rounds = kind.items_burst / kind.items_max + 1;
    const auto begin = std::chrono::steady_clock::now();
    for (std::uint64_t i = 0; i < rounds; ++i) {
        raw.send_frame(Kind::get_blocks_by_range, encode(RangeRequest{i, {Slot{0}, kind.items_max}}));
        ASSERT_TRUE(raw.read_until(Kind::blocks));
    }
    EXPECT_GT(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds{500});
}

TEST_F(Hostile, a_peer_that_does_not_read_is_dropped) {
    node.bounds.peer_outbox_bytes_max = 4 << 20;
    start();
    RawPeer raw{port()};
    ASSERT_TRUE(becomes_peer(raw));
    std::uint64_t sent = 0;
    while (node.has_peer(raw.id()) && sent < 60) {
        node.network->broadcast(engine::Proposal{block_of_bytes(++sent, 1 << 20), {}}, {});
        EXPECT_TRUE(eventually([&] { return honest.inbox.messages<engine::Proposal>().size() == sent; }));
    }
    EXPECT_TRUE(eventually([&] { return !node.has_peer(raw.id()); }));
    EXPECT_LT(sent, 60U);
    expect_honest_unharmed();
}

TEST_F(Hostile, who_says_nothing_is_dropped) {
    node.settings.handshake_timeout_ms = 300;
    node.settings.idle_timeout_ms = 500;
    start();
    const int silent = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ASSERT_EQ(::connect(silent, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    RawPeer mute{port()};
    RawPeer falls_asleep{port()};
    ASSERT_TRUE(becomes_peer(falls_asleep));
    EXPECT_TRUE(mute.sees_end());
    EXPECT_TRUE(falls_asleep.sees_end());
    EXPECT_TRUE(eventually([&] { return !node.has_peer(falls_asleep.id()); }));
    char octet = 0;
    EXPECT_EQ(::recv(silent, &octet, 1, 0), 0);
    ::close(silent);
    expect_honest_unharmed();
}

TEST_F(Hostile, no_more_peers_come_in_than_there_are_places_for_strangers) {
    node.bounds.peers_max = 6;
    start();
    std::vector<std::unique_ptr<RawPeer>> raws;
    for (int i = 0; i < 3; ++i) {
        raws.push_back(std::make_unique<RawPeer>(port()));
        ASSERT_TRUE(becomes_peer(*raws.back()));
    }
    RawPeer one_more{port()};
    one_more.send_hello();
    EXPECT_EQ(farewell_to(one_more), Farewell::too_many_peers);
    EXPECT_EQ(node.network->peers().size(), 4U);
}

TEST_F(Hostile, random_bytes_and_damaged_frames_do_no_harm) {
    const std::uint64_t seed = 31'337;
    SCOPED_TRACE("seed " + std::to_string(seed));
    SeededRandom random{seed};
    start();
    for (int round = 0; round < 30; ++round) {
        RawPeer raw{port()};
        ASSERT_TRUE(becomes_peer(raw));
        for (int i = 0; i < 20; ++i) {
            ByteVector bytes = *make_frame(Kind::proposal, encode(proposal_at(i)));
            bytes[random.below(bytes.size())] = static_cast<std::uint8_t>(random.next());
            raw.send(bytes);
        }
        ByteVector noise(200);
        std::generate(noise.begin(), noise.end(), [&random] { return static_cast<std::uint8_t>(random.next()); });
        noise[3] = 0xff;
        raw.send(noise);
    }
    expect_honest_unharmed();
}

} // namespace
} // namespace quoin::gossip
