#include "requests.hpp"

#include <gtest/gtest.h>

namespace quoin::gossip {
namespace {

engine::BlockRequest range(std::uint64_t from) {
    return engine::BlocksByRange{Slot{from}, 1};
}

TEST(Requests, no_more_are_under_way_than_allowed_and_they_go_in_order) {
    Requests requests{2, 1'000};
    for (std::uint64_t i = 0; i < 3; ++i) {
        EXPECT_TRUE(requests.add(range(i)));
    }
    const auto first = requests.next(0);
    const auto second = requests.next(0);
    ASSERT_TRUE(first && second);
    EXPECT_EQ(std::get<engine::BlocksByRange>(first->request).from_slot, Slot{0});
    EXPECT_FALSE(requests.next(0));
    EXPECT_EQ(requests.answered(first->id), Requests::Verdict::asked);
    EXPECT_EQ(std::get<engine::BlocksByRange>(requests.next(0)->request).from_slot, Slot{2});
    EXPECT_EQ(requests.open(), 2U);
}

TEST(Requests, only_so_many_wait_in_line) {
    Requests requests{2, 1'000};
    for (std::size_t i = 0; i < Requests::waiting_max; ++i) {
        EXPECT_TRUE(requests.add(range(i)));
    }
    EXPECT_FALSE(requests.add(range(0)));
}

TEST(Requests, an_answer_after_the_timeout_is_late_and_one_to_nothing_was_never_asked) {
    Requests requests{2, 1'000};
    requests.add(range(1));
    const auto sent = requests.next(100);
    EXPECT_EQ(requests.expire(1'100), 0U);
    EXPECT_EQ(requests.expire(1'101), 1U);
    EXPECT_EQ(requests.open(), 0U);
    EXPECT_EQ(requests.answered(sent->id), Requests::Verdict::late);
    EXPECT_EQ(requests.answered(sent->id + 1), Requests::Verdict::never_asked);
    EXPECT_EQ(requests.answered(0), Requests::Verdict::never_asked);
}

} // namespace
} // namespace quoin::gossip
