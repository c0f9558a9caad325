#pragma once

#include <quoin/types/clock.hpp>
#include <quoin/types/state.hpp>

namespace quoin::transition {

// Randomness and duties (PROTOCOL section 6).

/// Mixes a proposer's reveal into that of the current era.
void mix_in(State& state, const ValidatorSignature& reveal);

/// Opens the mix of the era that starts: it goes on from the final one of the era before.
void turn_mixes(State& state);

/// The seed of an era's committees, from the final mix of the era before the last. Call with the mixes already turned
/// to `era`.
Root committee_seed(const State& state, Era era);

/// Draws who proposes in the slots of `era` over V[v] of the newest sets. `mix` is the final one of the era before the
/// last.
void draw_schedule(State& state, const Spec& spec, Era era, const Root& mix);

} // namespace quoin::transition
