#pragma once

#include <quoin/staking/roll.hpp>
#include <quoin/types/clock.hpp>
#include <quoin/types/state.hpp>

namespace quoin::transition {

// Changing the validator set (PROTOCOL section 5). The first three run in this order at a boundary.

/// Appends the sets of the era that the state's slot begins: V[v] and V[v-1] as they were, or moved on by the candidate
/// if that is final; then computes the next candidate if none is held.
void update_set_version(State& state, const Spec& spec, const staking::Roll& roll);

/// While finality is overdue: what the leak takes of members, and who was slashed or leaked below the ejection balance,
/// no longer votes from the newest era on. Not what was undelegated: it votes until a newer set is final.
void apply_leak_weights(State& state, const Spec& spec, const staking::Roll& roll);

/// Completes the newest era's sets with W, duty set and seed, draws the schedule of the era after it, and drops what
/// the inclusion window and the settlement no longer reach.
void open_era(State& state, const Spec& spec);

/// Version 0 at genesis: V[-1] = V[0] = candidate, computed at era 0, and the schedules of eras 0 and 1.
void open_genesis_sets(State& state, const Spec& spec);

} // namespace quoin::transition
