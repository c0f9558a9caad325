#include "ledger_pull.hpp"

#include <quoin/base/hex.hpp>
#include <quoin/codec/ssz.hpp>
#include <quoin/transition/transition.hpp>
#include <quoin/types/clock.hpp>

#include <algorithm>
#include <stdexcept>

namespace quoin::node {

namespace {

constexpr std::size_t batch_blocks_max = 32;

transition::Applied apply_finalized(const Chain& chain, const State& parent, const SignedBlock& block) {
    Result<transition::Applied> applied = transition::apply_block(chain, parent, block);
    if (!applied) {
        throw std::runtime_error("a finalized block of slot " + std::to_string(block.message.slot.value) +
                                 " does not apply: " + applied.fault().text());
    }
    return std::move(*applied);
}

} // namespace

LedgerPull::LedgerPull(const Chain& chain, ports::ChainStore& chain_store, ports::LedgerStore& ledger_store)
    : chain_(chain), chain_store_(chain_store), ledger_store_(ledger_store), handovers_(chain, chain_store) {
    if (const std::optional<ports::BlockRow> tip = ledger_store_.tip()) {
        restore_tip(*tip);
    } else {
        put_genesis();
    }
}

LedgerPull::LedgerPull(const Chain& chain, ports::ChainStore& chain_store, ports::LedgerStore& ledger_store,
                       Root tip_root, SealedState tip_state)
    : chain_(chain), chain_store_(chain_store), ledger_store_(ledger_store), handovers_(chain, chain_store),
      tip_root_(tip_root), tip_state_(std::move(tip_state)) {}

void LedgerPull::put_genesis() {
    transition::GenesisResult genesis = transition::make_genesis(chain_);
    ports::FinalizedBlock block;
    block.root = genesis.block_root;
    block.block.message.time_ms = genesis.header.time_ms;
    block.block.message.state_root = genesis.header.state_root;
    block.post_state = genesis.state;
    block.effects = std::move(genesis.effects);
    QUOIN_ASSERT(hash_tree_root(block.block.message) == block.root, "the genesis block has the genesis header");
    ledger_store_.append(std::span(&block, 1));
    tip_root_ = block.root;
    tip_state_ = block.post_state;
}

void LedgerPull::restore_tip(const ports::BlockRow& tip) {
    std::optional<ports::LedgerStore::StateSnapshot> snapshot = ledger_store_.snapshot_at_or_below(tip.number);
    if (!snapshot) {
        throw std::runtime_error("the ledger has no state snapshot");
    }
    tip_root_ = tip.root;
    tip_state_ = share_sealed(std::move(snapshot->state));
    for (std::uint64_t number = snapshot->block_number + 1; number <= tip.number; ++number) {
        const std::optional<SignedBlock> block = ledger_store_.signed_block(number);
        if (!block) {
            throw std::runtime_error("the ledger lacks block " + std::to_string(number));
        }
        tip_state_ = apply_finalized(chain_, *tip_state_, *block).state;
    }
    if (hash_tree_root(*tip_state_) != tip.state_root) {
        throw std::runtime_error("the ledger's last state does not have its block's state root");
    }
}

bool LedgerPull::pull_to(const Root& target, const AfterBatch& after_batch) {
    const std::optional<std::vector<Root>> path = path_to(target);
    if (!path) {
        return false;
    }
    for (std::size_t at = 0; at < path->size(); at += batch_blocks_max) {
        const Slot slot_before = tip_state_->slot;
        const std::size_t end = std::min(at + batch_blocks_max, path->size());
        std::vector<ports::FinalizedBlock> batch;
        for (std::size_t i = at; i < end; ++i) {
            batch.push_back(apply((*path)[i]));
            tip_root_ = batch.back().root;
            tip_state_ = batch.back().post_state;
        }
        ledger_store_.append(batch);
        after_append(batch, slot_before);
        if (!after_batch(batch)) {
            break;
        }
    }
    return true;
}

/// Roots from the child of the ledger's last block up to the target; none when the ledger holds the target, nothing
/// when a block between is not stored.
std::optional<std::vector<Root>> LedgerPull::path_to(const Root& target) {
    std::vector<Root> path;
    if (ledger_store_.block_by_root(target)) {
        return path;
    }
    for (Root at = target; at != tip_root_;) {
        const std::optional<SignedBlock> block = chain_store_.block(at);
        const bool passes_the_tip =
            block ? block->message.slot <= tip_state_->slot : ledger_store_.block_by_root(at).has_value();
        if (passes_the_tip) {
            throw std::runtime_error("block " + to_hex(target) + " is final and not on the ledger's chain");
        }
        if (!block) {
            return std::nullopt;
        }
        path.push_back(at);
        at = block->message.parent_root;
    }
    std::reverse(path.begin(), path.end());
    return path;
}

ports::FinalizedBlock LedgerPull::apply(const Root& root) {
    std::optional<SignedBlock> block = chain_store_.block(root);
    if (!block) {
        throw std::runtime_error("block " + to_hex(root) + " went missing from chain.db");
    }
    transition::Applied applied = apply_finalized(chain_, *tip_state_, *block);
    return {applied.state->block_number, root, std::move(*block), applied.state, std::move(applied.effects)};
}

void LedgerPull::after_append(std::span<const ports::FinalizedBlock> batch, Slot slot_before) {
    std::optional<Slot> newest_snapshot;
    for (const ports::FinalizedBlock& block : batch) {
        handovers_made_ += handovers_.consider(block) ? 1 : 0;
        const Slot slot = block.block.message.slot;
        if (era_of(chain_.spec(), slot) > era_of(chain_.spec(), slot_before)) {
            newest_snapshot = slot;
        }
        slot_before = slot;
    }
    if (newest_snapshot) {
        // The ledger holds all below, and starts again from the snapshot it has just written.
        chain_store_.prune_below(*newest_snapshot);
    }
}

} // namespace quoin::node
