#include <quoin/base/checked.hpp>
#include <quoin/base/random.hpp>
#include <quoin/base/strong.hpp>

#include <gtest/gtest.h>

namespace quoin {
namespace {

constexpr std::uint64_t most = ~std::uint64_t{0};

struct ApplesTag;
using Apples = Quantity<ApplesTag>;
struct StepTag;
using Step = Ordinal<StepTag>;

TEST(Checked, sums_and_products_that_do_not_fit_are_nothing) {
    EXPECT_EQ(checked_add(most - 1, 1), most);
    EXPECT_EQ(checked_add(most, 1), std::nullopt);
    EXPECT_EQ(checked_mul(std::uint64_t{1} << 32, (std::uint64_t{1} << 32) - 1), most - 0xffffffff);
    EXPECT_EQ(checked_mul(std::uint64_t{1} << 32, std::uint64_t{1} << 32), std::nullopt);
}

TEST(Checked, a_product_of_two_large_numbers_divides_exactly_through_128_bits) {
    EXPECT_EQ(mul_div(most, most, most), most);
    EXPECT_EQ(mul_div(7, 3, 2), 10u);
    EXPECT_EQ(mul_div_up(7, 3, 2), 11u);
    EXPECT_EQ(mul_div_up(8, 3, 2), 12u);
    EXPECT_EQ(mul_div_up(0, most, most), 0u);
}

TEST(Checked, a_quotient_above_64_bits_stops_the_node) {
    EXPECT_DEATH(mul_div(most, 2, 1), "figure fits 64 bits");
    EXPECT_DEATH(mul_div(1, 1, 0), "divisor is not zero");
}

TEST(Checked, two_thirds_are_a_quorum_and_one_less_is_not) {
    EXPECT_TRUE(is_quorum(2, 3));
    EXPECT_FALSE(is_quorum(1, 3));
    EXPECT_FALSE(is_quorum(66, 100));
    EXPECT_TRUE(is_quorum(67, 100));
    EXPECT_TRUE(is_quorum(most, most));
    EXPECT_FALSE(is_quorum(most / 3 * 2 - 1, most));
}

TEST(IntegerSquareRoot, it_is_the_largest_root_whose_square_does_not_exceed) {
    constexpr std::uint64_t seed = 20'240'511;
    RecordProperty("seed", std::to_string(seed));
    SeededRandom random{seed};
    for (int i = 0; i < 10'000; ++i) {
        const std::uint64_t n = random.next() >> random.below(64);
        const Uint128 root = integer_square_root(n);
        EXPECT_LE(root * root, n) << n;
        EXPECT_GT((root + 1) * (root + 1), n) << n;
    }
}

TEST(Quantity, adding_and_taking_are_exact) {
    Apples apples{5};
    apples += Apples{7};
    apples -= Apples{12};
    EXPECT_TRUE(apples.is_zero());
}

TEST(Quantity, an_amount_above_64_bits_or_below_zero_stops_the_node) {
    EXPECT_DEATH(Apples{most} + Apples{1}, "quantity fits 64 bits");
    EXPECT_DEATH(Apples{1} - Apples{2}, "quantity is not negative");
}

TEST(Ordinal, steps_and_differences_are_plain_numbers) {
    EXPECT_EQ(Step{5} + 2, Step{7});
    EXPECT_EQ(Step{5} - 2, Step{3});
    EXPECT_EQ(Step{5} - Step{2}, 3u);
    Step step{5};
    EXPECT_EQ(++step, Step{6});
    EXPECT_LT(Step{5}, Step{6});
}

TEST(Ordinal, a_window_that_reaches_before_the_beginning_starts_at_it) {
    EXPECT_EQ(Step{5}.saturating_minus(6), Step{0});
    EXPECT_EQ(Step{5}.saturating_minus(4), Step{1});
}

TEST(Ordinal, a_step_off_either_end_stops_the_node) {
    EXPECT_DEATH(Step{1} - 2, "ordinal is not negative");
    EXPECT_DEATH(Step{1} - Step{2}, "ordinal difference is not negative");
    EXPECT_DEATH(Step::far_future() + 1, "ordinal fits 64 bits");
}

TEST(SeededRandom, the_stream_is_the_same_on_every_machine) {
    SeededRandom random{0}; // the published first outputs of SplitMix64
    EXPECT_EQ(random.next(), 0xe220a8397b1dcdafu);
    EXPECT_EQ(random.next(), 0x6e789e6aa1b965f4u);
    EXPECT_EQ(random.next(), 0x06c45d188009454fu);
}

TEST(SeededRandom, draws_below_a_bound_stay_below_and_reach_all) {
    SeededRandom random{1};
    unsigned seen = 0;
    for (int i = 0; i < 1'000; ++i) {
        const std::uint64_t drawn = random.below(10);
        ASSERT_LT(drawn, 10u);
        seen |= 1u << drawn;
    }
    EXPECT_EQ(seen, 0x3ffu);
}

} // namespace
} // namespace quoin
