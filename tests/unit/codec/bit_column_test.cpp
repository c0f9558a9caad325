#include <quoin/base/random.hpp>
#include <quoin/codec/archive.hpp>
#include <quoin/codec/bit_column.hpp>
#include <quoin/codec/list.hpp>

#include <gtest/gtest.h>

#include <vector>

namespace quoin::test {
namespace {

using Bits = BitColumn<5'000>;

struct Epochs {
    List<Bits, 4> voted;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("voted", voted));
    }
};

Bitlist<5'000> plain(const Bits& bits) {
    Bitlist<5'000> copy(bits.size());
    for (std::size_t i = 0; i < bits.size(); ++i) {
        copy.set(i, bits.get(i));
    }
    return copy;
}

} // namespace

TEST(BitColumn, is_a_bitlist_whatever_the_order_of_writes_seals_and_copies) {
    constexpr std::uint64_t seed = 77;
    SCOPED_TRACE(seed);
    SeededRandom random{seed};
    Epochs epochs;
    std::vector<Bitlist<5'000>> model;
    for (int step = 0; step < 400; ++step) {
        const std::uint64_t pick = random.below(10);
        if (model.empty() || (pick == 0 && model.size() < 4)) {
            epochs.voted.emplace_back().resize(random.below(5'001));
            model.emplace_back(epochs.voted.back().size());
        } else if (pick == 1) {
            seal(epochs);
        } else if (pick == 2) {
            const std::size_t from = random.below(model.size());
            epochs.voted.back() = epochs.voted[from];
            model.back() = Bitlist<5'000>{model[from]};
        } else if (const std::size_t at = random.below(model.size()); !model[at].empty()) {
            const std::size_t bit = random.below(model[at].size());
            epochs.voted[at].set(bit, pick < 8);
            model[at].set(bit, pick < 8);
        }
        for (std::size_t i = 0; i < model.size(); ++i) {
            ASSERT_EQ(plain(epochs.voted[i]), model[i]);
            ASSERT_EQ(epochs.voted[i].count(), model[i].count());
            ASSERT_EQ(hash_tree_root(epochs.voted[i]), hash_tree_root(model[i]));
        }
    }
    const auto decoded = decode<Epochs>(encode(epochs));
    ASSERT_TRUE(decoded.ok());
    EXPECT_EQ(decoded->voted, epochs.voted);
}

TEST(BitColumn, a_copy_shares_the_bits_until_it_is_written_to) {
    Epochs source;
    source.voted.emplace_back().resize(300);
    seal(source);
    Epochs copy = source;
    EXPECT_EQ(copy.voted[0].words().data(), source.voted[0].words().data());
    EXPECT_NE(copy.voted[0].sealed_root(), nullptr);
    copy.voted[0].set(7);
    EXPECT_EQ(copy.voted[0].sealed_root(), nullptr);
    EXPECT_FALSE(source.voted[0].get(7));
    EXPECT_NE(copy.voted, source.voted);
}

} // namespace quoin::test
