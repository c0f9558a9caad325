#include <quoin/base/mutant.hpp>
#include <quoin/forkchoice/proto_array.hpp>

#include <algorithm>

namespace quoin::forkchoice {

namespace {

constexpr std::size_t prefetch_distance = 12;

} // namespace

ProtoArray::ProtoArray(const BlockNode& anchor) {
    append(anchor, none);
}

ProtoArray::NodeNumber ProtoArray::number_of(const Root& root) const {
    const auto found = index_.find(root);
    return found == index_.end() ? none : found->second;
}

/// Jumps are skew-binary: as far as the parent's two jumps together when these are of one length, else to the parent.
void ProtoArray::append(const BlockNode& block, NodeNumber parent) {
    const auto number = static_cast<NodeNumber>(blocks_.size());
    QUOIN_ASSERT(number != none, "node numbers fit 32 bits");
    Link link{block.slot, parent, parent};
    if (parent != none) {
        const Link& above = links_[parent];
        link.depth = above.depth + 1;
        if (above.jump != none && links_[above.jump].jump != none) {
            const Link& far = links_[above.jump];
            const bool are_alike = above.depth - far.depth == far.depth - links_[far.jump].depth;
            link.jump = are_alike ? far.jump : parent;
        }
    }
    blocks_.push_back(block);
    links_.push_back(link);
    direct_.emplace_back();
    sums_.emplace_back();
    index_.emplace(block.root, number);
}

bool ProtoArray::insert(const BlockNode& block) {
    if (contains(block.root)) {
        return true;
    }
    const NodeNumber parent = number_of(block.parent_root);
    if (parent == none || block.slot <= links_[parent].slot) {
        return false;
    }
    append(block, parent);
    return true;
}

bool ProtoArray::vote(std::span<const ValidatorIndex> validators, const Root& block, Epoch target) {
    const NodeNumber node = number_of(block);
    if (node == none || target == Epoch::far_future()) {
        return false;
    }
    for (std::size_t i = 0; i < validators.size(); ++i) {
        if (i + prefetch_distance < validators.size()) {
            prefetch(validators[i + prefetch_distance]);
        }
        if (Message& message = message_of(validators[i]); target >= message.next_target) {
            message.next_target = target + 1;
            move(validators[i], message, node);
        }
    }
    return true;
}

void ProtoArray::mark_equivocator(ValidatorIndex validator) {
    if (is_planted(Mutant::equivocators_still_count)) {
        return;
    }
    Message& message = message_of(validator);
    message.next_target = Epoch::far_future();
    move(validator, message, none);
}

ProtoArray::Message& ProtoArray::message_of(ValidatorIndex validator) {
    if (validator.value >= messages_.size()) {
        messages_.resize(validator.value + 1);
    }
    return messages_[validator.value];
}

/// At a million validators every voter is a miss of the caches; asked for ahead, several are waited for at once.
void ProtoArray::prefetch(ValidatorIndex validator) const {
    if (validator.value < messages_.size() && validator.value < weights_.size()) {
        __builtin_prefetch(&messages_[validator.value]);
        __builtin_prefetch(&weights_[validator.value]);
    }
}

void ProtoArray::move(ValidatorIndex validator, Message& message, NodeNumber node) {
    const Weight weight = validator.value < weights_.size() ? weights_[validator.value] : Weight{};
    if (message.node != none) {
        direct_[message.node] -= weight;
    }
    if (node != none) {
        direct_[node] += weight;
    }
    message.node = node;
}

void ProtoArray::set_weights(const ValidatorColumn<Weight>& weights) {
    if (weights_.is_sealed() && weights_.sealed_root() == weights.sealed_root()) {
        return;
    }
    weights_ = weights;
    std::fill(direct_.begin(), direct_.end(), Weight{});
    std::size_t validator = 0;
    weights_.for_each_chunk([&](const auto& chunk, bool) {
        const std::size_t end = std::min(validator + chunk.items.size(), messages_.size());
        for (const Weight* weight = chunk.items.data(); validator < end; ++validator, ++weight) {
            if (messages_[validator].node != none) {
                direct_[messages_[validator].node] += *weight;
            }
        }
    });
}

void ProtoArray::hide(const Root& root) {
    if (const NodeNumber node = number_of(root); node != none && node != 0) {
        links_[node].hidden = true;
    }
}

void ProtoArray::show(const Root& root) {
    for (NodeNumber at = number_of(root); at != none; at = links_[at].parent) {
        links_[at].hidden = false;
    }
}

void ProtoArray::show_all() {
    for (Link& link : links_) {
        link.hidden = false;
    }
}

bool ProtoArray::is_hidden(const Root& root) const {
    NodeNumber at = number_of(root);
    while (at != none && !links_[at].hidden) {
        at = links_[at].parent;
    }
    return at != none;
}

/// Carries the weights up in one pass (A1).
void ProtoArray::sum_up(const std::optional<Boost>& boost) {
    sums_ = direct_;
    if (const NodeNumber lent = boost ? number_of(boost->root) : none; lent != none) {
        sums_[lent] += boost->amount;
    }
    for (NodeNumber i = static_cast<NodeNumber>(size()); --i > 0;) {
        sums_[links_[i].parent] += sums_[i];
    }
}

bool ProtoArray::is_better(NodeNumber child, NodeNumber best) const {
    return sums_[child] != sums_[best] ? sums_[child] > sums_[best] : blocks_[child].root > blocks_[best].root;
}

/// Of each shown node from `start` on its best viable child: children are judged before their parents (A1).
std::vector<ProtoArray::NodeNumber> ProtoArray::best_children(NodeNumber start, const ViableLeaf& viable) const {
    std::vector<bool> is_candidate(size());
    is_candidate[start] = true;
    for (NodeNumber i = start + 1; i < size(); ++i) {
        is_candidate[i] = !links_[i].hidden && is_candidate[links_[i].parent];
    }
    std::vector<NodeNumber> best(size(), none);
    std::vector<bool> is_inner(size());
    for (NodeNumber i = static_cast<NodeNumber>(size()); --i > start;) {
        if (!is_candidate[i]) {
            continue;
        }
        const NodeNumber parent = links_[i].parent;
        is_inner[parent] = true;
        const bool is_viable = is_inner[i] ? best[i] != none : viable(i);
        if (is_viable && (best[parent] == none || is_better(i, best[parent]))) {
            best[parent] = i;
        }
    }
    return best;
}

Root ProtoArray::head(const Root& start, const ViableLeaf& viable, const std::optional<Boost>& boost) {
    NodeNumber at = number_of(start);
    QUOIN_ASSERT(at != none, "the fork choice starts at a known block");
    sum_up(boost);
    const std::vector<NodeNumber> best = best_children(at, viable);
    while (best[at] != none) {
        at = best[at];
    }
    return blocks_[at].root;
}

void ProtoArray::prune(const Root& root) {
    const NodeNumber anchor = number_of(root);
    if (anchor == none || anchor == 0) {
        return;
    }
    const std::vector<BlockNode> blocks = std::move(blocks_);
    const std::vector<Link> links = std::move(links_);
    const std::vector<Weight> direct = std::move(direct_);
    const std::vector<Weight> sums = std::move(sums_);
    blocks_.clear();
    links_.clear();
    direct_.clear();
    sums_.clear();
    index_.clear();
    std::vector<NodeNumber> moved_to(blocks.size(), none);
    for (NodeNumber i = anchor; i < blocks.size(); ++i) {
        const NodeNumber parent = i == anchor ? none : moved_to[links[i].parent];
        if (i == anchor || parent != none) {
            moved_to[i] = static_cast<NodeNumber>(size());
            append(blocks[i], parent);
            links_.back().hidden = links[i].hidden && i != anchor;
            direct_.back() = direct[i];
            sums_.back() = sums[i];
        }
    }
    for (Message& message : messages_) {
        message.node = message.node == none ? none : moved_to[message.node];
    }
}

const BlockNode* ProtoArray::find(const Root& root) const {
    const NodeNumber node = number_of(root);
    return node == none ? nullptr : &blocks_[node];
}

ProtoArray::NodeNumber ProtoArray::number_at(const Root& root, Slot slot) const {
    NodeNumber at = number_of(root);
    while (at != none && links_[at].slot > slot) {
        const NodeNumber jump = links_[at].jump;
        at = jump != none && links_[jump].slot > slot ? jump : links_[at].parent;
    }
    return at;
}

std::optional<Root> ProtoArray::ancestor_at(const Root& root, Slot slot) const {
    const NodeNumber node = number_at(root, slot);
    return node == none ? std::nullopt : std::optional{blocks_[node].root};
}

std::optional<Checkpoint> ProtoArray::checkpoint_of(const Spec& spec, const Root& root, Epoch epoch) const {
    const std::optional<Root> block = ancestor_at(root, first_slot_of(spec, epoch));
    return block ? std::optional{Checkpoint{epoch, *block}} : std::nullopt;
}

std::vector<bool> ProtoArray::holders_of(const Spec& spec, const Checkpoint& checkpoint) const {
    const Slot first_slot = first_slot_of(spec, checkpoint.epoch);
    std::vector<bool> holds(size());
    for (NodeNumber i = 0; i < size(); ++i) {
        const NodeNumber parent = links_[i].parent;
        const bool is_last = links_[i].slot <= first_slot; // of its own chain, up to that slot
        holds[i] = is_last ? blocks_[i].root == checkpoint.root : parent != none && holds[parent];
    }
    return holds;
}

std::vector<Root> ProtoArray::chain_to(const Root& root) const {
    const NodeNumber node = number_of(root);
    std::vector<Root> chain(node == none ? 0 : links_[node].depth);
    NodeNumber at = node;
    for (auto next = chain.rbegin(); next != chain.rend(); ++next, at = links_[at].parent) {
        *next = blocks_[at].root;
    }
    return chain;
}

bool ProtoArray::is_descendant(const Root& ancestor, const Root& root) const {
    const BlockNode* block = find(ancestor);
    return block != nullptr && ancestor_at(root, block->slot) == ancestor;
}

bool ProtoArray::is_ancestor(const Spec& spec, const Checkpoint& ancestor, const Checkpoint& checkpoint) const {
    return ancestor.epoch < checkpoint.epoch && checkpoint_of(spec, checkpoint.root, ancestor.epoch) == ancestor;
}

Weight ProtoArray::weight(const Root& root) const {
    const NodeNumber node = number_of(root);
    return node == none ? Weight{} : sums_[node];
}

std::optional<Root> ProtoArray::latest_message(ValidatorIndex validator) const {
    if (validator.value >= messages_.size() || messages_[validator.value].node == none) {
        return std::nullopt;
    }
    return blocks_[messages_[validator.value].node].root;
}

QuoinViability::QuoinViability(const ProtoArray& blocks, const Spec& spec, const Checkpoint& lock,
                               const Checkpoint& finalized, Epoch current_epoch)
    : blocks_(blocks), lock_(lock.epoch), current_epoch_(current_epoch) {
    if (finalized.epoch != Epoch{} && !is_planted(Mutant::viable_without_finalized)) {
        holds_finalized_ = blocks.holders_of(spec, finalized);
    }
}

bool QuoinViability::operator()(std::size_t leaf) const {
    const Epoch justified = blocks_.block(leaf).justified.epoch;
    const bool justified_enough = lock_ == Epoch{} || justified >= lock_ || justified + 2 >= current_epoch_;
    return justified_enough && (holds_finalized_.empty() || holds_finalized_[leaf]);
}

} // namespace quoin::forkchoice
