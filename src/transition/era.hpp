#pragma once

#include <quoin/types/effects.hpp>
#include <quoin/types/genesis.hpp>

namespace quoin::transition {

/// Everything that happens at the boundary the state has just reached: its slot is the first of an era (PROTOCOL
/// section 7).
void process_era(State& state, const Spec& spec, BlockEffects& effects);

} // namespace quoin::transition
