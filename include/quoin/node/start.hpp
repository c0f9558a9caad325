#pragma once

#include <quoin/engine/engine.hpp>
#include <quoin/ports/stores.hpp>
#include <quoin/types/genesis.hpp>

namespace quoin::node {

/// Where an engine starts, from what the stores hold. Puts block 0 into a new ledger, brings the ledger up to the
/// newest certificate of chain.db, and answers the block the ledger then ends with: its post-state from the newest
/// snapshot and the blocks after it. When chain.db lacks blocks that its certificate names (it was lost), the ledger's
/// end is it. Throws std::runtime_error when the stores are damaged.
engine::Anchor start_anchor(const Chain& chain, ports::ChainStore& chain_store, ports::LedgerStore& ledger_store);

} // namespace quoin::node
