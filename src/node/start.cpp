#include "ledger_pull.hpp"

#include <quoin/base/hex.hpp>
#include <quoin/node/start.hpp>
#include <quoin/types/clock.hpp>

#include <spdlog/spdlog.h>

namespace quoin::node {

namespace {

/// The first epoch that a block is its chain's checkpoint of.
Epoch first_checkpoint_epoch(const Spec& spec, Slot slot) {
    const Epoch epoch = epoch_of(spec, slot);
    return first_slot_of(spec, epoch) == slot ? epoch : epoch + 1;
}

} // namespace

engine::Anchor start_anchor(const Chain& chain, ports::ChainStore& chain_store, ports::LedgerStore& ledger_store) {
    LedgerPull ledger(chain, chain_store, ledger_store);
    const std::optional<FinalityCertificate> certificate = chain_store.newest_certificate();
    if (certificate && !ledger.pull_to(certificate->finalized.root, [](const auto&) { return true; })) {
        spdlog::warn("node blocks_missing finalized_epoch={} root={}", certificate->finalized.epoch.value,
                     to_hex(certificate->finalized.root));
    }
    engine::Anchor anchor;
    anchor.block_root = ledger.tip_root();
    anchor.state = ledger.tip_state();
    anchor.slot = anchor.state->slot;
    anchor.finalized = {first_checkpoint_epoch(chain.spec(), anchor.slot), anchor.block_root};
    if (certificate && certificate->finalized.root == anchor.block_root) {
        anchor.finalized = certificate->finalized;
    }
    spdlog::info("node start block={} slot={} finalized_epoch={}", anchor.state->block_number, anchor.slot.value,
                 anchor.finalized.epoch.value);
    return anchor;
}

} // namespace quoin::node
