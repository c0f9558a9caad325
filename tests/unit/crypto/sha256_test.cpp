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

} // namespace
} // namespace quoin::crypto
