#pragma once

#include <quoin/crypto/scheme.hpp>
#include <quoin/crypto/signing.hpp>
#include <quoin/types/block.hpp>
#include <quoin/types/clock.hpp>
#include <quoin/types/effects.hpp>
#include <quoin/types/state.hpp>

#include <vector>

namespace quoin::slashing {

/// Whom a piece of evidence slashes.
struct Offenders {
    Offence offence = Offence::double_proposal;
    std::vector<ValidatorIndex> validators; ///< signed both and are not slashed yet; ascending, never empty
    Era lower;  ///< of the lower target, or of the slot for P1: says which pools are implicated (LEDGER "Slashing")
    Era higher; ///< of the higher target, or of the slot for P1: its age counts from here

    bool operator==(const Offenders&) const = default;
};

/// The domains that blocks and attestations of this chain are signed under.
struct SigningDomains {
    crypto::Domain proposer{};
    crypto::Domain attester{};
};
SigningDomains signing_domains(const ForkVersion& fork_version, const Root& genesis_root);

/// Judges evidence by a state, its signatures apart. Faults: `malformed` (indices not ascending, none),
/// `unknown_validator`, `not_slashable`, `future_slot` (an epoch the state has not entered: it waits),
/// `evidence_too_old`, `already_slashed` (nobody is left to slash).
Result<Offenders> check_evidence(const State& state, const Spec& spec, const ProposerSlashing& evidence);
Result<Offenders> check_evidence(const State& state, const Spec& spec, const AttesterSlashing& evidence);

/// As `check_evidence`, but the slashed stay among the offenders: evidence of an older offence still slashes what no
/// earlier slash touched (LEDGER "Slashing"), and whether there is such is for `staking` to say.
Result<Offenders> judge_evidence(const State& state, const Spec& spec, const ProposerSlashing& evidence);
Result<Offenders> judge_evidence(const State& state, const Spec& spec, const AttesterSlashing& evidence);

/// The signatures of evidence that `check_evidence` accepted: all must hold.
std::vector<crypto::SignatureCheck> evidence_checks(const State& state, const SigningDomains& domains,
                                                    const ProposerSlashing& evidence);
std::vector<crypto::SignatureCheck> evidence_checks(const State& state, const SigningDomains& domains,
                                                    const AttesterSlashing& evidence);

} // namespace quoin::slashing
