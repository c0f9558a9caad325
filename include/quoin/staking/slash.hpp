#pragma once

#include <quoin/staking/books.hpp>

namespace quoin::staking {

/// The money part of a slashing (LEDGER "Slashing"): the initial penalty of the validator's pool and of every
/// implicated one, the reporter's reward out of it, the rest burned; tombstone and exit. `offence_era` is the era of
/// the lower target (of the slot, for P1). For a validator slashed before, only implicated pools that no slash has
/// touched pay. The evidence has been checked, its age too. The outcome is also appended to the effects.
SlashingOutcome slash_validator(Books& books, ValidatorIndex validator, Offence offence, Era offence_era,
                                const Root& evidence, const Address& reporter);

/// False when `slash_validator` would do nothing: slashed before, and no implicated pool is untouched. Evidence that
/// does nothing has no place in a block (`already_slashed`).
bool slash_has_effect(const State& state, const Spec& spec, ValidatorIndex validator, Era offence_era);

/// c of LEDGER "Slashing": the era at whose boundary the older of the two sets in force at `offence_era` was computed;
/// era 0 when the version log does not reach back that far.
Era reach_of(const State& state, Era offence_era);

} // namespace quoin::staking
