#include "support/vectors.hpp"

#include <quoin/base/random.hpp>
#include <quoin/crypto/sha256.hpp>
#include <quoin/crypto/shuffle.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

namespace quoin::crypto {
namespace {

std::vector<std::uint32_t> counted(std::uint64_t count) {
    std::vector<std::uint32_t> list(count);
    std::iota(list.begin(), list.end(), 0u);
    return list;
}

/// The list form without its cleverness.
std::vector<std::uint32_t> shuffle_one_by_one(const std::vector<std::uint32_t>& list, const Root& seed,
                                              std::uint64_t rounds) {
    std::vector<std::uint32_t> result;
    for (std::uint64_t i = 0; i < list.size(); ++i) {
        result.push_back(list[shuffled_index(i, list.size(), seed, rounds)]);
    }
    return result;
}

class ShuffleVectors : public testing::TestWithParam<const char*> {};

TEST_P(ShuffleVectors, every_published_mapping_comes_out) {
    QUOIN_NEEDS_VECTORS();
    const auto cases = test::open_vectors(GetParam());
    ASSERT_GE(cases.Size(), 10u);
    for (const auto& each : cases.GetArray()) {
        const Root seed = Root::from(test::hex_octets(each["seed"]));
        const std::uint64_t rounds = test::integer(each["rounds"]);
        std::vector<std::uint32_t> mapping;
        for (const auto& place : each["mapping"].GetArray()) {
            mapping.push_back(place.GetUint());
        }
        ASSERT_EQ(mapping.size(), each["count"].GetUint64());
        const std::vector<std::uint32_t> list = counted(mapping.size());
        EXPECT_EQ(shuffle_one_by_one(list, seed, rounds), mapping);
        EXPECT_EQ(shuffle(list, seed, rounds), mapping);
    }
}

INSTANTIATE_TEST_SUITE_P(Shuffle, ShuffleVectors,
                         testing::Values("shuffle/spec_shuffle.json", "shuffle/eth2_shuffle_rounds90.json"));

TEST(Shuffle, the_list_form_moves_as_one_by_one_does) {
    constexpr std::uint64_t run_seed = 4'096;
    RecordProperty("seed", std::to_string(run_seed));
    SeededRandom random{run_seed};
    for (std::uint64_t count : {0, 1, 2, 3, 7, 255, 256, 257, 511, 513, 1'000, 4'099}) {
        std::vector<std::uint32_t> list(count);
        std::generate(list.begin(), list.end(), [&] { return static_cast<std::uint32_t>(random.next()); });
        const Root seed = sha256(Bytes<8>{{static_cast<std::uint8_t>(count), 1}});
        for (const std::uint64_t rounds : {0, 1, 10, 90, 255}) {
            EXPECT_EQ(shuffle(list, seed, rounds), shuffle_one_by_one(list, seed, rounds)) << count << ' ' << rounds;
        }
    }
}

TEST(Shuffle, nothing_is_lost_and_the_seed_matters) {
    const std::vector<std::uint32_t> list = counted(1'000);
    std::vector<std::uint32_t> shuffled = shuffle(list, Root{}, 90);
    EXPECT_NE(shuffled, list);
    EXPECT_NE(shuffled, shuffle(list, Root{{1}}, 90));
    std::ranges::sort(shuffled);
    EXPECT_EQ(shuffled, list);
}

} // namespace
} // namespace quoin::crypto
