#pragma once

#include "connection.hpp"
#include "ledger_record.hpp"

#include <quoin/ports/stores.hpp>
#include <quoin/types/genesis.hpp>

#include <span>

namespace quoin::store {

/// Adds a batch of finalized blocks to ledger.db in one transaction: rows, running hash, balances, state snapshots.
/// Asserts that blocks follow on the tip and on one another, and that no account but issuance goes below zero (L4).
void append_to_ledger(Connection& db, const Chain& chain, std::span<const ports::FinalizedBlock> blocks);

} // namespace quoin::store
