#include "pool.hpp"

#include <quoin/base/random.hpp>

#include <gtest/gtest.h>

namespace quoin::staking {

namespace {

constexpr std::uint64_t seeds = 20'000;

Pool draw_pool(SeededRandom& random) {
    const std::uint64_t scale = std::uint64_t{1} << random.below(60);
    return {Amount{1 + random.below(scale)}, Shares{1 + random.below(std::uint64_t{1} << random.below(60))}};
}

/// tokens / shares of `after` is not below that of `before`: nobody who stays lost by it.
bool price_holds(const Pool& before, const Pool& after) {
    return Uint128{after.tokens.value} * before.shares.value >= Uint128{before.tokens.value} * after.shares.value;
}

TEST(Pool, an_empty_pool_mints_one_to_one) {
    EXPECT_EQ(mint({}, Amount{41}), Shares{41});
}

TEST(Pool, a_mint_of_zero_shares_is_refused) {
    EXPECT_EQ(mint({Amount{1'000}, Shares{10}}, Amount{99}), std::nullopt);
    EXPECT_EQ(mint({Amount{1'000}, Shares{10}}, Amount{100}), Shares{1});
    EXPECT_EQ(mint({}, Amount{0}), std::nullopt);
}

TEST(Pool, void_shares_mint_no_others) {
    EXPECT_EQ(mint({Amount{0}, Shares{10}}, Amount{5}), std::nullopt);
}

TEST(Pool, a_mint_that_does_not_fit_64_bits_is_refused) {
    const std::uint64_t big = std::uint64_t{1} << 63;
    EXPECT_EQ(mint({Amount{1}, Shares{big}}, Amount{1}), std::nullopt);
    EXPECT_EQ(mint({Amount{1}, Shares{16}}, Amount{big}), std::nullopt);
}

TEST(Pool, a_payout_of_zero_is_refused) {
    EXPECT_EQ(redeem({Amount{3}, Shares{10}}, Shares{3}), std::nullopt);
    EXPECT_EQ(redeem({Amount{3}, Shares{10}}, Shares{4}), Amount{1});
    EXPECT_EQ(redeem({Amount{0}, Shares{10}}, Shares{10}), std::nullopt);
}

TEST(Pool, the_last_share_takes_the_last_token) {
    EXPECT_EQ(redeem({Amount{7}, Shares{3}}, Shares{3}), Amount{7});
    EXPECT_EQ(part_for({Amount{7}, Shares{3}}, Shares{3}, Amount{5}), (Part{Shares{3}, Amount{7}}));
}

TEST(Pool, a_part_of_the_stake_costs_the_shares_rounded_up) {
    const Pool pool{Amount{150}, Shares{100}};
    EXPECT_EQ(part_for(pool, Shares{100}, Amount{10}), (Part{Shares{7}, Amount{10}}));
    EXPECT_EQ(part_for(pool, Shares{6}, Amount{10}), std::nullopt);
    EXPECT_EQ(part_for(pool, Shares{100}, Amount{0}), std::nullopt);
    EXPECT_EQ(part_for(pool, Shares{100}, Amount{151}), std::nullopt);
}

TEST(Pool, minting_is_the_rational_result_rounded_down) {
    for (std::uint64_t seed = 0; seed < seeds; ++seed) {
        SeededRandom random{seed};
        const Pool pool = draw_pool(random);
        const Amount tokens{random.below(std::uint64_t{1} << random.below(60)) + 1};
        const auto minted = mint(pool, tokens);
        const Uint128 exact_times_tokens = Uint128{tokens.value} * pool.shares.value;
        if (!minted) {
            const bool zero = exact_times_tokens < pool.tokens.value;
            const bool too_many = exact_times_tokens / pool.tokens.value + pool.shares.value > ~std::uint64_t{0};
            ASSERT_TRUE(zero || too_many) << "seed " << seed;
            continue;
        }
        ASSERT_LE(Uint128{minted->value} * pool.tokens.value, exact_times_tokens) << "seed " << seed;
        ASSERT_GT((Uint128{minted->value} + 1) * pool.tokens.value, exact_times_tokens) << "seed " << seed;
        const Pool after{pool.tokens + tokens, pool.shares + *minted};
        ASSERT_TRUE(price_holds(pool, after)) << "seed " << seed;
        ASSERT_LE(worth(after, *minted), tokens) << "seed " << seed;
    }
}

TEST(Pool, taking_out_never_lowers_the_price_for_those_who_stay) {
    for (std::uint64_t seed = 0; seed < seeds; ++seed) {
        SeededRandom random{seed};
        const Pool pool = draw_pool(random);
        const Shares shares{1 + random.below(pool.shares.value)};
        if (const auto tokens = redeem(pool, shares)) {
            const Pool after{pool.tokens - *tokens, pool.shares - shares};
            ASSERT_TRUE(price_holds(pool, after)) << "seed " << seed;
            ASSERT_TRUE(!after.shares.is_zero() || after.tokens.is_zero()) << "seed " << seed;
        }
        const Amount asked{1 + random.below(pool.tokens.value)};
        if (const auto part = part_for(pool, pool.shares, asked)) {
            const Pool after{pool.tokens - part->tokens, pool.shares - part->shares};
            ASSERT_GE(part->tokens, asked) << "seed " << seed;
            ASSERT_TRUE(price_holds(pool, after)) << "seed " << seed;
            ASSERT_TRUE(!after.shares.is_zero() || after.tokens.is_zero()) << "seed " << seed;
        }
    }
}

TEST(Pool, operator_shares_that_burn_pay_the_whole_penalty) {
    for (std::uint64_t seed = 0; seed < seeds; ++seed) {
        SeededRandom random{seed};
        const Pool pool = draw_pool(random);
        const Shares of_operator{random.below(pool.shares.value + 1)};
        const Amount penalty{random.below(pool.tokens.value + 1)};
        const Shares burned = operator_burn(pool, of_operator, penalty);
        ASSERT_LE(burned, of_operator) << "seed " << seed;
        const Pool after{pool.tokens - penalty, pool.shares - burned};
        ASSERT_TRUE(!after.shares.is_zero() || after.tokens.is_zero()) << "seed " << seed;
        const Uint128 due = Uint128{penalty.value} * pool.shares.value;
        if (burned < of_operator && burned + Shares{1} < pool.shares) {
            ASSERT_GE(Uint128{burned.value} * pool.tokens.value, due) << "seed " << seed;
            ASSERT_TRUE(price_holds(pool, after)) << "seed " << seed;
        }
        if (!burned.is_zero()) {
            ASSERT_LT(Uint128{burned.value - 1} * pool.tokens.value, due) << "seed " << seed;
        }
    }
}

} // namespace

} // namespace quoin::staking
