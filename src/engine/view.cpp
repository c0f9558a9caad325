#include "core.hpp"

#include <quoin/types/clock.hpp>

namespace quoin::engine {

SharedSnapshot Engine::Core::snapshot() {
    if (!changed_ && last_snapshot_) {
        return last_snapshot_;
    }
    const auto state_of = [&](const Root& root) -> SealedState {
        const BlockTree::Entry* entry = tree_.find(root);
        return entry == nullptr ? nullptr : entry->state;
    };
    auto view = std::make_shared<Snapshot>();
    view->now_ms = now_ms_;
    view->current_slot = current_slot();
    view->syncing = sync_.is_behind(where_we_stand());
    view->head = head_;
    view->head_state = state_of(head_.root);
    const Checkpoint& tracked = tracker_.highest_justified();
    const Checkpoint& locked = tree_.highest_justified();
    view->justified = tracked.epoch > locked.epoch ? tracked : locked;
    view->justified_state = state_of(view->justified.root);
    view->certified = tree_.finalized();
    view->finalized = ledger_tip_;
    view->finalized_number = ledger_number_;
    view->finalized_state = ledger_state_;
    view->tree = tree_view();
    view->unfinalized_chain = tree_.blocks().chain_to(head_.root);
    view->mempool = std::make_shared<const std::vector<PendingTransaction>>(mempool_.list());
    for (const auto& [root, evidence] : evidence_) {
        view->pending_evidence.push_back(evidence);
    }
    view->slashings_seen = slashed_;
    viewed_revision_ = tree_.revision();
    changed_ = false;
    return last_snapshot_ = std::move(view);
}

std::shared_ptr<const std::vector<TreeBlock>> Engine::Core::tree_view() const {
    if (last_snapshot_ && viewed_revision_ == tree_.revision()) {
        return last_snapshot_->tree;
    }
    auto view = std::make_shared<std::vector<TreeBlock>>();
    const forkchoice::ProtoArray& blocks = tree_.blocks();
    const std::size_t first = blocks.size() > limits.page_items_max ? blocks.size() - limits.page_items_max : 0;
    view->reserve(blocks.size() - first);
    for (std::size_t i = first; i < blocks.size(); ++i) {
        const forkchoice::BlockNode& node = blocks.block(i);
        const BlockTree::Entry* entry = tree_.find(node.root);
        view->push_back({node.root, node.parent_root, node.slot, entry->proposer, blocks.weight_at(i), node.justified,
                         entry->block});
    }
    return view;
}

std::vector<Engine::QueueDepth> Engine::Core::queue_depths() const {
    return {
        {"blocks", tree_.size(), 0},
        {"states", tree_.states_kept(), limits.states_max},
        {"attestations", attestations_.size(), limits.attestation_pool_entries_max},
        {"mempool", mempool_.size(), limits.mempool_transactions_max},
        {"evidence", evidence_.size(), limits.evidence_pool_entries_max},
        {"verifying", waiting_.verifying(), limits.waiting_messages_max},
        {"early", waiting_.early(), limits.waiting_messages_max},
        {"orphans", waiting_.orphans(), limits.orphans_max},
    };
}

} // namespace quoin::engine
