#pragma once

#include "exit.hpp"
#include "node_api.hpp"

#include <cstdint>
#include <string>

namespace quoin::app {

struct WatchOptions {
    NodeChoice node;                       ///< when one goes away, the next is followed
    std::string topic = "finalized_block"; ///< a durable one
    std::string from = "finalized";        ///< as the stream's `from`: cursor:<n.i>, genesis, finalized, slot:<n>
    std::uint64_t count = 0;               ///< ends after so many events; 0: never
    std::uint64_t seconds = 0;             ///< ends after so long; 0: never
    std::uint64_t patience_s = 30;         ///< without any node that answers
    bool json = false;
};

/// `quoin watch`: prints each event of a durable topic exactly once and in order, whatever becomes of the nodes it is
/// read from. Leaves with `negative` when a node shows another history than the one before it.
ExitCode run_watch(const WatchOptions& options);

} // namespace quoin::app
