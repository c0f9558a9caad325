#pragma once

#include "exit.hpp"
#include "node_api.hpp"

#include <string>

namespace quoin::app {

struct VerifyOptions {
    std::string file;    ///< a finality proof as JSON (bare, or as the API answers it) or SSZ; empty: asks a node
    std::string genesis; ///< empty: the testnet's
    std::string block = "finalized";
    NodeChoice node;
    bool json = false;
};
/// `quoin verify finality`: whether a proof shows a block to be final, from the genesis file alone. Leaves with
/// `negative` when it does not, in whatever way.
ExitCode run_verify_finality(const VerifyOptions& options);

struct AuditOptions {
    std::string folder = "testnet"; ///< a node's, or a testnet's
    bool json = false;
};
/// `quoin audit`: checks ledger.db from end to end; of a testnet those of all nodes.
ExitCode run_audit(const AuditOptions& options);

} // namespace quoin::app
