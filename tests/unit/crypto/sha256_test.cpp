#include "sha256_pairs.hpp"

#include <quoin/base/hex.hpp>
#include <quoin/base/random.hpp>
#include <quoin/crypto/sha256.hpp>

#include <gtest/gtest.h>

#include <string_view>

namespace quoin::crypto {
namespace {

ByteView octets(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

TEST(Sha256, the_examples_of_fips_180_come_out) {
    EXPECT_EQ(to_hex(sha256({})), "0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(to_hex(sha256(octets("abc"))), "0xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(to_hex(sha256(octets("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))),
              "0x248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST(Sha256, input_in_parts_hashes_as_the_whole) {
    SeededRandom random{7};
    Sha256 hasher;
    for (std::size_t size = 0; size < 300; ++size) {
        ByteVector input(size);
        for (std::uint8_t& octet : input) {
            octet = static_cast<std::uint8_t>(random.next());
        }
        const std::size_t cut = random.below(size + 1);
        const ByteView whole = input;
        hasher.update(whole.first(cut)).update(whole.subspan(cut));
        EXPECT_EQ(hasher.finish(), sha256(whole)) << size; // and starts anew
    }
}

TEST(Sha256, a_layer_is_hashed_in_pairs_even_onto_itself) {
    std::vector<Root> layer(6);
    for (std::size_t i = 0; i < layer.size(); ++i) {
        layer[i][0] = static_cast<std::uint8_t>(i + 1);
    }
    const std::vector<Root> expected{hash_pair(layer[0], layer[1]), hash_pair(layer[2], layer[3]),
                                     hash_pair(layer[4], layer[5])};
    hash_pairs(layer, std::span{layer}.first(3));
    layer.resize(3);
    EXPECT_EQ(layer, expected);
    EXPECT_NE(expected[0], expected[1]);
}

std::vector<Root> random_roots(SeededRandom& random, std::size_t count) {
    std::vector<Root> roots(count);
    for (Root& root : roots) {
        for (std::uint8_t& octet : root) {
            octet = static_cast<std::uint8_t>(random.next());
        }
    }
    return roots;
}

TEST(Sha256, both_ways_to_hash_pairs_agree_on_random_roots) {
    constexpr std::uint64_t run_seed = 256;
    RecordProperty("seed", std::to_string(run_seed));
    SeededRandom random{run_seed};
    if (!has_sha_instructions()) {
        GTEST_SKIP() << "this machine has no SHA instructions";
    }
    for (std::size_t count = 0; count < 40; ++count) {
        const std::vector<Root> in = random_roots(random, 2 * count + 1);
        for (const std::size_t step : {1, 2}) {
            const RootPairs pairs{in.data(), in.data() + 1, step, count};
            std::vector<Root> plain(count);
            hash_pairs_portably(pairs, plain.data());
            std::vector<Root> fast(count);
            hash_pairs_with_instructions(pairs, fast.data());
            ASSERT_EQ(fast, plain) << count << ' ' << step;
            for (std::size_t i = 0; i < count; ++i) {
                Bytes<64> both;
                std::copy(in[i * step].begin(), in[i * step].end(), both.begin());
                std::copy(in[i * step + 1].begin(), in[i * step + 1].end(), both.begin() + 32);
                ASSERT_EQ(plain[i], sha256(both));
            }
        }
    }
}

TEST(Sha256, a_layer_longer_than_what_is_hashed_at_once_may_be_hashed_onto_itself) {
    SeededRandom random{11};
    for (const std::size_t count : {4, 5, 8, 11, 64}) {
        std::vector<Root> layer = random_roots(random, 2 * count);
        std::vector<Root> expected(count);
        for (std::size_t i = 0; i < count; ++i) {
            expected[i] = hash_pair(layer[2 * i], layer[2 * i + 1]);
        }
        hash_pairs(layer, std::span{layer}.first(count));
        layer.resize(count);
        EXPECT_EQ(layer, expected);
    }
}

TEST(Sha256, two_lists_are_hashed_pair_by_pair_even_onto_the_left) {
    SeededRandom random{12};
    std::vector<Root> left = random_roots(random, 13);
    const std::vector<Root> right = random_roots(random, 13);
    std::vector<Root> expected(13);
    for (std::size_t i = 0; i < expected.size(); ++i) {
        expected[i] = hash_pair(left[i], right[i]);
    }
    hash_zipped(left, right, left);
    EXPECT_EQ(left, expected);
}

} // namespace
} // namespace quoin::crypto
