#pragma once

#include "waiting.hpp"

#include <quoin/engine/engine.hpp>
#include <quoin/forkchoice/proto_array.hpp>

#include <map>
#include <vector>

namespace quoin::engine {

/// The blocks from the finalized one up, with their post-states, and what the fork choice says of them: head, lock and
/// finalized (PROTOCOL H2, H4). The newest `limits.states_max` states are kept, and those of the head and the lock;
/// others come back by replay.
class BlockTree {
public:
    BlockTree(const Spec& spec, const Anchor& anchor);

    struct Entry {
        SharedBlock block; ///< none for the anchor, and where it was let go to save memory
        SealedState state; ///< none where it was let go
        ValidatorIndex proposer;
        std::size_t siblings = 0; ///< blocks of the same proposer and slot that came before it
    };

    bool contains(const Root& root) const { return entries_.contains(root); }
    const Entry* find(const Root& root) const;
    const forkchoice::ProtoArray& blocks() const { return blocks_; }
    forkchoice::ProtoArray& blocks() { return blocks_; }

    /// The parent must be known. Justified and finalized are taken from the state.
    void add(const Root& root, SharedBlock block, const SealedState& state);
    void restore_block(const Root& root, SharedBlock block);
    void restore_state(const Root& root, SealedState state);

    /// Blocks already known of this proposer in this slot.
    std::size_t count_of(Slot slot, ValidatorIndex proposer) const;

    /// The blocks from the first one without a state up to `root`, oldest first, and the state below them.
    struct Path {
        SealedState base;
        std::vector<Root> blocks;
    };
    Path path_to_state(const Root& root) const;

    /// H2. Weights are those of the lock's state.
    Root head(Epoch current_epoch, const std::optional<forkchoice::Boost>& boost);

    /// H4: takes note of a justified checkpoint; `move_lock` puts it in force.
    void consider_lock(const Checkpoint& justified);
    void move_lock();
    const Checkpoint& lock() const { return lock_; }
    const Checkpoint& highest_justified() const { return candidate_lock_; }

    const Checkpoint& finalized() const { return finalized_; }
    /// Keeps only what descends from the checkpoint's block. False, and nothing changes, when that block is not known
    /// or does not descend from the finalized one.
    bool finalize(const Checkpoint& checkpoint);

    /// The checkpoint of an epoch below the finalized one on the finalized chain; nothing where that is forgotten.
    std::optional<Checkpoint> finalized_at(Epoch epoch) const;

    /// PROTOCOL section 2, "ancestor", also for ancestors that finality has passed: those the finalized state
    /// remembers.
    bool is_ancestor(const Checkpoint& ancestor, const Checkpoint& checkpoint) const;

    Slot newest_slot() const;

    /// Goes up with every change to a block's body or weight, and with every block that comes or goes.
    std::uint64_t revision() const { return revision_; }

    std::size_t states_kept() const { return states_kept_; }
    std::size_t size() const { return entries_.size(); }

private:
    void let_go_of_old_states(const Root& spare);

    const Spec& spec_;
    forkchoice::ProtoArray blocks_;
    std::map<Root, Entry> entries_;
    std::map<std::pair<Slot, ValidatorIndex>, std::size_t> proposals_;
    Root head_; ///< of the last `head`
    Checkpoint finalized_;
    Checkpoint lock_;
    Checkpoint candidate_lock_;
    SealedState lock_state_;
    std::size_t states_kept_ = 0;
    std::uint64_t revision_ = 0;
};

} // namespace quoin::engine
