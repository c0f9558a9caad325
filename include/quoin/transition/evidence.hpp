#pragma once

#include <quoin/slashing/evidence.hpp>

namespace quoin::transition {

/// What evidence would slash in a block on this state, its signatures apart: those offenders of whom something is left
/// to take. Somebody slashed before is among them when the offence is older and reaches pools that no slash has touched
/// (LEDGER "Slashing"). Faults as `slashing::check_evidence`; `already_slashed` when nothing is left of anybody.
Result<slashing::Offenders> check_effective(const State& state, const Spec& spec, const ProposerSlashing& evidence);
Result<slashing::Offenders> check_effective(const State& state, const Spec& spec, const AttesterSlashing& evidence);

} // namespace quoin::transition
