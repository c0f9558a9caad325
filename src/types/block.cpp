#include <quoin/codec/ssz.hpp>
#include <quoin/types/block.hpp>

namespace quoin::inline types {

BlockHeader header_of(const Block& block) {
    return {block.slot,        block.time_ms,    block.proposer_index,
            block.parent_root, block.state_root, hash_tree_root(block.body)};
}

SignedBlockHeader header_of(const SignedBlock& block) {
    return {header_of(block.message), block.signature};
}

} // namespace quoin::inline types
