#pragma once

#include <quoin/types/numbers.hpp>

#include <string>
#include <vector>

namespace quoin::sim {

/// A promise that was not kept, as a checker outside the nodes saw it.
struct Violation {
    std::string promise; ///< its name in RELIABILITY "Promises" (`S1` to `S6`), or `bound`, `slashed-once`, `state`
    Slot slot;           ///< of the world's clock when it was seen
    std::string text;
};

using Violations = std::vector<Violation>;

} // namespace quoin::sim
