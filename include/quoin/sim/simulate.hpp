#pragma once

#include <quoin/base/bytes.hpp>
#include <quoin/base/result.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

/// The validator in a simulated world: `quoin sim` (RELIABILITY "Simulator"). src/sim/README.md says what is in it.
namespace quoin::sim {

/// How far a run is.
struct Progress {
    std::uint64_t slot = 0;
    std::uint64_t finalized_epoch = 0;
    std::uint64_t faults = 0;
    std::uint64_t node_slots = 0; ///< slots lived through, summed over the nodes that were up
};

struct SimulationSettings {
    std::string scenario;                          ///< its text
    std::uint64_t seed = 1;                        ///< decides everything that is left to chance
    std::optional<std::string> genesis_json;       ///< numbers and stakes; keys are the simulator's
    std::optional<bool> has_real_disks;            ///< whatever the scenario says: databases on files, or memory
    std::optional<std::size_t> nodes;              ///< over which the validators are spread
    std::optional<std::uint64_t> chaos_ms;         ///< how long each `chaos` of the scenario lasts
    std::uint64_t shrink_seconds = 60;             ///< for finding a shorter way to the same failure; 0: none is sought
    std::function<void(const Progress&)> progress; ///< called at the start of each slot
};

struct SimulationReport {
    std::vector<std::string> violations; ///< `S1 at slot 12: ...`; none: everything held
    std::vector<std::string> timeline;   ///< what happened when
    std::vector<std::string> shortest;   ///< after a violation: the scenario that still shows it
    Progress end;
    std::string faults; ///< counts by kind
    std::uint64_t finalized_blocks = 0;
    std::uint64_t postings = 0; ///< booked and compared
    std::uint64_t events = 0;
    Root trace; ///< hash of every event in order: equal for equal settings, whatever the machine or compiler
};

/// Plays a scenario to its end or to the first violation. A fault when it cannot be understood.
Result<SimulationReport> simulate(const SimulationSettings& settings);

/// A scenario that comes with the program.
struct NamedScenario {
    std::string name;
    std::string text;
};
std::vector<NamedScenario> scenarios();

} // namespace quoin::sim
