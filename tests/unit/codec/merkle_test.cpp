#include "support/vectors.hpp"

#include <quoin/base/hex.hpp>
#include <quoin/base/random.hpp>
#include <quoin/codec/merkle.hpp>
#include <quoin/crypto/sha256.hpp>

#include <gtest/gtest.h>

namespace quoin::test {
namespace {

Root root_of(const rapidjson::Value& value) {
    return Root::from(hex_octets(value));
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

/// As the specification says it: pad to a power of two, hash layer by layer.
Root naive_root(std::vector<Root> leaves, std::size_t height) {
    leaves.resize(std::size_t{1} << height);
    for (; leaves.size() > 1; leaves.resize(leaves.size() / 2)) {
        for (std::size_t i = 0; i < leaves.size() / 2; ++i) {
            leaves[i] = crypto::hash_pair(leaves[2 * i], leaves[2 * i + 1]);
        }
    }
    return leaves.front();
}

} // namespace

TEST(Merkle, branches_are_judged_as_published) {
    QUOIN_NEEDS_VECTORS();
    const rapidjson::Document vectors = open_vectors("ssz_static/merkle_branch.json");
    ASSERT_TRUE(vectors.IsArray());
    EXPECT_EQ(vectors.Size(), 21U);
    for (const auto& vector : vectors.GetArray()) {
        std::vector<Root> branch;
        for (const auto& sister : vector["branch"].GetArray()) {
            branch.push_back(root_of(sister));
        }
        EXPECT_EQ(is_valid_merkle_branch(root_of(vector["leaf"]), branch, integer(vector["depth"]),
                                         integer(vector["index"]), root_of(vector["root"])),
                  vector["valid"].GetBool())
            << json_text(vector);
    }
}

TEST(Merkle, the_height_of_a_tree_is_the_logarithm_rounded_up) {
    EXPECT_EQ(tree_height(0), 0U);
    EXPECT_EQ(tree_height(1), 0U);
    EXPECT_EQ(tree_height(2), 1U);
    EXPECT_EQ(tree_height(3), 2U);
    EXPECT_EQ(tree_height(4), 2U);
    EXPECT_EQ(tree_height(5), 3U);
    EXPECT_EQ(tree_height(std::uint64_t{1} << 40), 40U);
    EXPECT_EQ(tree_height(~std::uint64_t{0}), 64U);
}

TEST(Merkle, a_tree_of_zeros_needs_no_leaves) {
    EXPECT_EQ(zero_root(0), Root{});
    EXPECT_EQ(zero_root(5), naive_root({}, 5));
    EXPECT_EQ(merkleize({}, std::uint64_t{1} << 40), zero_root(40));
}

TEST(Merkle, roots_equal_those_of_the_padded_tree_for_every_count_and_limit) {
    SeededRandom random{1};
    for (std::size_t limit = 1; limit <= 33; ++limit) {
        for (std::size_t count = 0; count <= limit; ++count) {
            const std::vector<Root> leaves = random_roots(random, count);
            EXPECT_EQ(merkleize(leaves, limit), naive_root(leaves, tree_height(limit))) << count << " of " << limit;
        }
    }
}

TEST(Merkle, the_branch_of_every_leaf_proves_it_and_nothing_else) {
    SeededRandom random{2};
    for (const std::size_t count : {1U, 2U, 3U, 7U, 8U, 9U}) {
        const std::vector<Root> leaves = random_roots(random, count);
        const std::size_t height = 5;
        const Root root = merkleize(leaves, 32);
        for (std::uint64_t i = 0; i < 32; ++i) {
            const Root leaf = i < count ? leaves[i] : Root{};
            std::vector<Root> branch = merkle_branch(leaves, 32, i);
            EXPECT_TRUE(is_valid_merkle_branch(leaf, branch, height, i, root));
            EXPECT_FALSE(is_valid_merkle_branch(leaf, branch, height, i + 32, root)) << "index beyond the tree";
            EXPECT_FALSE(is_valid_merkle_branch(root, branch, height, i, root));
            branch.back()[0] ^= 1;
            EXPECT_FALSE(is_valid_merkle_branch(leaf, branch, height, i, root));
            branch.pop_back();
            EXPECT_FALSE(is_valid_merkle_branch(leaf, branch, height, i, root));
        }
    }
}

} // namespace quoin::test
