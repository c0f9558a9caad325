#pragma once

#include "exit.hpp"
#include "node_settings.hpp"

#include <string>

namespace quoin::app {

struct NodeOptions {
    std::string folder;
    std::string genesis; ///< file; empty: the folder's
    std::string join;    ///< testnet.json, or the testnet folder
    NodeSettings flags;
};

/// `quoin node`: works until it is told to end.
ExitCode run_node(const NodeOptions& options);

} // namespace quoin::app
