#include "sync.hpp"

#include <gtest/gtest.h>

namespace quoin::engine {

namespace {

PeerId peer_of(std::uint8_t number) {
    PeerId id;
    id[0] = number;
    return id;
}

/// Our head; finalized is block 5.
Sync::Ours at(std::uint64_t head) {
    return {Slot{head}, {Epoch{5}, Root{}}, Slot{5}};
}

Tip tip(std::uint64_t slot) {
    return {Slot{slot}, Root{}};
}

std::vector<SignedBlock> blocks(std::uint64_t from, std::uint64_t through) {
    std::vector<SignedBlock> made;
    for (std::uint64_t slot = from; slot <= through; ++slot) {
        made.emplace_back().message.slot = Slot{slot};
    }
    return made;
}

BlocksByRange range_of(const std::optional<RequestBlocks>& request) {
    EXPECT_TRUE(request.has_value());
    return request ? std::get<BlocksByRange>(request->request) : BlocksByRange{};
}

} // namespace

TEST(Sync, asks_the_peer_with_the_highest_head_for_what_follows_ours) {
    Sync sync;
    sync.peer_stands(peer_of(1), tip(50), {});
    sync.peer_stands(peer_of(2), tip(90), {});
    const auto request = sync.next_request(0, at(10));
    EXPECT_EQ(range_of(request).from_slot, Slot{11});
    EXPECT_EQ(request->peer, peer_of(2));
    EXPECT_FALSE(sync.next_request(1, at(10)).has_value()) << "one request at a time";
}

TEST(Sync, a_few_blocks_behind_is_not_behind) {
    Sync sync;
    sync.peer_stands(peer_of(1), tip(10 + Sync::range_threshold_slots), {});
    EXPECT_FALSE(sync.is_behind(at(10)));
    EXPECT_FALSE(sync.next_request(0, at(10)).has_value());
    EXPECT_TRUE(sync.is_behind(at(9)));
}

TEST(Sync, delivers_an_answer_in_order_before_it_asks_again) {
    Sync sync;
    sync.peer_stands(peer_of(1), tip(100), {});
    ASSERT_TRUE(sync.next_request(0, at(10)));
    sync.answered(peer_of(1), blocks(11, 13));
    EXPECT_FALSE(sync.next_request(1, at(10)).has_value());
    for (std::uint64_t slot = 11; slot <= 13; ++slot) {
        EXPECT_EQ(sync.next_block()->block.message.slot, Slot{slot});
    }
    EXPECT_FALSE(sync.next_block().has_value());
    EXPECT_EQ(range_of(sync.next_request(2, at(13))).from_slot, Slot{14}) << "a short answer leaves no gap";
}

TEST(Sync, blocks_of_a_fork_we_hold_are_not_asked_for_twice) {
    Sync sync;
    sync.peer_stands(peer_of(1), tip(100), {});
    ASSERT_TRUE(sync.next_request(0, at(10)));
    sync.answered(peer_of(1), blocks(11, 20));
    while (sync.next_block()) {}
    EXPECT_EQ(range_of(sync.next_request(1, at(10))).from_slot, Slot{21});
}

TEST(Sync, a_range_without_its_parent_shows_a_fork_and_the_next_starts_after_finality) {
    Sync sync;
    sync.peer_stands(peer_of(1), tip(100), {});
    ASSERT_TRUE(sync.next_request(0, at(10)));
    sync.answered(peer_of(1), blocks(11, 20));
    ASSERT_TRUE(sync.next_block()->of_range);
    sync.range_has_no_parent(peer_of(1));
    EXPECT_FALSE(sync.next_block().has_value());
    EXPECT_EQ(range_of(sync.next_request(1, at(10))).from_slot, Slot{6});
    sync.answered(peer_of(1), blocks(6, 20));
    sync.range_has_no_parent(peer_of(1));
    EXPECT_FALSE(sync.is_behind(at(10))) << "a peer whose chain left ours below finality has nothing for us";
}

TEST(Sync, a_range_that_began_on_anothers_branch_says_nothing_of_what_a_peer_has) {
    Sync sync;
    sync.peer_stands(peer_of(1), tip(40), {Epoch{30}, Root{}});
    ASSERT_EQ(range_of(sync.next_request(0, at(10))).from_slot, Slot{6}) << "they finalize on: from finality";
    sync.answered(peer_of(1), blocks(6, 40));
    while (sync.next_block()) {}
    sync.peer_stands(peer_of(2), tip(60), {Epoch{30}, Root{}});
    ASSERT_EQ(range_of(sync.next_request(1, at(10))).from_slot, Slot{41}) << "where the last one ended";
    sync.answered(peer_of(2), blocks(45, 60));
    while (sync.next_block()) {}
    sync.range_has_no_parent(peer_of(2));
    const auto request = sync.next_request(2, at(10));
    EXPECT_EQ(range_of(request).from_slot, Slot{6});
    EXPECT_EQ(request->peer, peer_of(2)) << "its branch may well be the one we lack";
}

TEST(Sync, a_branch_is_asked_of_whoever_shows_it_though_it_had_nothing_before) {
    Sync sync;
    sync.peer_stands(peer_of(1), tip(40), {});
    ASSERT_TRUE(sync.next_request(0, at(10)));
    sync.answered(peer_of(1), {});
    ASSERT_FALSE(sync.next_request(1, at(10)).has_value()) << "it has nothing";
    sync.branch_is_unknown(peer_of(1));
    EXPECT_EQ(range_of(sync.next_request(2, at(10))).from_slot, Slot{6});
    sync.answered(peer_of(1), {});
    EXPECT_FALSE(sync.next_request(3, at(10)).has_value()) << "nor has it a branch";
}

TEST(Sync, peers_that_finalize_on_without_us_are_ahead_however_high_our_own_head) {
    Sync sync;
    sync.peer_stands(peer_of(1), tip(100), {Epoch{5 + Sync::finality_threshold_epochs}, Root{}});
    EXPECT_FALSE(sync.is_behind(at(100)));
    sync.peer_stands(peer_of(1), tip(100), {Epoch{6 + Sync::finality_threshold_epochs}, Root{}});
    EXPECT_TRUE(sync.is_behind(at(100)));
    EXPECT_EQ(range_of(sync.next_request(0, at(100))).from_slot, Slot{6});
}

TEST(Sync, a_branch_that_is_unknown_is_asked_for_from_finality_on_though_its_peer_is_not_ahead) {
    Sync sync;
    sync.peer_stands(peer_of(1), tip(20), {});
    ASSERT_FALSE(sync.is_behind(at(20)));
    sync.branch_is_unknown(peer_of(1));
    const auto request = sync.next_request(0, at(20));
    ASSERT_TRUE(request.has_value());
    EXPECT_EQ(range_of(request).from_slot, Slot{6});
    EXPECT_EQ(request->peer, peer_of(1));
    sync.answered(peer_of(1), blocks(6, 20));
    while (sync.next_block()) {}
    EXPECT_FALSE(sync.next_request(1, at(20)).has_value()) << "all of it is here";
}

TEST(Sync, a_peer_with_nothing_to_give_holds_us_up_no_longer) {
    Sync sync;
    sync.peer_stands(peer_of(1), tip(100), {});
    ASSERT_TRUE(sync.next_request(0, at(10)));
    sync.answered(peer_of(1), {});
    EXPECT_FALSE(sync.is_behind(at(10)));
    sync.peer_stands(peer_of(1), tip(101), {});
    EXPECT_TRUE(sync.is_behind(at(10))) << "until it moves";
}

TEST(Sync, a_peer_that_never_answers_is_passed_over) {
    Sync sync;
    sync.peer_stands(peer_of(1), tip(100), {});
    sync.peer_stands(peer_of(2), tip(90), {});
    ASSERT_EQ(sync.next_request(0, at(10))->peer, peer_of(1));
    const auto next = sync.next_request(Sync::request_timeout_ms, at(10));
    ASSERT_TRUE(next.has_value());
    EXPECT_EQ(next->peer, peer_of(2));
}

TEST(Sync, a_parent_is_asked_for_once_until_the_time_out) {
    Sync sync;
    EXPECT_TRUE(sync.request_parent(0, peer_of(1), Root{}));
    EXPECT_FALSE(sync.request_parent(1, peer_of(2), Root{}));
    EXPECT_TRUE(sync.request_parent(Sync::request_timeout_ms, peer_of(2), Root{}));
}

TEST(Sync, a_peer_that_names_no_end_of_parents_keeps_none_of_others_from_being_asked_for) {
    Sync sync;
    std::size_t asked = 0;
    for (std::size_t i = 0; i < 2 * limits.orphans_max; ++i) {
        Root root;
        root[0] = static_cast<std::uint8_t>(i);
        root[1] = static_cast<std::uint8_t>(i >> 8);
        asked += sync.request_parent(0, peer_of(1), root) ? 1 : 0;
    }
    EXPECT_EQ(asked, limits.orphans_per_peer_max);
    Root wanted;
    wanted[31] = 1;
    EXPECT_TRUE(sync.request_parent(0, peer_of(2), wanted));
}

} // namespace quoin::engine
