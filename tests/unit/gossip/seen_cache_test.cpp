#include "seen_cache.hpp"

#include <quoin/base/random.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>

namespace quoin::gossip {
namespace {

Root key_of(std::uint64_t number) {
    return SeenCache::key_of(Kind::proposal, ByteVector{static_cast<std::uint8_t>(number & 0xff),
                                                        static_cast<std::uint8_t>(number >> 8 & 0xff)});
}

TEST(SeenCache, knows_what_it_saw_and_who_has_it) {
    SeenCache cache{100, 1'000, 1};
    EXPECT_TRUE(cache.note(key_of(1), 0b01, 0));
    EXPECT_FALSE(cache.note(key_of(1), 0b10, 0));
    EXPECT_EQ(cache.holders(key_of(1)), 0b11U);
    EXPECT_EQ(cache.holders(key_of(2)), 0U);
    cache.vacate(0);
    EXPECT_EQ(cache.holders(key_of(1)), 0b10U);
}

TEST(SeenCache, equal_bytes_of_two_kinds_are_two_things) {
    EXPECT_NE(SeenCache::key_of(Kind::proposal, ByteVector{1}), SeenCache::key_of(Kind::evidence, ByteVector{1}));
}

TEST(SeenCache, holds_up_to_its_limit_and_forgets_the_oldest) {
    SeenCache cache{3, 1'000, 1};
    for (std::uint64_t i = 0; i < 3; ++i) {
        cache.note(key_of(i), 0, 0);
    }
    EXPECT_EQ(cache.size(), 3U);
    EXPECT_FALSE(cache.note(key_of(0), 0, 0));
    EXPECT_TRUE(cache.note(key_of(3), 0, 0));
    EXPECT_EQ(cache.size(), 3U);
    EXPECT_TRUE(cache.note(key_of(0), 0, 0));
}

TEST(SeenCache, forgets_what_is_too_old) {
    SeenCache cache{100, 1'000, 1};
    cache.note(key_of(1), 0, 0);
    cache.note(key_of(2), 0, 1'000);
    EXPECT_FALSE(cache.note(key_of(1), 0, 1'000));
    cache.note(key_of(3), 0, 1'001);
    EXPECT_TRUE(cache.note(key_of(1), 0, 1'001));
}

TEST(SeenCache, what_was_forgotten_may_come_again_and_stays) {
    SeenCache cache{3, 1'000, 1};
    cache.note(key_of(1), 0, 0);
    cache.forget(key_of(1));
    EXPECT_TRUE(cache.note(key_of(1), 0, 0));
    cache.note(key_of(2), 0, 0);
    cache.note(key_of(3), 0, 0); // drives out the first arrival of 1, not 1 itself
    EXPECT_FALSE(cache.note(key_of(1), 0, 0));
}

TEST(SeenCache, agrees_with_a_list_that_is_searched) {
    const std::uint64_t seed = 99;
    SCOPED_TRACE("seed " + std::to_string(seed));
    SeededRandom random{seed};
    constexpr std::size_t entries_max = 50;
    SeenCache cache{entries_max, 200, 7};
    std::deque<std::pair<std::uint64_t, std::uint64_t>> model; // number, when
    std::uint64_t now_ms = 0;
    for (int step = 0; step < 50'000; ++step) {
        now_ms += random.below(6);
        const std::uint64_t number = random.below(120);
        const bool known =
            std::any_of(model.begin(), model.end(), [number](const auto& entry) { return entry.first == number; });
        if (!known) {
            while (!model.empty() && (model.size() >= entries_max || now_ms - model.front().second > 200)) {
                model.pop_front();
            }
            model.emplace_back(number, now_ms);
        }
        ASSERT_EQ(cache.note(key_of(number), 0, now_ms), !known) << "step " << step;
        ASSERT_EQ(cache.size(), model.size());
    }
}

} // namespace
} // namespace quoin::gossip
