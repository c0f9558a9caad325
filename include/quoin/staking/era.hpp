#pragma once

#include <quoin/staking/books.hpp>
#include <quoin/staking/roll.hpp>

namespace quoin::staking {

// The staking steps of PROTOCOL section 7, in their order. All run at one boundary: `ended` is the era it ends, the
// state's slot is the first of era `ended + 1`, and `current_sets` are still those of `ended`. `roll` is of the state.

/// Settles era `ended - 1` from `previous_hits`, with the sets of that era, which the state must still keep: inactivity
/// scores, rewards, penalties, commission, and the proposer rewards so far. Appends an EraReport. At the end of era 0
/// there is nothing to settle.
void settle_era(Books& books, const Roll& roll, Era ended, bool leak_active);

/// Turns the entering pools of era `ended - 1` and before into shares of the validators' pools. Those of validators
/// that are slashed, released or void do not mint; they mature in `update_registry`.
void mint_entering(Books& books, Era ended);

/// Takes the correlation fraction of the pools of validators slashed `unbonding_eras / 2` eras (at least one) before,
/// and forgets slashed weight older than `unbonding_eras`.
void correlation_penalties(Books& books, Era ended);

/// Activation, exit, ejection, and who has left; then marks when unbonding and entering pools mature.
void update_registry(Books& books, Roll& roll, Era ended);

/// Follows the pools' tokens with hysteresis.
void update_effective_balances(State& state, const Spec& spec);

/// The hits of `ended` become the previous ones; the new era starts at zero.
void reset_hits(State& state);

// For the set-version and leak steps, which `transition` owns.

/// True when a validator counts for nothing although a frozen set may still hold it: slashed, or exiting with less than
/// the ejection balance (ejected, or released).
bool is_out(const State& state, const Spec& spec, ValidatorIndex validator);
inline bool is_out(const Roll::Entry& record, const Spec& spec, Amount effective_balance) {
    return record.slashed || (record.exiting && effective_balance.value < spec.ejection_balance);
}

/// What the settlement at the boundary that ended era `ended`, in a leak, has taken of every validator's pool for its
/// inactivity (LEDGER "Rewards and penalties"), however little the pool still held.
std::vector<Weight> lost_to_leak(const State& state, const Spec& spec, Era ended);

/// The weights of a candidate computed from this state: effective balances of those who are activated, not released by
/// the exit queue and not out; zero for all others. As long as the registry.
Column<Weight, type_limits.validators> candidate_weights(const State& state, const Spec& spec, const Roll& roll);

/// The effective balance after `tokens`: moves only when they leave a band around it (`hysteresis_*`).
Amount effective_balance_after(const Spec& spec, Amount effective, Amount tokens);

} // namespace quoin::staking
