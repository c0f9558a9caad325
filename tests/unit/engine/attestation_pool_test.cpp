#include "attestation_pool.hpp"

#include <gtest/gtest.h>

namespace quoin::engine {

namespace {

constexpr std::uint64_t slots_per_epoch = 32;
constexpr std::size_t entries_max = limits.attestation_pool_entries_max;

AttestationData data_at(std::uint64_t slot) {
    AttestationData data;
    data.slot = Slot{slot};
    data.target.epoch = Epoch{slot / slots_per_epoch};
    return data;
}

SingleAttestation vote(std::uint64_t validator, std::uint64_t slot) {
    return {ValidatorIndex{validator}, data_at(slot), {}};
}

std::vector<ValidatorIndex> first_validators(std::size_t count) {
    std::vector<ValidatorIndex> validators;
    for (std::uint64_t i = 0; i < count; ++i) {
        validators.emplace_back(i);
    }
    return validators;
}

AttestationPool::Bits all(std::size_t count) {
    AttestationPool::Bits bits(count);
    for (std::size_t i = 0; i < count; ++i) {
        bits.set(i);
    }
    return bits;
}

struct PoolTest : testing::Test {
    /// As many voters of one slot as asked for.
    void fill(std::uint64_t slot, std::size_t count) {
        for (std::uint64_t i = 0; i < count; ++i) {
            ASSERT_TRUE(pool.add(vote(i, slot)));
        }
    }
    /// Whether a signature of the slot is still there.
    bool has_signatures(std::uint64_t slot, std::size_t attesters) {
        return pool.gather(data_at(slot), first_validators(attesters), 0, attesters).has_value();
    }

    crypto::FastDouble scheme;
    AttestationPool pool{scheme};
};

} // namespace

TEST_F(PoolTest, a_vote_is_taken_once) {
    EXPECT_TRUE(pool.add(vote(7, 40)));
    EXPECT_FALSE(pool.add(vote(7, 40)));
    EXPECT_TRUE(pool.holds(ValidatorIndex{7}, data_at(40)));
    EXPECT_EQ(pool.votes_of(ValidatorIndex{7}, Epoch{1}), 1U);
    EXPECT_EQ(pool.size(), 1U);
}

TEST_F(PoolTest, an_aggregate_replaces_its_parts_and_brings_nothing_twice) {
    const auto attesters = first_validators(4);
    AttestationPool::Bits two(4);
    two.set(0);
    two.set(1);
    EXPECT_TRUE(pool.add(data_at(40), two, attesters, {}));
    EXPECT_TRUE(pool.add(data_at(40), all(4), attesters, {}));
    EXPECT_FALSE(pool.add(data_at(40), two, attesters, {}));
    EXPECT_EQ(pool.size(), 1U);
}

TEST_F(PoolTest, a_full_pool_lets_go_of_the_lowest_slots_and_still_knows_who_voted) {
    fill(40, 10);
    fill(41, 10);
    fill(42, entries_max - 20);
    EXPECT_EQ(pool.size(), entries_max);
    EXPECT_TRUE(pool.add(vote(0, 43)));
    EXPECT_FALSE(has_signatures(40, 10));
    EXPECT_TRUE(has_signatures(41, 10));
    EXPECT_TRUE(has_signatures(42, 10));
    EXPECT_EQ(pool.size(), entries_max - 8); // of the ten of slot 40 that they were cast is left
    EXPECT_TRUE(pool.holds(ValidatorIndex{9}, data_at(40)));
    EXPECT_FALSE(pool.add(vote(9, 40)));
}

TEST_F(PoolTest, a_full_pool_refuses_what_is_below_all_that_it_holds) {
    fill(42, entries_max);
    EXPECT_FALSE(pool.add(vote(0, 42 - 1)));
    EXPECT_FALSE(pool.add(vote(entries_max, 42)));
    EXPECT_FALSE(pool.add(data_at(41), all(4), first_validators(4), {}));
    EXPECT_FALSE(pool.holds(ValidatorIndex{0}, data_at(41)));
    EXPECT_EQ(pool.size(), entries_max);
    EXPECT_TRUE(pool.add(data_at(43), all(4), first_validators(4), {}));
    EXPECT_EQ(pool.size(), 2U);
}

TEST_F(PoolTest, a_window_of_many_more_votes_than_fit_stays_within_its_bound) {
    constexpr std::uint64_t voters = 3'125; // of 100,000 validators in 32 slots
    for (std::uint64_t slot = 32; slot < 64; ++slot) {
        fill(slot, voters);
        ASSERT_LE(pool.size(), entries_max);
        ASSERT_TRUE(has_signatures(slot, voters));
    }
    pool.prune(Epoch{2});
    EXPECT_EQ(pool.size(), 0U);
}

} // namespace quoin::engine
