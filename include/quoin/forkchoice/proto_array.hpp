#pragma once

#include <quoin/types/clock.hpp>
#include <quoin/types/state.hpp>

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <set>
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
///
/// `head` costs O(changed messages + nodes); look-ups by root are logarithmic, walks to an ancestor are as long as the
/// way there. How many blocks it holds is bounded by who inserts them.
class ProtoArray {
public:
    /// Whether a leaf may become the head (H2).
    using ViableLeaf = std::function<bool(const BlockNode&)>;

    explicit ProtoArray(const BlockNode& anchor);

    /// False when the parent is not known or the slot is not above the parent's; a known block changes nothing.
    bool insert(const BlockNode& block);

    /// A latest message (A3). False, and forgotten, when the block is not known.
    bool vote(ValidatorIndex validator, const Root& block, Epoch target);
    void mark_equivocator(ValidatorIndex validator);
    bool is_equivocator(ValidatorIndex validator) const { return equivocators_.contains(validator); }

    /// Weights by validator index from here on; who is beyond the end weighs nothing. O(validators), or O(1) when the
    /// column is sealed and the same as before.
    void set_weights(const ValidatorColumn<Weight>& weights);

    /// GHOST from `start`, which must be known: down to the heaviest viable child each time, ties to the higher root.
    /// An inner block is viable when a child is. `start` itself when no leaf below it is viable.
    Root head(const Root& start, const ViableLeaf& viable, const std::optional<Boost>& boost = std::nullopt);

    /// Keeps `root`, which becomes the anchor, and its descendants. An unknown root changes nothing.
    void prune(const Root& root);

    bool contains(const Root& root) const { return index_.contains(root); }
    const BlockNode* find(const Root& root) const; ///< nullptr when not known; holds until the next change
    std::size_t size() const { return nodes_.size(); }
    const BlockNode& anchor() const { return nodes_.front().block; }
    const BlockNode& block(std::size_t index) const { return nodes_[index].block; } ///< in order of insertion

    /// The last block at or before `slot` on the chain of `root`; nothing when that lies below the anchor or the block
    /// is not known.
    std::optional<Root> ancestor_at(const Root& root, Slot slot) const;
    /// The checkpoint of an epoch on the chain of `root` (PROTOCOL section 2). Nothing as above.
    std::optional<Checkpoint> checkpoint_of(const Spec& spec, const Root& root, Epoch epoch) const;
    /// True when `ancestor` is `root` or above it.
    bool is_descendant(const Root& ancestor, const Root& root) const;
    /// True when `ancestor.epoch < checkpoint.epoch` and it is the checkpoint of its epoch on the chain of
    /// `checkpoint.root` (PROTOCOL section 2, "ancestor").
    bool is_ancestor(const Spec& spec, const Checkpoint& ancestor, const Checkpoint& checkpoint) const;

    std::vector<Root> leaves() const;
    std::vector<Root> children(const Root& root) const;
    /// A2, with the boost of the last `head`. Zero for a block that is not known.
    Weight weight(const Root& root) const;
    std::optional<Root> latest_message(ValidatorIndex validator) const; ///< nothing once its block is pruned

private:
    static constexpr std::size_t none = ~std::size_t{0};

    struct Node {
        BlockNode block;
        std::size_t parent = none;
        Weight votes{}; ///< A2, without boost
        bool boosted = false;
        bool has_children = false;
        bool viable = false;
        std::size_t best_child = none;
    };
    struct Message {
        std::size_t node = none;    ///< the latest message
        std::size_t counted = none; ///< where its weight is counted so far
        Weight weight;              ///< as counted
        Epoch target;
        bool exists = false; ///< some message was seen
        bool changed = false;
    };

    Message& message_of(ValidatorIndex validator);
    void touch(std::size_t validator);
    Weight weight_of(std::size_t validator) const;
    void apply_changes();
    void lend(const std::optional<Boost>& boost);
    void choose(std::size_t start, const ViableLeaf& viable);
    bool is_better(const Node& child, const Node& best) const;
    Weight total(const Node& node) const;
    std::optional<std::size_t> index_at(const Root& root, Slot slot) const;

    std::vector<Node> nodes_;
    std::map<Root, std::size_t> index_;
    std::vector<Message> messages_; ///< by validator
    std::vector<std::size_t> changed_;
    std::vector<Weight> weights_; ///< by validator
    std::optional<Root> weights_root_;
    std::set<ValidatorIndex> equivocators_;
    Weight boost_;
};

/// H2's viability, to be handed to `head` with the lock's block as start: that start is what makes a leaf descend from
/// it. Refers to the array and the spec.
struct QuoinViability {
    const ProtoArray& blocks;
    const Spec& spec;
    Checkpoint lock;
    Checkpoint finalized;
    Epoch current_epoch;

    bool operator()(const BlockNode& leaf) const;
};

} // namespace quoin::forkchoice
