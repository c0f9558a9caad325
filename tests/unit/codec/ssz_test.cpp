#include "sample.hpp"

#include <quoin/base/hex.hpp>
#include <quoin/codec/merkle.hpp>
#include <quoin/codec/ssz.hpp>

#include <gtest/gtest.h>

#include <cstring>

namespace quoin::test {
namespace {

using Move = Union<Walk, Jump, Rest>;

template <class T>
Fault refusal(const ByteVector& bytes) {
    const Result<T> decoded = decode<T>(bytes);
    EXPECT_FALSE(decoded.ok());
    return decoded.ok() ? Fault{} : decoded.fault();
}

std::uint32_t offset_at(const ByteVector& bytes, std::size_t position) {
    std::uint32_t offset = 0;
    std::memcpy(&offset, bytes.data() + position, sizeof(offset));
    return offset;
}

constexpr std::size_t colour_at = 8;
constexpr std::size_t name_offset_at = 8 + 1 + 16;
constexpr std::size_t bits_offset_at = name_offset_at + 8;
constexpr std::size_t flags_at = bits_offset_at + 4;
constexpr std::size_t head_bytes = flags_at + 2 + 4 * 7 + 1;

} // namespace

TEST(Ssz, random_values_survive_the_round_trip) {
    SeededRandom random{11};
    for (int i = 0; i < 300; ++i) {
        const Sample sample = random_sample(random);
        const ByteVector bytes = encode(sample);
        const Result<Sample> decoded = decode<Sample>(bytes);
        ASSERT_TRUE(decoded.ok()) << decoded.fault().text();
        EXPECT_EQ(*decoded, sample);
        EXPECT_EQ(encode(*decoded), bytes);
        EXPECT_EQ(hash_tree_root(*decoded), hash_tree_root(sample));
    }
}

TEST(Ssz, whatever_decodes_after_a_mutation_encodes_to_the_same_bytes) {
    SeededRandom random{12};
    std::size_t accepted = 0;
    for (int i = 0; i < 20'000; ++i) {
        ByteVector bytes = encode(random_sample(random));
        for (std::uint64_t k = random.below(3); k != 0; --k) {
            bytes[random.below(random.chance(50) ? head_bytes : bytes.size())] =
                static_cast<std::uint8_t>(random.chance(50) ? random.next() : random.below(4));
        }
        if (random.chance(20)) {
            bytes.resize(random.below(bytes.size() + 8));
        }
        const Result<Sample> decoded = decode<Sample>(bytes);
        if (decoded.ok()) {
            ++accepted;
            ASSERT_EQ(encode(*decoded), bytes);
        }
    }
    EXPECT_GT(accepted, 2'000U);
    EXPECT_LT(accepted, 18'000U);
}

TEST(Ssz, random_bytes_never_crash) {
    SeededRandom random{13};
    for (int i = 0; i < 20'000; ++i) {
        ByteVector bytes(random.below(200));
        for (std::uint8_t& byte : bytes) {
            byte = static_cast<std::uint8_t>(random.chance(50) ? random.next() : random.below(8));
        }
        for (const bool ok : {decode<Sample>(bytes).ok(), decode<Walk>(bytes).ok(), decode<Move>(bytes).ok(),
                              decode<Optional<Walk>>(bytes).ok()}) {
            EXPECT_TRUE(ok || !ok);
        }
        const Result<Move> move = decode<Move>(bytes);
        if (move.ok()) {
            EXPECT_EQ(encode(*move), bytes);
        }
    }
}

TEST(Ssz, a_refusal_names_the_field) {
    SeededRandom random{14};
    Sample sample = random_sample(random);
    sample.walks = {Walk{}, Walk{{Point{1, true}, Point{2, false}}}};
    ByteVector bytes = encode(sample);

    const std::size_t walks = offset_at(bytes, flags_at + 2 + 4 * 4);
    const std::size_t second_walk = walks + offset_at(bytes, walks + 4);
    const std::size_t is_set_of_second_point = second_walk + 4 + 5 + 4;
    bytes.at(is_set_of_second_point) = 2;
    EXPECT_EQ(refusal<Sample>(bytes),
              (Fault{Reason::out_of_range, "walks[1].points[1].is_set", "byte 2 names no value"}));
    bytes.at(is_set_of_second_point) = 1;

    bytes.at(colour_at) = 3;
    EXPECT_EQ(refusal<Sample>(bytes), (Fault{Reason::out_of_range, "colour", "byte 3 names no value"}));
    bytes.at(colour_at) = 2;

    bytes.at(flags_at + 1) = 0x10;
    EXPECT_EQ(refusal<Sample>(bytes).path, "flags");
    bytes.at(flags_at + 1) = 0x0f;
    EXPECT_TRUE(decode<Sample>(bytes).ok());
}

TEST(Ssz, offsets_have_one_right_form) {
    SeededRandom random{15};
    const ByteVector bytes = encode(random_sample(random));
    ASSERT_EQ(offset_at(bytes, name_offset_at), head_bytes);

    ByteVector shifted = bytes;
    shifted.at(name_offset_at) = static_cast<std::uint8_t>(head_bytes + 1);
    EXPECT_EQ(refusal<Sample>(shifted).reason, Reason::malformed);

    ByteVector beyond = bytes;
    beyond.at(bits_offset_at + 3) = 0x80;
    EXPECT_EQ(refusal<Sample>(beyond).reason, Reason::malformed);

    ByteVector falling = bytes;
    std::memset(falling.data() + bits_offset_at, 0, 4);
    EXPECT_EQ(refusal<Sample>(falling).reason, Reason::malformed);
}

TEST(Ssz, wrong_lengths_are_refused) {
    const ByteVector bytes = encode(Walk{{Point{1, true}}});
    EXPECT_EQ(refusal<Walk>({}).reason, Reason::wrong_length);
    EXPECT_EQ(refusal<Walk>({4, 0, 0}).reason, Reason::wrong_length);
    ByteVector longer = bytes;
    longer.push_back(0);
    EXPECT_EQ(refusal<Walk>(longer),
              (Fault{Reason::wrong_length, "points", "6 bytes are no whole number of items of 5"}));
    longer.resize(4 + 9 * 5);
    EXPECT_EQ(refusal<Walk>(longer), (Fault{Reason::too_large, "points", "9 items where 8 is the limit"}));
    EXPECT_EQ(refusal<Sample>({1, 2, 3}).path, "");
}

TEST(Ssz, a_count_of_items_that_cannot_fit_takes_no_memory) {
    // A list of variable items whose first offset says 3 items, with room for the offsets alone.
    Sample sample;
    sample.walks = {Walk{}, Walk{}, Walk{}};
    ByteVector bytes = encode(sample);
    const std::size_t walks = offset_at(bytes, flags_at + 2 + 4 * 4);
    ByteVector cut = bytes;
    cut.erase(cut.begin() + static_cast<std::ptrdiff_t>(walks + 12), cut.end());
    for (const std::size_t field : {5U, 6U}) {
        const auto end = static_cast<std::uint32_t>(cut.size());
        std::memcpy(cut.data() + flags_at + 2 + 4 * field, &end, 4);
    }
    EXPECT_EQ(refusal<Sample>(cut), (Fault{Reason::wrong_length, "walks", "3 items do not fit into what remains"}));
}

TEST(Ssz, text_that_is_not_utf8_is_refused) {
    Sample sample;
    sample.name = "abc";
    ByteVector bytes = encode(sample);
    bytes.at(head_bytes) = 0xff;
    EXPECT_EQ(refusal<Sample>(bytes), (Fault{Reason::malformed, "name", "text is not UTF-8"}));
}

TEST(Ssz, an_optional_is_a_list_of_at_most_one) {
    EXPECT_EQ(encode(Optional<Walk>{}), ByteVector{});
    EXPECT_EQ(encode(Optional<Walk>{Walk{}}), (ByteVector{4, 0, 0, 0, 4, 0, 0, 0}));
    EXPECT_EQ(hash_tree_root(Optional<Walk>{}), mix_in_length(Root{}, 0));
    EXPECT_EQ(hash_tree_root(Optional<Walk>{Walk{}}), mix_in_length(hash_tree_root(Walk{}), 1));
    EXPECT_FALSE(decode<Optional<Walk>>(ByteVector{8, 0, 0, 0, 8, 0, 0, 0}).ok());
    EXPECT_FALSE(decode<Optional<Walk>>(ByteVector{5, 0, 0, 0, 4, 0, 0, 0, 0}).ok());
}

TEST(Ssz, a_union_is_a_selector_and_a_value) {
    EXPECT_EQ(encode(Move{Rest{}}), ByteVector{2});
    EXPECT_EQ(encode(Move{Jump{Height{1}, Bytes<4>{{9, 8, 7, 6}}}}),
              (ByteVector{1, 1, 0, 0, 0, 0, 0, 0, 0, 9, 8, 7, 6}));
    EXPECT_EQ(hash_tree_root(Move{Walk{}}), mix_in_selector(hash_tree_root(Walk{}), 0));
    EXPECT_EQ(hash_tree_root(Move{Rest{}}), mix_in_selector(Root{}, 2));
    EXPECT_EQ(refusal<Move>({3}).reason, Reason::out_of_range);
    EXPECT_EQ(refusal<Move>({2, 0}).reason, Reason::trailing_bytes);
    EXPECT_EQ(refusal<Move>({}).reason, Reason::wrong_length);
}

TEST(Ssz, the_root_of_a_container_is_the_tree_over_its_field_roots) {
    SeededRandom random{16};
    Sample sample = random_sample(random);
    const std::vector<Root> roots = field_roots(sample);
    EXPECT_EQ(roots.size(), 15U);
    EXPECT_EQ(hash_tree_root(sample), merkleize(roots));
    const Root before = hash_tree_root(sample);
    EXPECT_EQ(seal(sample), before);
    EXPECT_TRUE(sample.numbers.is_sealed() && sample.path.is_sealed());
    EXPECT_EQ(hash_tree_root(sample), before);
    sample.numbers.resize(1);
    sample.numbers.edit(0) ^= 1;
    EXPECT_NE(hash_tree_root(sample), before);
}

} // namespace quoin::test
