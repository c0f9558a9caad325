#include "coins.hpp"

#include <gtest/gtest.h>

namespace quoin::app {

TEST(Coins, amounts_are_coins_unless_they_end_in_u) {
    EXPECT_EQ(*parse_amount("32"), 32'000'000'000U);
    EXPECT_EQ(*parse_amount("0.5"), 500'000'000U);
    EXPECT_EQ(*parse_amount("1.000000001"), 1'000'000'001U);
    EXPECT_EQ(*parse_amount("500u"), 500U);
    EXPECT_EQ(*parse_amount("18446744073.709551615"), ~std::uint64_t{0});
}

TEST(Coins, what_is_no_amount_is_refused) {
    for (const char* text : {"", "-1", "1.", ".5x", "1e3", "0.0000000001", "18446744073.709551616", "18446744074", "u",
                             "1.5u", " 1", "1 ", "+1", "0x10", "1.-5", "99999999999999999999"}) {
        EXPECT_FALSE(parse_amount(text).ok()) << text;
    }
}

TEST(Coins, texts_have_no_needless_zeros_and_read_back) {
    for (const std::uint64_t units : {0ULL, 1ULL, 10ULL, 500'000'000ULL, 32'000'000'000ULL, ~0ULL}) {
        EXPECT_EQ(*parse_amount(coins_text(units)), units) << coins_text(units);
    }
    EXPECT_EQ(coins_text(32'000'000'000), "32");
    EXPECT_EQ(coins_text(500'000'000), "0.5");
}

} // namespace quoin::app
