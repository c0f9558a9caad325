#include "waiting.hpp"

#include <gtest/gtest.h>

namespace quoin::engine {

namespace {

Origin from_peer(std::uint8_t number) {
    PeerId peer;
    peer[0] = number;
    return {peer, {}, false};
}

Root root_of(std::uint16_t number) {
    Root root;
    root[0] = static_cast<std::uint8_t>(number);
    root[1] = static_cast<std::uint8_t>(number >> 8);
    return root;
}

SharedBlock block_at(std::uint64_t slot) {
    SignedBlock block;
    block.message.slot = Slot{slot};
    return std::make_shared<const SignedBlock>(block);
}

SingleAttestation vote_at(std::uint64_t slot) {
    SingleAttestation vote;
    vote.data.slot = Slot{slot};
    return vote;
}

} // namespace

TEST(WaitingRoom, what_waits_for_a_block_comes_out_once_blocks_first) {
    WaitingRoom room;
    EXPECT_TRUE(room.hold_vote_for(root_of(1), from_peer(1), vote_at(5)));
    EXPECT_TRUE(room.hold_block_for(root_of(1), from_peer(1), block_at(6)));
    const auto released = room.release_block(root_of(1));
    ASSERT_EQ(released.size(), 2u);
    EXPECT_TRUE(std::holds_alternative<Proposal>(released[0].message));
    EXPECT_TRUE(std::holds_alternative<SingleAttestation>(released[1].message));
    EXPECT_TRUE(room.release_block(root_of(1)).empty());
    EXPECT_EQ(room.orphans(), 0u);
}

TEST(WaitingRoom, a_peer_fills_no_more_than_its_own_share_of_orphans) {
    WaitingRoom room;
    for (std::size_t i = 0; i < limits.orphans_per_peer_max; ++i) {
        EXPECT_TRUE(room.hold_block_for(root_of(static_cast<std::uint16_t>(i)), from_peer(1), block_at(9)));
    }
    EXPECT_FALSE(room.hold_block_for(root_of(999), from_peer(1), block_at(9)));
    EXPECT_TRUE(room.hold_block_for(root_of(999), from_peer(2), block_at(9)));
    room.release_block(root_of(0));
    EXPECT_TRUE(room.hold_block_for(root_of(998), from_peer(1), block_at(9)));
}

TEST(WaitingRoom, all_peers_together_keep_the_bound_of_orphans) {
    WaitingRoom room;
    std::size_t held = 0;
    for (std::uint8_t peer = 1; peer <= 32; ++peer) {
        for (std::size_t i = 0; i < limits.orphans_per_peer_max; ++i) {
            held += room.hold_block_for(root_of(static_cast<std::uint16_t>(i)), from_peer(peer), block_at(9)) ? 1 : 0;
        }
    }
    EXPECT_EQ(held, limits.orphans_max);
    EXPECT_EQ(room.orphans(), limits.orphans_max);
}

TEST(WaitingRoom, finality_drops_what_lies_below_it_and_frees_its_share) {
    WaitingRoom room;
    for (std::size_t i = 0; i < limits.orphans_per_peer_max; ++i) {
        ASSERT_TRUE(room.hold_block_for(root_of(static_cast<std::uint16_t>(i)), from_peer(1), block_at(i)));
    }
    room.drop_below(Slot{9});
    EXPECT_EQ(room.orphans(), limits.orphans_per_peer_max - 10);
    EXPECT_TRUE(room.hold_block_for(root_of(500), from_peer(1), block_at(100)));
    EXPECT_TRUE(room.release_block(root_of(9)).empty());
    EXPECT_EQ(room.release_block(root_of(10)).size(), 1u);
}

TEST(WaitingRoom, early_messages_come_out_when_their_slot_starts) {
    WaitingRoom room;
    EXPECT_TRUE(room.hold_until(Slot{7}, from_peer(1), vote_at(7)));
    EXPECT_TRUE(room.hold_until(Slot{8}, from_peer(1), vote_at(8)));
    EXPECT_TRUE(room.release_slot(Slot{6}).empty());
    EXPECT_EQ(room.release_slot(Slot{7}).size(), 1u);
    EXPECT_EQ(room.early(), 1u);
}

TEST(WaitingRoom, a_peer_fills_no_more_than_its_own_share_of_early_messages) {
    WaitingRoom room;
    for (std::size_t i = 0; i < limits.waiting_messages_per_peer_max; ++i) {
        ASSERT_TRUE(room.hold_until(Slot{7}, from_peer(1), vote_at(7)));
    }
    EXPECT_FALSE(room.hold_until(Slot{8}, from_peer(1), vote_at(8)));
    EXPECT_TRUE(room.hold_until(Slot{8}, from_peer(2), vote_at(8)));
    room.release_slot(Slot{7});
    EXPECT_TRUE(room.hold_until(Slot{8}, from_peer(1), vote_at(8)));
}

TEST(WaitingRoom, a_peer_fills_no_more_than_its_own_share_of_votes_for_unknown_heads) {
    WaitingRoom room;
    for (std::size_t i = 0; i < limits.waiting_messages_per_peer_max; ++i) {
        ASSERT_TRUE(room.hold_vote_for(root_of(i % 2 == 0 ? 1 : 2), from_peer(1), vote_at(i)));
    }
    EXPECT_FALSE(room.hold_vote_for(root_of(3), from_peer(1), vote_at(9))) << "at the bound";
    EXPECT_TRUE(room.hold_vote_for(root_of(3), from_peer(2), vote_at(9))) << "another's share";
    room.drop_below(Slot{0});
    EXPECT_TRUE(room.hold_vote_for(root_of(3), from_peer(1), vote_at(9))) << "one was passed by finality";
    room.release_block(root_of(2));
    EXPECT_TRUE(room.hold_vote_for(root_of(3), from_peer(1), vote_at(9))) << "the block came";
}

TEST(WaitingRoom, a_message_under_verification_is_taken_once) {
    WaitingRoom room;
    EXPECT_TRUE(room.add(1, PendingVote{from_peer(1), vote_at(1), {}}));
    EXPECT_TRUE(room.take(1).has_value());
    EXPECT_FALSE(room.take(1).has_value());
    for (std::uint64_t id = 2; id < 2 + limits.waiting_messages_max; ++id) {
        ASSERT_TRUE(room.add(id, PendingVote{from_peer(1), vote_at(1), {}}));
    }
    EXPECT_FALSE(room.add(1'000'000, PendingVote{from_peer(1), vote_at(1), {}}));
}

} // namespace quoin::engine
