#include "block_library.hpp"

#include <quoin/codec/ssz.hpp>

#include <algorithm>

namespace quoin::node {

namespace {

/// Blocks of an answer, as many as fit.
class Answer {
public:
    /// False when the answer is full.
    bool add(SignedBlock block) {
        bytes_ += encode(block).size();
        if (bytes_ > limits.answer_bytes_max || blocks_.size() >= limits.blocks_per_answer_max) {
            return false;
        }
        blocks_.push_back(std::move(block));
        return true;
    }
    std::vector<SignedBlock> take() { return std::move(blocks_); }

private:
    std::vector<SignedBlock> blocks_;
    std::size_t bytes_ = 0;
};

std::shared_ptr<const SignedBlock> in_tree(const engine::Snapshot& view, const Root& root) {
    for (const engine::TreeBlock& block : *view.tree) {
        if (block.root == root) {
            return block.block;
        }
    }
    return nullptr;
}

} // namespace

std::vector<SignedBlock> BlockLibrary::find(const engine::BlockRequest& request) {
    return std::visit([this](const auto& wanted) { return find(wanted); }, request);
}

std::optional<SignedBlock> BlockLibrary::find(const Root& root) {
    const engine::SharedSnapshot view = doors_.snapshots.current();
    if (const auto block = in_tree(*view, root)) {
        return *block;
    }
    if (std::optional<SignedBlock> block = doors_.chain_store.block(root)) {
        return block;
    }
    const std::optional<ports::BlockRow> row = doors_.ledger_store.block_by_root(root);
    return row ? doors_.ledger_store.signed_block(row->number) : std::nullopt;
}

std::vector<SignedBlock> BlockLibrary::find(const engine::BlocksByRoot& wanted) {
    Answer answer;
    for (const Root& root : wanted.roots) {
        std::optional<SignedBlock> block = find(root);
        if (block && !answer.add(std::move(*block))) {
            break;
        }
    }
    return answer.take();
}

std::vector<SignedBlock> BlockLibrary::find(const engine::BlocksByRange& range) {
    const engine::SharedSnapshot view = doors_.snapshots.current(); // before the ledger, which may then be ahead of it
    const std::optional<ports::BlockRow> tip = doors_.ledger_store.tip();
    const Slot end{checked_add(range.from_slot.value, range.count).value_or(~std::uint64_t{0})};
    Answer answer;
    for (SignedBlock& block :
         doors_.ledger_store.signed_blocks(range.from_slot, range.count, limits.blocks_per_answer_max)) {
        if (!answer.add(std::move(block))) {
            return answer.take();
        }
    }
    for (SignedBlock& block : above_the_ledger(*view, tip ? tip->slot : Slot{})) {
        const Slot slot = block.message.slot;
        if (slot >= range.from_slot && slot < end && !answer.add(std::move(block))) {
            break;
        }
    }
    return answer.take();
}

/// The snapshot's chain from above a slot to its head, ascending: the tree's part of it, and below that what is final
/// and not yet in the ledger. None of it when a block in between is missing, since an answer must not have gaps.
std::vector<SignedBlock> BlockLibrary::above_the_ledger(const engine::Snapshot& view, Slot ledger_slot) {
    std::vector<SignedBlock> chain;
    for (auto root = view.unfinalized_chain.rbegin(); root != view.unfinalized_chain.rend(); ++root) {
        std::optional<SignedBlock> block = find(*root);
        if (!block) {
            return {};
        }
        chain.push_back(std::move(*block));
    }
    for (Root at = view.certified.root; chain.size() < 2 * limits.blocks_per_answer_max;) {
        std::optional<SignedBlock> block = find(at);
        if (!block) {
            return {};
        }
        if (block->message.slot <= ledger_slot) {
            break;
        }
        at = block->message.parent_root;
        chain.push_back(std::move(*block));
    }
    std::reverse(chain.begin(), chain.end());
    std::erase_if(chain, [&](const SignedBlock& block) { return block.message.slot <= ledger_slot; });
    return chain;
}

ports::Standing BlockLibrary::standing() {
    const engine::SharedSnapshot view = doors_.snapshots.current();
    ports::Standing standing;
    standing.genesis_root = doors_.chain.genesis_root;
    standing.fork_version = doors_.chain.genesis.fork_version;
    standing.head = view->head;
    standing.finalized = view->certified;
    standing.certificate = doors_.chain_store.newest_certificate();
    return standing;
}

} // namespace quoin::node
