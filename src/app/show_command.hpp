#pragma once

#include "exit.hpp"
#include "node_api.hpp"

namespace quoin::app {

struct ShowOptions {
    NodeChoice node;
    bool json = false;
};

/// `quoin status`: where a node stands.
ExitCode run_status(const ShowOptions& options);
/// `quoin validators`: the registry as a node's head has it.
ExitCode run_validators(const ShowOptions& options);

} // namespace quoin::app
