#include <quoin/forkchoice/proto_array.hpp>

#include <algorithm>

namespace quoin::forkchoice {

ProtoArray::ProtoArray(const BlockNode& anchor) {
    nodes_.push_back(Node{anchor});
    index_.emplace(anchor.root, 0);
}

bool ProtoArray::insert(const BlockNode& block) {
    if (contains(block.root)) {
        return true;
    }
    const auto parent = index_.find(block.parent_root);
    if (parent == index_.end() || block.slot <= nodes_[parent->second].block.slot) {
        return false;
    }
    index_.emplace(block.root, nodes_.size());
    nodes_.push_back(Node{block, parent->second});
    nodes_[parent->second].has_children = true;
    return true;
}

bool ProtoArray::vote(ValidatorIndex validator, const Root& block, Epoch target) {
    const auto found = index_.find(block);
    if (found == index_.end()) {
        return false;
    }
    Message& message = message_of(validator);
    if (!message.exists || target > message.target) {
        message.exists = true;
        message.node = found->second;
        message.target = target;
        touch(validator.value);
    }
    return true;
}

void ProtoArray::mark_equivocator(ValidatorIndex validator) {
    if (equivocators_.insert(validator).second) {
        message_of(validator);
        touch(validator.value);
    }
}

void ProtoArray::set_weights(const ValidatorColumn<Weight>& weights) {
    if (weights_root_ && weights_root_ == weights.sealed_root()) {
        return;
    }
    weights_root_ = weights.sealed_root();
    weights_.assign(weights.begin(), weights.end());
    for (std::size_t validator = 0; validator < messages_.size(); ++validator) {
        if (weight_of(validator) != messages_[validator].weight) {
            touch(validator);
        }
    }
}

ProtoArray::Message& ProtoArray::message_of(ValidatorIndex validator) {
    if (validator.value >= messages_.size()) {
        messages_.resize(validator.value + 1);
    }
    return messages_[validator.value];
}

void ProtoArray::touch(std::size_t validator) {
    if (!messages_[validator].changed) {
        messages_[validator].changed = true;
        changed_.push_back(validator);
    }
}

Weight ProtoArray::weight_of(std::size_t validator) const {
    const bool counts = validator < weights_.size() && !equivocators_.contains(ValidatorIndex{validator});
    return counts ? weights_[validator] : Weight{};
}

/// Moves the weight of changed messages, gathered at their nodes and then carried up in one pass (A1).
void ProtoArray::apply_changes() {
    if (changed_.empty()) {
        return;
    }
    std::vector<Int128> deltas(nodes_.size());
    for (const std::size_t validator : changed_) {
        Message& message = messages_[validator];
        if (message.counted != none) {
            deltas[message.counted] -= message.weight.value;
        }
        message.weight = weight_of(validator);
        message.counted = message.node;
        if (message.counted != none) {
            deltas[message.counted] += message.weight.value;
        }
        message.changed = false;
    }
    changed_.clear();
    for (std::size_t i = nodes_.size(); i-- > 0;) {
        const Int128 votes = Int128{nodes_[i].votes.value} + deltas[i];
        QUOIN_ASSERT(votes >= 0, "A2");
        nodes_[i].votes = Weight{narrow(static_cast<Uint128>(votes))};
        if (nodes_[i].parent != none) {
            deltas[nodes_[i].parent] += deltas[i];
        }
    }
}

void ProtoArray::lend(const std::optional<Boost>& boost) {
    for (Node& node : nodes_) {
        node.boosted = false;
    }
    const auto found = boost ? index_.find(boost->root) : index_.end();
    boost_ = boost ? boost->amount : Weight{};
    for (std::size_t at = found == index_.end() ? none : found->second; at != none; at = nodes_[at].parent) {
        nodes_[at].boosted = true;
    }
}

Weight ProtoArray::total(const Node& node) const {
    return node.boosted ? node.votes + boost_ : node.votes;
}

bool ProtoArray::is_better(const Node& child, const Node& best) const {
    const Weight mine = total(child);
    const Weight other = total(best);
    return mine != other ? mine > other : child.block.root > best.block.root;
}

/// Finds the viable ones among `start` and what comes after it, children before parents, and of each the best child.
void ProtoArray::choose(std::size_t start, const ViableLeaf& viable) {
    std::vector<bool> is_below(nodes_.size() - start);
    is_below[0] = true;
    for (std::size_t i = start + 1; i < nodes_.size(); ++i) {
        const std::size_t parent = nodes_[i].parent;
        is_below[i - start] = parent != none && parent >= start && is_below[parent - start];
        nodes_[i].best_child = none;
    }
    nodes_[start].best_child = none;
    for (std::size_t i = nodes_.size() - 1; i > start; --i) {
        Node& node = nodes_[i];
        if (!is_below[i - start]) {
            continue;
        }
        node.viable = node.has_children ? node.best_child != none : viable(node.block);
        std::size_t& best = nodes_[node.parent].best_child;
        if (node.viable && (best == none || is_better(node, nodes_[best]))) {
            best = i;
        }
    }
}

Root ProtoArray::head(const Root& start, const ViableLeaf& viable, const std::optional<Boost>& boost) {
    const auto found = index_.find(start);
    QUOIN_ASSERT(found != index_.end(), "the fork choice starts at a known block");
    apply_changes();
    lend(boost);
    choose(found->second, viable);
    std::size_t at = found->second;
    while (nodes_[at].best_child != none) {
        at = nodes_[at].best_child;
    }
    return nodes_[at].block.root;
}

void ProtoArray::prune(const Root& root) {
    const auto anchor = index_.find(root);
    if (anchor == index_.end() || anchor->second == 0) {
        return;
    }
    apply_changes();
    std::vector<std::size_t> moved_to(nodes_.size(), none);
    std::vector<Node> kept;
    for (std::size_t i = anchor->second; i < nodes_.size(); ++i) {
        Node& node = nodes_[i];
        const std::size_t parent = node.parent == none ? none : moved_to[node.parent];
        if (i != anchor->second && parent == none) {
            continue;
        }
        node.parent = parent;
        moved_to[i] = kept.size();
        kept.push_back(std::move(node));
    }
    nodes_ = std::move(kept);
    index_.clear();
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        index_.emplace(nodes_[i].block.root, i);
    }
    for (Message& message : messages_) {
        message.node = message.node == none ? none : moved_to[message.node];
        message.counted = message.node;
    }
}

