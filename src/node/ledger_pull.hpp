#pragma once

#include "handover.hpp"

#include <quoin/ports/stores.hpp>
#include <quoin/types/genesis.hpp>

#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace quoin::node {

/// Brings finalized blocks from chain.db into ledger.db. Keeps the post-state of the ledger's last block and derives
/// everything else again from the blocks, so its only queue is how far the ledger is (ARCHITECTURE "Threads").
class LedgerPull {
public:
    /// Reads the ledger's last state; puts block 0 into a new ledger. Throws when the ledger is damaged.
    LedgerPull(const Chain& chain, ports::ChainStore& chain_store, ports::LedgerStore& ledger_store);
    /// As above, with the state of the ledger's last block at hand.
    LedgerPull(const Chain& chain, ports::ChainStore& chain_store, ports::LedgerStore& ledger_store, Root tip_root,
               SealedState tip_state);

    /// Called after each durable batch; false ends the pull there.
    using AfterBatch = std::function<bool(std::span<const ports::FinalizedBlock>)>;

    /// Takes every block from the ledger's end up to `target`, in batches that are durable one by one. False, and
    /// nothing taken, when chain.db lacks one of them. Throws when `target` is on another branch.
    bool pull_to(const Root& target, const AfterBatch& after_batch);

    const Root& tip_root() const { return tip_root_; }
    const SealedState& tip_state() const { return tip_state_; }
    std::uint64_t handovers_made() const { return handovers_made_; }

private:
    void put_genesis();
    void restore_tip(const ports::BlockRow& tip);
    std::optional<std::vector<Root>> path_to(const Root& target);
    ports::FinalizedBlock apply(const Root& root);
    void after_append(std::span<const ports::FinalizedBlock> batch, Slot slot_before);

    const Chain& chain_;
    ports::ChainStore& chain_store_;
    ports::LedgerStore& ledger_store_;
    HandoverMaker handovers_;
    Root tip_root_;
    SealedState tip_state_;
    std::uint64_t handovers_made_ = 0;
};

} // namespace quoin::node
