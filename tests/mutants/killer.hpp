#pragma once

#include <quoin/base/mutant.hpp>

#include <functional>
#include <vector>

/// The tests that must notice planted faults (RELIABILITY "Simulator"). A killer plays a scenario and expects, by
/// GoogleTest's means, what the rules promise; where it can, it lets the fault do its damage.
namespace quoin::mutants {

struct Killer {
    Mutant mutant;    ///< the fault it is there for
    const char* name; ///< what must hold
    std::function<void()> run;
};

using Killers = std::vector<Killer>;

Killers world_killers();
Killers finality_killers();
Killers forkchoice_killers();
Killers chain_killers();
Killers staking_killers();
Killers guard_killers();
Killers engine_killers();
Killers store_killers();
Killers script_killers();

} // namespace quoin::mutants
