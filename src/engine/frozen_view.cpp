#include "core.hpp"

#include <quoin/base/mutant.hpp>
#include <quoin/types/clock.hpp>

#include <algorithm>

namespace quoin::engine {

/// With view-merge the view takes in messages only between a node's own votes and the freeze; before, it is what it was
/// at the last freeze, with the slot's proposal and what that carries (PROTOCOL section 4). A node that is far behind,
/// or still reads its own disk, does no duties and need not shut anything out.
bool Engine::Core::is_view_open() const {
    return !spec().view_merge || is_planted(Mutant::no_view_merge) || started_ms_ == 0 ||
           (opened_ == current_slot() && frozen_ != current_slot()) || sync_.is_behind(where_we_stand());
}

void Engine::Core::open_view() {
    if (opened_ == current_slot() || (spec().view_merge && frozen_ == current_slot())) {
        return;
    }
    opened_ = current_slot();
    take_in_what_waits();
}

void Engine::Core::take_in_what_waits() {
    for (const auto& [root, slot] : std::map(hidden_)) {
        if (slot <= current_slot()) {
            bring_into_view(root);
        }
    }
    std::erase_if(held_votes_, [this](const LatestMessage& held) {
        if (may_count(held.slot)) {
            tree_.blocks().vote(held.validator, held.head, held.target);
            return true;
        }
        return false;
    });
    update_head();
}

/// H4: here the lock moves.
void Engine::Core::freeze_view() {
    if (frozen_ == current_slot()) {
        return;
    }
    frozen_ = current_slot();
    if (spec().slots_per_epoch == 1) {
        tree_.move_lock();
    }
    update_head();
    // The next proposal and the blocks of the next slot start from here.
    if (const BlockTree::Entry* head = tree_.find(head_.root); head != nullptr && head->state && may_do_duties()) {
        advanced_.get(head_.root, head->state, current_slot() + 1);
    }
}

/// H2: an attestation counts at once when an epoch is one slot, else from the slot after its own.
bool Engine::Core::may_count(Slot voted) const {
    return started_ms_ == 0 || voted + (spec().slots_per_epoch > 1 ? 1 : 0) <= current_slot();
}

void Engine::Core::count_latest(ValidatorIndex validator, const AttestationData& data) {
    if (is_view_open() && may_count(data.slot)) {
        tree_.blocks().vote(validator, data.head, data.target.epoch);
    } else if (held_votes_.size() < limits.held_votes_max) {
        held_votes_.push_back({validator, data.head, data.target.epoch, data.slot});
    }
}

/// Whether a block enters the view as it comes: into an open one, or as the slot's first proposal into a frozen one
/// until our own votes are out.
bool Engine::Core::may_enter_view(const Block& block) const {
    return started_ms_ == 0 || (block.slot <= current_slot() && (is_view_open() || is_timely(block)));
}

/// The slot's first block, early enough for the votes of the slot.
bool Engine::Core::is_timely(const Block& block) const {
    const bool is_first = !timely_proposal_ || timely_proposal_->slot != current_slot();
    const bool in_time = spec().slots_per_epoch == 1 ? frozen_ != current_slot()
                                                     : now_ms_ < pacemaker_.due_ms(spec().attestation_due_bps);
    const bool before_own_votes = !spec().view_merge || attested_ != current_slot();
    return block.slot == current_slot() && is_first && in_time && before_own_votes;
}

/// Under responsive pacing a proposal may come before we have entered its slot.
void Engine::Core::take_up_early_proposal() {
    for (const auto& [root, slot] : std::map(hidden_)) {
        const BlockTree::Entry* entry = tree_.find(root);
        if (slot == current_slot() && entry->block && is_timely(entry->block->message)) {
            bring_into_view(root);
            note_proposal(root);
            update_head();
            attest_to_proposal();
            return;
        }
    }
}

/// A block, its ancestors and the votes they carry.
void Engine::Core::bring_into_view(const Root& root) {
    Root at = root;
    for (auto hidden = hidden_.find(at); hidden != hidden_.end(); hidden = hidden_.find(at)) {
        hidden_.erase(hidden);
        tree_.blocks().show(at);
        const BlockTree::Entry* entry = tree_.find(at);
        enter_view(at, *entry);
        at = tree_.blocks().find(at)->parent_root;
    }
}

void Engine::Core::enter_view(const Root& root, const BlockTree::Entry& entry) {
    tree_.consider_lock(tree_.blocks().find(root)->justified);
    if (!entry.block || !entry.state) {
        return; // so old that its votes have long been passed by others
    }
    for (const Attestation& attestation : entry.block->message.body.attestations) {
        const AttestationData& data = attestation.data;
        const SharedCommittees committees = committees_.of(*entry.state, spec(), data.target.epoch);
        QUOIN_ASSERT(committees != nullptr, "a block's votes are of epochs that its state keeps");
        const auto attesters = committees->attesters(data.slot);
        std::vector<ValidatorIndex> voters;
        attestation.bits.for_each_set([&](std::size_t i) { voters.push_back(attesters[i]); });
        tree_.blocks().vote(voters, data.head, data.target.epoch);
    }
}

/// The votes that came with the slot's proposal: into the view before our own, once they are verified.
void Engine::Core::merge_list(const Origin& origin, const ViewList& list) {
    for (const SingleAttestation& vote : list) {
        if (attestations_.holds(vote.validator, vote.data)) {
            tree_.blocks().vote(vote.validator, vote.data.head, vote.data.target.epoch);
        } else {
            take(origin, vote, current_slot());
        }
    }
}

/// H3, with view-merge only when the votes that came with the proposal are in.
void Engine::Core::attest_to_proposal() {
    const bool is_head =
        timely_proposal_ && timely_proposal_->slot == current_slot() && timely_proposal_->root == head_.root;
    if (is_head && list_votes_waiting_ == 0) {
        attest(current_slot());
    }
}

void Engine::Core::update_head() {
    std::optional<forkchoice::Boost> boost;
    const std::uint64_t percent = is_planted(Mutant::boost_of_forty_percent) ? 40 : spec().proposer_boost_percent;
    if (percent > 0 && timely_proposal_ && timely_proposal_->slot == current_slot() &&
        tree_.contains(timely_proposal_->root)) {
        const BlockTree::Entry* entry = tree_.find(timely_proposal_->root);
        const std::uint64_t total = entry->state ? current_sets(*entry->state).total[0].value : 0;
        boost = {timely_proposal_->root, Weight{mul_div(total / spec().slots_per_epoch, percent, 100)}};
    }
    const Root root = tree_.head(current_epoch(), boost);
    if (root == head_.root || !state_or_load(root, {}, nullptr)) {
        return; // what rests on the head needs its state; blocks that it takes are asked for
    }
    const forkchoice::ProtoArray& blocks = tree_.blocks();
    const Slot slot = blocks.find(root)->slot;
    std::uint64_t depth = 0;
    for (Root at = head_.root; blocks.contains(at) && !blocks.is_descendant(at, root); ++depth) {
        at = blocks.find(at)->parent_root;
    }
    const Root old_root = head_.root;
    head_ = {slot, root};
    tree_.note_head(root);
    const BlockTree::Entry* entry = tree_.find(root);
    const Root state_root = entry->block ? entry->block->message.state_root : Root{};
    announce(HeadChanged{slot, root, state_root, depth, old_root});
}

} // namespace quoin::engine
