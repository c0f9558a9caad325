#pragma once

#include <quoin/types/clock.hpp>
#include <quoin/types/state.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <vector>

namespace quoin::forkchoice {

/// A block as the fork choice knows it. The checkpoints are those of its post-state.
struct BlockNode {
    Root root;
    Root parent_root;
    Slot slot;
    Checkpoint justified;
    Checkpoint finalized;

    bool operator==(const BlockNode&) const = default;
};

/// Weight lent to one block and so to all its ancestors, for one call of `head`.
struct Boost {
    Root root;
    Weight amount;
};

/// The blocks not yet finalized as a tree, with the weight of everybody's latest message below each: LMD-GHOST.
///
/// A1  a parent stands before its children; the first node is the anchor, from which all descend.
/// A2  the weight of a node is the sum of the weights of the validators whose latest message is it or a descendant,
///     as of the last call of `head`.
/// A3  a latest message gives way only to one with a strictly higher target epoch.
/// A4  an equivocator weighs zero for ever.
/// A5  a hidden block and what descends from it are no candidates and do not make their parent an inner block. What was
///     voted for them counts for their ancestors all the same.
///
/// A vote costs O(1) beside the look-up of its block, `head` O(nodes), new weights O(validators). Look-ups by root and
/// steps to an ancestor are logarithmic. How many blocks it holds is bounded by who inserts them.
class ProtoArray {
public:
    /// Whether a leaf, by its index, may become the head (H2).
    using ViableLeaf = std::function<bool(std::size_t)>;

    explicit ProtoArray(const BlockNode& anchor);

    /// False when the parent is not known or the slot is not above the parent's; a known block changes nothing.
    bool insert(const BlockNode& block);

    /// Latest messages for one block (A3). False, and forgotten, when the block is not known.
    bool vote(std::span<const ValidatorIndex> validators, const Root& block, Epoch target);
    bool vote(ValidatorIndex validator, const Root& block, Epoch target) {
        return vote({&validator, 1}, block, target);
    }
    void mark_equivocator(ValidatorIndex validator);

    /// Weights by validator index from here on; who is beyond the end weighs nothing. Their sum must fit 64 bits.
    /// O(1) when the column is sealed and the same as before.
    void set_weights(const ValidatorColumn<Weight>& weights);

    /// A5, from here on. An unknown block changes nothing; the anchor cannot be hidden.
    void hide(const Root& root);
    /// Ends `hide` for a block and all its ancestors. What was hidden below it by its own name stays hidden.
    void show(const Root& root);
    void show_all();
    /// True when the block or an ancestor of it was hidden.
    bool is_hidden(const Root& root) const;

    /// GHOST from `start`, which must be known and counts as shown: down to the heaviest viable child each time, ties
    /// to the higher root. An inner block is viable when a child is. `start` itself when no leaf below it is viable.
    Root head(const Root& start, const ViableLeaf& viable, const std::optional<Boost>& boost = std::nullopt);

    /// Keeps `root`, which becomes the anchor, and its descendants. An unknown root changes nothing.
    void prune(const Root& root);

    bool contains(const Root& root) const { return index_.contains(root); }
    const BlockNode* find(const Root& root) const; ///< nullptr when not known; holds until the next change
    std::size_t size() const { return blocks_.size(); }
    const BlockNode& anchor() const { return blocks_.front(); }
    const BlockNode& block(std::size_t index) const { return blocks_[index]; } ///< in order of insertion

    /// The last block at or before `slot` on the chain of `root`; nothing when that lies below the anchor or the block
    /// is not known.
    std::optional<Root> ancestor_at(const Root& root, Slot slot) const;
    /// The checkpoint of an epoch on the chain of `root` (PROTOCOL section 2). Nothing as above.
    std::optional<Checkpoint> checkpoint_of(const Spec& spec, const Root& root, Epoch epoch) const;
    /// By index: whose chain has `checkpoint`, told for all blocks in one pass.
    std::vector<bool> holders_of(const Spec& spec, const Checkpoint& checkpoint) const;
    /// The blocks below the anchor down to `root`, oldest first. Empty for a block that is not known.
    std::vector<Root> chain_to(const Root& root) const;
    /// True when `ancestor` is `root` or above it.
    bool is_descendant(const Root& ancestor, const Root& root) const;
    /// True when `ancestor.epoch < checkpoint.epoch` and it is the checkpoint of its epoch on the chain of
    /// `checkpoint.root` (PROTOCOL section 2, "ancestor").
    bool is_ancestor(const Spec& spec, const Checkpoint& ancestor, const Checkpoint& checkpoint) const;

    /// A2, with the boost of the last `head`. Zero for a block that is not known.
    Weight weight(const Root& root) const;
    Weight weight_at(std::size_t index) const { return sums_[index]; }  ///< the same, in order of insertion
    std::optional<Root> latest_message(ValidatorIndex validator) const; ///< nothing once its block is pruned

private:
    using NodeNumber = std::uint32_t;
    static constexpr NodeNumber none = ~NodeNumber{0};

    /// What a walk to an ancestor reads.
    struct Link {
        Slot slot;
        NodeNumber parent = none;
        NodeNumber jump = none; ///< a farther ancestor, such that walks take a logarithmic number of steps
        NodeNumber depth = 0;
        bool hidden = false;
    };

    struct Message {
        Epoch next_target;      ///< the lowest that a next message may have (A3); far future for equivocators (A4)
        NodeNumber node = none; ///< none where nothing counts
    };

    NodeNumber number_of(const Root& root) const;
    void append(const BlockNode& block, NodeNumber parent);
    Message& message_of(ValidatorIndex validator);
    void prefetch(ValidatorIndex validator) const;
    void move(ValidatorIndex validator, Message& message, NodeNumber node);
    NodeNumber number_at(const Root& root, Slot slot) const;
    void sum_up(const std::optional<Boost>& boost);
    std::vector<NodeNumber> best_children(NodeNumber start, const ViableLeaf& viable) const;
    bool is_better(NodeNumber child, NodeNumber best) const;

    std::vector<BlockNode> blocks_;
    std::vector<Link> links_;    ///< by node
    std::vector<Weight> direct_; ///< by node: of the latest messages for itself
    std::vector<Weight> sums_;   ///< by node: A2
    std::map<Root, NodeNumber> index_;
    std::vector<Message> messages_;   ///< by validator
    ValidatorColumn<Weight> weights_; ///< by validator
};

/// H2's viability, to be handed to `head` with the lock's block as start: that start is what makes a leaf descend from
/// it. Refers to the array, which must not change meanwhile.
class QuoinViability {
public:
    QuoinViability(const ProtoArray& blocks, const Spec& spec, const Checkpoint& lock, const Checkpoint& finalized,
                   Epoch current_epoch);

    bool operator()(std::size_t leaf) const;

private:
    const ProtoArray& blocks_;
    std::vector<bool> holds_finalized_; ///< empty: all do, as nothing but genesis is finalized
    Epoch lock_;
    Epoch current_epoch_;
};

} // namespace quoin::forkchoice
