#include "transaction_log.hpp"

#include <quoin/codec/ssz.hpp>
#include <quoin/staking/transactions.hpp>

#include <algorithm>

namespace quoin::api {

using Stage = TransactionStatus::Stage;

namespace {

/// The engine's word may be this much ahead of the view that shows the transaction in the mempool.
constexpr std::uint64_t view_lag_ms_max = 2'000;

} // namespace

std::string_view to_string(Stage stage) {
    constexpr std::string_view names[] = {"pending",  "included", "finalized", "retracted",
                                          "replaced", "expired",  "evicted",   "rejected"};
    return names[static_cast<std::size_t>(stage)];
}

void TransactionLog::remember(const Root& hash, const SignedTransaction& transaction, std::optional<Fault> refusal,
                              std::uint64_t now_ms) {
    const Transaction& message = transaction.message;
    const std::lock_guard lock(mutex_);
    const auto [found, is_new] = submitted_.try_emplace(hash);
    if (!is_new && refusal) {
        return; // a repeated submission that is refused says nothing about the first
    }
    found->second = {staking::address_of(message.sender),
                     message.nonce,
                     message.valid_until_slot,
                     std::move(refusal),
                     now_ms,
                     false};
    if (is_new) {
        order_.push_back(hash);
    }
    if (order_.size() > submissions_max_) {
        submitted_.erase(order_.front());
        order_.pop_front();
    }
}

std::optional<TransactionStatus> TransactionLog::find(const engine::Snapshot& snapshot, const Root& hash) {
    if (auto row = ledger_.transaction(hash)) {
        TransactionStatus status{Stage::finalized, row->slot, {}, {}, {}};
        if (const auto block = ledger_.block_by_number(row->block_number)) {
            status.block_root = block->root;
        }
        status.row = std::move(row);
        return status;
    }
    const std::lock_guard lock(mutex_);
    read_tree(snapshot);
    read_mempool(snapshot);
    const auto in_block = find_in_blocks(snapshot, hash);
    const auto pending = find_pending(hash);
    if (const auto submitted = submitted_.find(hash); submitted != submitted_.end() && (in_block || pending)) {
        submitted->second.was_seen = true;
    }
    const auto& chain = snapshot.unfinalized_chain;
    const bool is_on_chain = in_block && (in_block->block_root == snapshot.certified.root ||
                                          std::find(chain.begin(), chain.end(), *in_block->block_root) != chain.end());
    if (is_on_chain) {
        return in_block;
    }
    if (pending) {
        return pending;
    }
    return in_block ? in_block : find_submitted(snapshot, hash);
}

void TransactionLog::read_tree(const engine::Snapshot& snapshot) {
    std::erase_if(blocks_, [&](const auto& seen) { return seen.second.slot <= snapshot.finalized.slot; });
    if (!snapshot.tree) {
        return;
    }
    for (const engine::TreeBlock& node : *snapshot.tree) {
        if (node.slot <= snapshot.finalized.slot || !node.block || blocks_.contains(node.root)) {
            continue;
        }
        auto hashes = std::make_shared<std::vector<Root>>();
        for (const SignedTransaction& transaction : node.block->message.body.transactions) {
            hashes->push_back(hash_tree_root(transaction));
        }
        std::sort(hashes->begin(), hashes->end());
        blocks_.emplace(node.root, Seen{node.slot, std::move(hashes)});
    }
}

void TransactionLog::read_mempool(const engine::Snapshot& snapshot) {
    if (mempool_ == snapshot.mempool) {
        return;
    }
    mempool_ = snapshot.mempool;
    pending_.clear();
    if (mempool_) {
        for (const engine::PendingTransaction& pending : *mempool_) {
            pending_.emplace_back(pending.hash, pending.since);
        }
    }
    std::sort(pending_.begin(), pending_.end());
}

std::optional<TransactionStatus> TransactionLog::find_pending(const Root& hash) const {
    const auto found = std::lower_bound(pending_.begin(), pending_.end(), std::pair{hash, Slot{}});
    if (found == pending_.end() || found->first != hash) {
        return std::nullopt;
    }
    return TransactionStatus{Stage::pending, found->second, {}, {}, {}};
}

std::optional<TransactionStatus> TransactionLog::find_in_blocks(const engine::Snapshot& snapshot,
                                                                const Root& hash) const {
    std::optional<TransactionStatus> best;
    for (const auto& [root, seen] : blocks_) {
        if (!std::binary_search(seen.hashes->begin(), seen.hashes->end(), hash)) {
            continue;
        }
        const auto& chain = snapshot.unfinalized_chain;
        const bool is_on_chain = std::find(chain.begin(), chain.end(), root) != chain.end();
        // Final blocks leave the tree a moment before the ledger holds them.
        const auto is_here = [root = root](const engine::TreeBlock& node) { return node.root == root; };
        const bool has_left = !snapshot.tree || std::none_of(snapshot.tree->begin(), snapshot.tree->end(), is_here);
        const bool is_included = is_on_chain || has_left || root == snapshot.certified.root;
        if (!best || is_on_chain) {
            best = TransactionStatus{is_included ? Stage::included : Stage::retracted, seen.slot, root, {}, {}};
        }
    }
    return best;
}

std::optional<TransactionStatus> TransactionLog::find_submitted(const engine::Snapshot& snapshot,
                                                                const Root& hash) const {
    const auto found = submitted_.find(hash);
    if (found == submitted_.end()) {
        return std::nullopt;
    }
    const Submitted& submitted = found->second;
    TransactionStatus status{Stage::evicted, snapshot.head.slot, {}, {}, submitted.refusal};
    const auto account = snapshot.head_state ? find_account(*snapshot.head_state, submitted.sender) : std::nullopt;
    if (submitted.refusal) {
        status.stage = Stage::rejected;
    } else if (account && snapshot.head_state->accounts[*account].next_nonce > submitted.nonce) {
        status.stage = Stage::replaced;
    } else if (snapshot.head.slot > submitted.valid_until) {
        status.stage = Stage::expired;
    } else if (!submitted.was_seen && snapshot.now_ms < submitted.since_ms + view_lag_ms_max) {
        return TransactionStatus{Stage::pending, {}, {}, {}, {}};
    }
    return status;
}

} // namespace quoin::api
