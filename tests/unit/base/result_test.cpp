#include <quoin/base/result.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <set>

namespace quoin {
namespace {

const Fault overdrawn{Reason::insufficient_balance, "transactions[3]", "sender has 5"};

TEST(Result, it_holds_a_value_or_a_fault) {
    const Result<int> good{7};
    EXPECT_TRUE(good);
    EXPECT_EQ(*good, 7);
    const Result<int> bad{overdrawn};
    EXPECT_FALSE(bad);
    EXPECT_EQ(bad.fault(), overdrawn);
}

TEST(Result, a_value_that_only_moves_can_be_taken_out) {
    Result<std::unique_ptr<int>> result{std::make_unique<int>(7)};
    const std::unique_ptr<int> taken = std::move(result).value();
    EXPECT_EQ(*taken, 7);
}

TEST(Result, without_a_value_it_is_success_until_told_otherwise) {
    EXPECT_TRUE(Result<void>{});
    const Result<void> bad{overdrawn};
    EXPECT_FALSE(bad);
    EXPECT_EQ(bad.fault(), overdrawn);
}

TEST(Result, asking_for_what_it_does_not_hold_stops_the_node) {
    const Result<int> good{7};
    const Result<int> bad{overdrawn};
    EXPECT_DEATH(static_cast<void>(good.fault()), "result holds a fault");
    EXPECT_DEATH(static_cast<void>(bad.value()), "result holds a value");
    EXPECT_DEATH(static_cast<void>(Result<void>{}.fault()), "result holds a fault");
}

TEST(Fault, its_text_says_reason_place_and_message) {
    EXPECT_EQ(overdrawn.text(), "INSUFFICIENT_BALANCE transactions[3]: sender has 5");
    EXPECT_EQ((Fault{Reason::malformed, "", ""}).text(), "MALFORMED");
}

TEST(Reason, every_one_has_a_name_of_its_own_in_upper_case) {
    std::set<std::string_view> names;
    for (int i = 0; i <= static_cast<int>(Reason::unavailable); ++i) {
        const std::string_view name = to_string(static_cast<Reason>(i));
        EXPECT_FALSE(name.empty()) << i;
        EXPECT_EQ(name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_"), name.npos) << name;
        EXPECT_TRUE(names.insert(name).second) << name;
    }
}

TEST(Assertion, it_names_rule_and_slot_and_aborts) {
    set_assertion_slot(42);
    EXPECT_DEATH(QUOIN_ASSERT(1 + 1 == 3, "L3"), "invariant broken: L3 .*at slot 42");
    QUOIN_ASSERT(1 + 1 == 2, "L3");
}

} // namespace
} // namespace quoin
