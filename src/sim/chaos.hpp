#pragma once

#include "script.hpp"

namespace quoin::sim {

/// Lines that break and mend things at random for `slots` slots: storms of some hundred slots, each with a calm after
/// it in which everything is healed and finality is owed (S6) within `finality_slots`. Nobody lies in them. Ends calm.
Lines chaos(int line_number, std::uint64_t slots, std::uint64_t nodes, std::uint64_t slot_ms,
            std::uint64_t finality_slots, SeededRandom& random);

} // namespace quoin::sim
