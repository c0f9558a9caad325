#include "cost.hpp"

#include <gtest/gtest.h>

namespace quoin::gossip {
namespace {

engine::PeerId peer_of(std::uint64_t number) {
    engine::PeerId id;
    for (std::size_t i = 0; i < 8; ++i) {
        id[i] = static_cast<std::uint8_t>(number >> (8 * i) & 0xff);
    }
    return id;
}

TEST(Cost, being_early_or_missing_a_parent_costs_nothing) {
    for (const Reason reason : {Reason::unknown_parent, Reason::unknown_block, Reason::unknown_head,
                                Reason::future_slot, Reason::mempool_full, Reason::duplicate_transaction}) {
        EXPECT_EQ(cost_of(reason), 0U) << to_string(reason);
    }
}

TEST(Cost, what_no_honest_peer_sends_bans_the_second_time) {
    for (const Reason reason : {Reason::bad_signature, Reason::malformed, Reason::wrong_state_root}) {
        Conduct conduct{100, 1'000};
        EXPECT_FALSE(conduct.charge(peer_of(1), cost_of(reason), 0)) << to_string(reason);
        EXPECT_TRUE(conduct.charge(peer_of(1), cost_of(reason), 5'000)) << to_string(reason);
    }
}

TEST(Cost, every_kind_of_frame_costs_something_when_invalid_and_may_be_sent) {
    for (std::size_t number = 0; number < kind_count; ++number) {
        const KindLimits kind = limits_of(static_cast<Kind>(number), limits);
        EXPECT_GT(kind.cost_invalid, 0U);
        EXPECT_GT(kind.body_bytes_max, 0U);
        EXPECT_GE(kind.items_burst, kind.items_max) << "a full frame fits the bucket: " << number;
    }
}

TEST(Conduct, forgives_a_point_a_second) {
    Conduct conduct{100, 1'000};
    conduct.charge(peer_of(1), 60, 10'000);
    EXPECT_EQ(conduct.cost(peer_of(1), 10'000), 60U);
    EXPECT_EQ(conduct.cost(peer_of(1), 11'000), 59U);
    EXPECT_EQ(conduct.cost(peer_of(1), 500'000), 0U);
    EXPECT_FALSE(conduct.charge(peer_of(1), 60, 50'000)) << "40 points were forgiven";
    EXPECT_EQ(conduct.cost(peer_of(1), 50'000), 80U);
}

TEST(Conduct, a_ban_starts_at_the_threshold_ends_in_time_and_is_for_one_peer) {
    Conduct conduct{100, 1'000};
    EXPECT_FALSE(conduct.charge(peer_of(1), 99, 0));
    EXPECT_TRUE(conduct.charge(peer_of(1), 1, 0));
    EXPECT_TRUE(conduct.is_banned(peer_of(1), 999));
    EXPECT_FALSE(conduct.is_banned(peer_of(1), 1'000));
    EXPECT_FALSE(conduct.is_banned(peer_of(2), 0));
}

TEST(Conduct, is_bounded_and_forgets_the_cheapest_first) {
    Conduct conduct{100, 1'000'000};
    conduct.charge(peer_of(0), 500, 0);
    for (std::uint64_t i = 1; i < 2 * Conduct::peers_max; ++i) {
        conduct.charge(peer_of(i), 10, 0);
    }
    EXPECT_EQ(conduct.size(), Conduct::peers_max);
    EXPECT_TRUE(conduct.is_banned(peer_of(0), 1));
}

TEST(TokenBucket, gives_the_burst_then_the_rate) {
    TokenBucket bucket{10, 30};
    EXPECT_TRUE(bucket.take(30, 5'000));
    EXPECT_FALSE(bucket.take(1, 5'000));
    EXPECT_EQ(bucket.wait_ms(1, 5'000), 100U);
    EXPECT_FALSE(bucket.take(1, 5'099));
    EXPECT_TRUE(bucket.take(1, 5'100));
    EXPECT_EQ(bucket.wait_ms(30, 5'100), 3'000U);
    EXPECT_TRUE(bucket.take(30, 100'000));
    EXPECT_FALSE(bucket.take(1, 100'000)) << "no more than the burst is saved up";
}

} // namespace
} // namespace quoin::gossip