const BlockNode* ProtoArray::find(const Root& root) const {
    const auto found = index_.find(root);
    return found == index_.end() ? nullptr : &nodes_[found->second].block;
}

std::optional<std::size_t> ProtoArray::index_at(const Root& root, Slot slot) const {
    const auto found = index_.find(root);
    std::size_t at = found == index_.end() ? none : found->second;
    while (at != none && nodes_[at].block.slot > slot) {
        at = nodes_[at].parent;
    }
    return at == none ? std::nullopt : std::optional{at};
}

std::optional<Root> ProtoArray::ancestor_at(const Root& root, Slot slot) const {
    const std::optional<std::size_t> index = index_at(root, slot);
    return index ? std::optional{nodes_[*index].block.root} : std::nullopt;
}

std::optional<Checkpoint> ProtoArray::checkpoint_of(const Spec& spec, const Root& root, Epoch epoch) const {
    const std::optional<Root> block = ancestor_at(root, first_slot_of(spec, epoch));
    return block ? std::optional{Checkpoint{epoch, *block}} : std::nullopt;
}

bool ProtoArray::is_descendant(const Root& ancestor, const Root& root) const {
    const BlockNode* block = find(ancestor);
    return block != nullptr && ancestor_at(root, block->slot) == ancestor;
}

bool ProtoArray::is_ancestor(const Spec& spec, const Checkpoint& ancestor, const Checkpoint& checkpoint) const {
    return ancestor.epoch < checkpoint.epoch && checkpoint_of(spec, checkpoint.root, ancestor.epoch) == ancestor;
}

std::vector<Root> ProtoArray::leaves() const {
    std::vector<Root> roots;
    for (const Node& node : nodes_) {
        if (!node.has_children) {
            roots.push_back(node.block.root);
        }
    }
    return roots;
}

std::vector<Root> ProtoArray::children(const Root& root) const {
    std::vector<Root> roots;
    const auto found = index_.find(root);
    for (std::size_t i = found == index_.end() ? nodes_.size() : found->second + 1; i < nodes_.size(); ++i) {
        if (nodes_[i].parent == found->second) {
            roots.push_back(nodes_[i].block.root);
        }
    }
    return roots;
}

Weight ProtoArray::weight(const Root& root) const {
    const auto found = index_.find(root);
    return found == index_.end() ? Weight{} : total(nodes_[found->second]);
}

std::optional<Root> ProtoArray::latest_message(ValidatorIndex validator) const {
    if (validator.value >= messages_.size() || messages_[validator.value].node == none) {
        return std::nullopt;
    }
    return nodes_[messages_[validator.value].node].block.root;
}

bool QuoinViability::operator()(const BlockNode& leaf) const {
    const auto own = blocks.checkpoint_of(spec, leaf.root, finalized.epoch);
    const bool holds_finalized = own == finalized || finalized.epoch.value == 0;
    const bool justified_enough =
        lock.epoch.value == 0 || leaf.justified.epoch >= lock.epoch || leaf.justified.epoch + 2 >= current_epoch;
    return holds_finalized && justified_enough;
}

} // namespace quoin::forkchoice
