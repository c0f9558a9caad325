#include <quoin/base/assert.hpp>
#include <quoin/codec/merkle.hpp>
#include <quoin/crypto/sha256.hpp>

#include <array>
#include <cstring>

namespace quoin::inline codec {

namespace {

constexpr std::size_t height_max = 64;

std::array<Root, height_max + 1> make_zero_roots() {
    std::array<Root, height_max + 1> roots{};
    for (std::size_t height = 0; height < height_max; ++height) {
        roots[height + 1] = crypto::hash_pair(roots[height], roots[height]);
    }
    return roots;
}

/// From height `from` up to `to`, with nothing but zero to the right. All zero stays so, and costs nothing.
void climb(Root& node, std::size_t from, std::size_t to) {
    if (from < to && node == zero_root(from)) {
        node = zero_root(to);
        return;
    }
    for (std::size_t height = from; height < to; ++height) {
        node = crypto::hash_pair(node, zero_root(height));
    }
}

} // namespace

const Root& zero_root(std::size_t height) {
    static const std::array<Root, height_max + 1> roots = make_zero_roots();
    QUOIN_ASSERT(height <= height_max, "tree is at most 64 high");
    return roots[height];
}

void collapse(std::vector<Root>& nodes, std::size_t begin, std::size_t from, std::size_t to) {
    if (nodes.size() == begin) {
        nodes.push_back(zero_root(to));
        return;
    }
    std::size_t height = from;
    for (; height < to && nodes.size() - begin > 1; ++height) {
        if ((nodes.size() - begin) % 2 != 0) {
            nodes.push_back(zero_root(height));
        }
        const std::size_t pairs = (nodes.size() - begin) / 2;
        crypto::hash_pairs({nodes.data() + begin, pairs * 2}, {nodes.data() + begin, pairs});
        nodes.resize(begin + pairs);
    }
    QUOIN_ASSERT(nodes.size() == begin + 1, "leaves fit below the root");
    climb(nodes.back(), height, to);
}

Root merkleize(std::span<const Root> leaves, std::uint64_t limit) {
    QUOIN_ASSERT(leaves.size() <= limit, "leaves keep their limit");
    std::vector<Root> nodes(leaves.begin(), leaves.end());
    collapse(nodes, 0, 0, tree_height(limit));
    return nodes.front();
}

Root merkleize(std::span<const Root> leaves) {
    return merkleize(leaves, leaves.size());
}

Root mix_in_length(const Root& root, std::uint64_t length) {
    Root leaf;
    std::memcpy(leaf.data(), &length, sizeof(length));
    return crypto::hash_pair(root, leaf);
}

Root mix_in_selector(const Root& root, std::uint8_t selector) {
    return mix_in_length(root, selector);
}

std::vector<Root> merkle_branch(std::span<const Root> leaves, std::uint64_t limit, std::uint64_t index) {
    QUOIN_ASSERT(leaves.size() <= limit && index < limit, "leaf lies in the tree");
    std::vector<Root> branch;
    std::vector<Root> layer(leaves.begin(), leaves.end());
    for (std::size_t height = 0; height < tree_height(limit); ++height) {
        const std::uint64_t sister = (index >> height) ^ 1;
        branch.push_back(sister < layer.size() ? layer[sister] : zero_root(height));
        if (layer.size() % 2 != 0) {
            layer.push_back(zero_root(height));
        }
        const std::size_t pairs = layer.size() / 2;
        crypto::hash_pairs(layer, {layer.data(), pairs});
        layer.resize(pairs);
    }
    return branch;
}

bool is_valid_merkle_branch(const Root& leaf, std::span<const Root> branch, std::size_t depth, std::uint64_t index,
                            const Root& root) {
    if (branch.size() != depth || depth > height_max || (depth < height_max && index >> depth != 0)) {
        return false;
    }
    Root node = leaf;
    for (std::size_t height = 0; height < depth; ++height) {
        const bool is_right = (index >> height & 1) != 0;
        node = is_right ? crypto::hash_pair(branch[height], node) : crypto::hash_pair(node, branch[height]);
    }
    return node == root;
}

} // namespace quoin::inline codec
