#include "block_tree.hpp"

#include <quoin/types/clock.hpp>

#include <algorithm>

namespace quoin::engine {

namespace {

/// Blocks whose bodies stay in memory above finality; older ones are read from the chain store when they are needed.
constexpr std::size_t bodies_max = limits.blocks_per_answer_max;

} // namespace

BlockTree::BlockTree(const Spec& spec, const Anchor& anchor)
    : spec_(spec),
      blocks_(forkchoice::BlockNode{anchor.block_root, {}, anchor.slot, anchor.finalized, anchor.finalized}),
      finalized_(anchor.finalized), lock_(anchor.finalized), candidate_lock_(anchor.finalized),
      lock_state_(anchor.state), states_kept_(1) {
    entries_.emplace(anchor.block_root,
                     Entry{nullptr, anchor.state, anchor.state->latest_block_header.proposer_index, 0});
}

const BlockTree::Entry* BlockTree::find(const Root& root) const {
    const auto found = entries_.find(root);
    return found == entries_.end() ? nullptr : &found->second;
}

std::size_t BlockTree::count_of(Slot slot, ValidatorIndex proposer) const {
    const auto found = proposals_.find({slot, proposer});
    return found == proposals_.end() ? 0 : found->second;
}

void BlockTree::add(const Root& root, SharedBlock block, const SealedState& state) {
    ++revision_;
    const Block& message = block->message;
    const bool inserted = blocks_.insert({root, message.parent_root, message.slot, state->justified, state->finalized});
    QUOIN_ASSERT(inserted, "a block is added after its parent");
    std::size_t& proposals = proposals_[{message.slot, message.proposer_index}];
    entries_.emplace(root, Entry{std::move(block), state, message.proposer_index, proposals});
    ++proposals;
    ++states_kept_;
    let_go_of_old_states(root);
}

void BlockTree::restore_block(const Root& root, SharedBlock block) {
    const auto found = entries_.find(root);
    if (found != entries_.end()) {
        found->second.block = std::move(block);
        ++revision_;
    }
}

void BlockTree::restore_state(const Root& root, SealedState state) {
    const auto found = entries_.find(root);
    if (found == entries_.end() || found->second.state) {
        return;
    }
    found->second.state = std::move(state);
    ++states_kept_;
    let_go_of_old_states(root);
}

void BlockTree::let_go_of_old_states(const Root& spare) {
    const std::size_t count = blocks_.size();
    for (std::size_t i = 1; i < count && states_kept_ > limits.states_max; ++i) {
        const Root& root = blocks_.block(i).root;
        Entry& entry = entries_.at(root);
        if (entry.state && root != spare && root != head_ && root != lock_.root) {
            entry.state.reset();
            --states_kept_;
        }
    }
    if (count > bodies_max) {
        ++revision_;
        entries_.at(blocks_.block(count - bodies_max).root).block.reset();
    }
}

BlockTree::Path BlockTree::path_to_state(const Root& root) const {
    Path path;
    Root at = root;
    for (const Entry* entry = find(at); entry != nullptr; entry = find(at)) {
        if (entry->state) {
            path.base = entry->state;
            break;
        }
        path.blocks.push_back(at);
        at = blocks_.find(at)->parent_root;
    }
    std::reverse(path.blocks.begin(), path.blocks.end());
    return path;
}

Root BlockTree::head(Epoch current_epoch, const std::optional<forkchoice::Boost>& boost) {
    ++revision_;
    blocks_.set_weights(current_sets(*lock_state_).weights);
    const Root start = blocks_.contains(lock_.root) ? lock_.root : blocks_.anchor().root;
    head_ = blocks_.head(start, forkchoice::QuoinViability{blocks_, spec_, lock_, finalized_, current_epoch}, boost);
    return head_;
}

void BlockTree::consider_lock(const Checkpoint& justified) {
    if (justified.epoch > candidate_lock_.epoch && blocks_.contains(justified.root)) {
        candidate_lock_ = justified;
    }
}

void BlockTree::move_lock() {
    if (candidate_lock_.epoch <= lock_.epoch || !blocks_.contains(candidate_lock_.root)) {
        return;
    }
    lock_ = candidate_lock_;
    if (const SealedState& state = entries_.at(lock_.root).state) {
        lock_state_ = state;
    }
}

bool BlockTree::finalize(const Checkpoint& checkpoint) {
    if (checkpoint.epoch <= finalized_.epoch || !blocks_.contains(checkpoint.root)) {
        return false;
    }
    ++revision_;
    finalized_ = checkpoint;
    blocks_.prune(checkpoint.root);
    std::erase_if(entries_, [&](const auto& entry) { return !blocks_.contains(entry.first); });
    states_kept_ = static_cast<std::size_t>(std::count_if(
        entries_.begin(), entries_.end(), [](const auto& entry) { return entry.second.state != nullptr; }));
    proposals_.erase(proposals_.begin(), proposals_.lower_bound({blocks_.anchor().slot, ValidatorIndex{0}}));
    if (candidate_lock_.epoch < checkpoint.epoch || !blocks_.contains(candidate_lock_.root)) {
        candidate_lock_ = checkpoint;
    }
    if (lock_.epoch < checkpoint.epoch || !blocks_.contains(lock_.root)) {
        lock_ = checkpoint;
        if (const SealedState& state = entries_.at(lock_.root).state) {
            lock_state_ = state;
        }
    }
    return true;
}

bool BlockTree::is_ancestor(const Checkpoint& ancestor, const Checkpoint& checkpoint) const {
    if (blocks_.is_ancestor(spec_, ancestor, checkpoint)) {
        return true;
    }
    return ancestor.epoch < checkpoint.epoch && blocks_.contains(checkpoint.root) &&
           finalized_at(ancestor.epoch) == ancestor;
}

std::optional<Checkpoint> BlockTree::finalized_at(Epoch epoch) const {
    const SealedState& finalized = entries_.at(blocks_.anchor().root).state;
    const Slot first = first_slot_of(spec_, epoch);
    const bool is_remembered =
        finalized && first < finalized->slot && first + finalized->block_roots.size() > finalized->slot;
    return is_remembered ? std::optional{checkpoint_at(*finalized, spec_, epoch)} : std::nullopt;
}

Slot BlockTree::newest_slot() const {
    Slot newest;
    for (std::size_t i = 0; i < blocks_.size(); ++i) {
        newest = std::max(newest, blocks_.block(i).slot);
    }
    return newest;
}

} // namespace quoin::engine
