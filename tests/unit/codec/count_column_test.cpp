#include <quoin/base/random.hpp>
#include <quoin/codec/archive.hpp>
#include <quoin/codec/count_column.hpp>
#include <quoin/codec/list.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace quoin::test {
namespace {

constexpr std::uint64_t counts_max = 1 << 20;

using Counts = CountColumn<counts_max>;

/// A column beside the vector it stands for.
struct CountPair {
    Counts column;
    std::vector<std::uint32_t> model;
};

void expect_same(const CountPair& pair) {
    ASSERT_EQ(pair.column.size(), pair.model.size());
    ASSERT_TRUE(std::equal(pair.column.begin(), pair.column.end(), pair.model.begin(), pair.model.end()));
    ASSERT_EQ(hash_tree_root(pair.column), hash_tree_root(List<std::uint32_t, counts_max>{pair.model}));
    std::vector<std::uint32_t> copy(pair.model.size());
    pair.column.read(0, copy);
    ASSERT_EQ(copy, pair.model);
}

void change(SeededRandom& random, CountPair& pair) {
    const std::uint64_t pick = random.below(100);
    const auto value = static_cast<std::uint32_t>(random.next() >> (random.chance(5) ? 32 : 60));
    if (pick < 60 && !pair.model.empty()) {
        for (int k = 0; k < 20; ++k) {
            const std::size_t i = random.below(pair.model.size());
            if (pair.model[i] < 0xffff'ffff) {
                pair.column.increment(i);
                ++pair.model[i];
            }
        }
    } else if (pick < 75 && !pair.model.empty()) {
        const std::size_t i = random.below(pair.model.size());
        pair.column.set(i, value);
        pair.model[i] = value;
    } else if (pick < 80) {
        pair.column.push_back(value);
        pair.model.push_back(value);
    } else if (pick < 85) {
        const std::size_t size = random.below(3 * Counts::chunk_items);
        pair.column.resize(size);
        pair.model.resize(size);
    } else if (pick < 88) {
        const std::size_t size = random.below(3) * Counts::chunk_items + random.below(2);
        pair.column.assign(size, value);
        pair.model.assign(size, value);
    } else {
        pair.column.seal();
    }
}

} // namespace

TEST(CountColumn, equals_a_plain_vector_under_random_edits_copies_and_seals) {
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        SCOPED_TRACE(seed);
        SeededRandom random{seed};
        std::vector<CountPair> family(4);
        for (int step = 0; step < 1'000; ++step) {
            CountPair& one = family[random.below(family.size())];
            if (random.chance(10)) {
                family[random.below(family.size())] = CountPair{one};
            } else {
                change(random, one);
            }
            if (step % 20 == 0) {
                for (const CountPair& pair : family) {
                    ASSERT_NO_FATAL_FAILURE(expect_same(pair));
                }
            }
        }
        for (CountPair& pair : family) {
            const Root open = hash_tree_root(pair.column);
            EXPECT_EQ(pair.column.seal(), open);
            ASSERT_NO_FATAL_FAILURE(expect_same(pair));
            const auto decoded = decode<Counts>(encode(pair.column));
            ASSERT_TRUE(decoded.ok());
            EXPECT_EQ(*decoded, pair.column);
            EXPECT_EQ(encode(pair.column), encode(List<std::uint32_t, counts_max>{pair.model}));
        }
    }
}

TEST(CountColumn, a_copy_that_is_written_to_leaves_its_source_alone) {
    Counts source;
    source.assign(2 * Counts::chunk_items + 3, 1);
    const Root root = source.seal();
    Counts copy = source;
    EXPECT_TRUE(copy.is_sealed());
    copy.increment(5);
    EXPECT_FALSE(copy.is_sealed());
    EXPECT_EQ(copy[5], 2U);
    EXPECT_EQ(source[5], 1U);
    EXPECT_EQ(hash_tree_root(source), root);
    copy.set(5, 1);
    EXPECT_EQ(copy, source);
    EXPECT_EQ(copy.seal(), root);
}

TEST(CountColumn, setting_an_item_to_what_it_is_keeps_the_seal) {
    Counts counts{1, 0, 3};
    counts.seal();
    counts.set(1, 0);
    counts.resize(3);
    EXPECT_TRUE(counts.is_sealed());
    counts.resize(4);
    EXPECT_FALSE(counts.is_sealed());
    EXPECT_EQ(counts, (Counts{1, 0, 3, 0}));
}

TEST(CountColumnDeathTest, steps_outside_stop_the_node) {
    CountColumn<2> counts{1, 2};
    EXPECT_DEATH(counts.push_back(3), "column keeps its limit");
    EXPECT_DEATH(static_cast<void>(counts[2]), "index is in the column");
    EXPECT_DEATH(counts.increment(2), "index is in the column");
}

} // namespace quoin::test
