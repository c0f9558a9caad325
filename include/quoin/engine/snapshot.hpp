#pragma once

#include <quoin/engine/message.hpp>
#include <quoin/types/effects.hpp>

#include <memory>
#include <vector>

namespace quoin::engine {

/// A block of the tree above finality, for the fork-choice view and for answering peers.
struct TreeBlock {
    Root root;
    Root parent;
    Slot slot;
    ValidatorIndex proposer;
    Weight weight; ///< of its subtree, by latest messages
    Checkpoint justified;
    std::shared_ptr<const SignedBlock> block;
};

/// A transaction that waits in the mempool.
struct PendingTransaction {
    Root hash;
    Address sender;
    std::uint64_t nonce = 0;
    Slot since;
};

/// What the engine knows, as of one moment: all that handlers may read. Immutable and shared between threads.
struct Snapshot {
    std::uint64_t now_ms = 0;
    Slot current_slot;   ///< by the clock
    bool syncing = true; ///< behind the best peer, or without a head near the clock
    Tip head;
    SealedState head_state;
    Checkpoint justified; ///< highest, of post-states and tracker
    SealedState justified_state;
    Checkpoint certified; ///< finalized for the engine; the ledger may lag
    Tip finalized;        ///< in the ledger: what users call finalized
    std::uint64_t finalized_number = 0;
    SealedState finalized_state;
    std::shared_ptr<const std::vector<TreeBlock>> tree; ///< parents before children
    std::vector<Root> unfinalized_chain;                ///< from the first block above `certified` to the head
    std::shared_ptr<const std::vector<PendingTransaction>> mempool;
    std::vector<Evidence> pending_evidence;
    std::uint64_t slashings_seen = 0; ///< validators slashed, in the ledger
};

using SharedSnapshot = std::shared_ptr<const Snapshot>;

} // namespace quoin::engine
