#pragma once

#include "exit.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace quoin::app {

struct SimOptions {
    std::string scenario = "chaos"; ///< a file, or one that comes with the program
    std::string genesis;
    std::uint64_t seed = 1;
    std::uint64_t seeds = 1;
    std::uint64_t threads = 1;
    std::string disks; ///< `real` or `memory`, whatever the scenario says
    std::optional<double> hours;
    std::optional<std::size_t> nodes;
    bool hash = false; ///< print nothing but trace hashes
    bool list = false;
};

/// `quoin sim`: plays a scenario with each of `seeds` seeds, and says what came of it. `negative` when a promise was
/// broken.
ExitCode run_sim(const SimOptions& options);

} // namespace quoin::app
