#include <quoin/base/random.hpp>
#include <quoin/codec/bits.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace quoin::test {
namespace {

using Bits = Bitlist<300>;

Bits bits_of(const std::vector<bool>& model) {
    Bits bits{model.size()};
    for (std::size_t i = 0; i < model.size(); ++i) {
        bits.set(i, model[i]);
    }
    return bits;
}

std::vector<bool> random_model(SeededRandom& random, std::size_t size) {
    std::vector<bool> model(size);
    const std::uint64_t percent = random.below(101);
    for (std::size_t i = 0; i < size; ++i) {
        model[i] = random.chance(percent);
    }
    return model;
}

} // namespace

TEST(Bits, agree_with_a_vector_of_bool) {
    SeededRandom random{31};
    for (int round = 0; round < 500; ++round) {
        const std::size_t size = random.below(301);
        const std::vector<bool> a = random_model(random, size);
        const std::vector<bool> b = random_model(random, size);
        std::vector<bool> both(size);
        bool overlap = false;
        bool subset = true;
        for (std::size_t i = 0; i < size; ++i) {
            both[i] = a[i] || b[i];
            overlap = overlap || (a[i] && b[i]);
            subset = subset && (!a[i] || b[i]);
        }
        Bits bits = bits_of(a);
        EXPECT_EQ(bits.count(), static_cast<std::size_t>(std::count(a.begin(), a.end(), true)));
        EXPECT_EQ(bits.any(), bits.count() != 0);
        EXPECT_EQ(bits.none(), bits.count() == 0);
        EXPECT_EQ(bits.overlaps(bits_of(b)), overlap);
        EXPECT_EQ(bits.is_subset_of(bits_of(b)), subset);
        EXPECT_EQ(bits == bits_of(b), a == b);
        bits |= bits_of(b);
        EXPECT_EQ(bits, bits_of(both));
        std::vector<bool> visited(size);
        bits.for_each_set([&](std::size_t i) { visited[i] = true; });
        EXPECT_EQ(visited, both);
    }
}

TEST(Bits, resizing_down_and_up_brings_zeros) {
    Bits bits{130};
    for (std::size_t i = 0; i < 130; ++i) {
        bits.set(i);
    }
    bits.resize(65);
    bits.resize(200);
    EXPECT_EQ(bits.count(), 65U);
    EXPECT_TRUE(bits.get(64));
    EXPECT_FALSE(bits.get(65));
    bits.push_back(true);
    EXPECT_TRUE(bits.get(200));
    bits.clear();
    EXPECT_TRUE(bits.empty());
}

TEST(Bits, a_bitvector_has_its_size) {
    Bitvector<70> bits;
    EXPECT_TRUE(bits.none());
    bits.set(69);
    EXPECT_EQ(bits.count(), 1U);
    bits.set(69, false);
    EXPECT_EQ(bits, Bitvector<70>{});
}

TEST(BitsDeathTest, steps_outside_stop_the_node) {
    Bits bits{10};
    EXPECT_DEATH(static_cast<void>(bits.get(10)), "bit is in range");
    EXPECT_DEATH(bits.set(10), "bit is in range");
    EXPECT_DEATH(bits.resize(301), "bitlist keeps its limit");
    EXPECT_DEATH(bits |= Bits{11}, "both sides have as many bits");
    EXPECT_DEATH(Bitvector<4>{}.load(ByteVector{0x10}), "no bit is set beyond the size");
}

} // namespace quoin::test
