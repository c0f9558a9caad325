#pragma once

#include <quoin/types/block.hpp>
#include <quoin/types/effects.hpp>

#include <optional>
#include <vector>

/// What no honest validator signs (PROTOCOL section 3). Whether one validator signed both is for the caller.
namespace quoin::slashing {

/// E1: different data, same target epoch.
bool is_double_vote(const AttestationData& one, const AttestationData& other);

/// E2, s1 < s2 and t2 < t1: `outer` surrounds `inner`.
bool is_surround(const AttestationData& outer, const AttestationData& inner);

/// P1: different headers of one proposer for one slot.
bool is_double_proposal(const BlockHeader& one, const BlockHeader& other);

/// The offence of a pair in the order that evidence carries it: for E2 the first surrounds the second.
std::optional<Offence> offence_of(const AttestationData& first, const AttestationData& second);

/// The evidence of a pair that is an offence in one order or the other.
std::optional<AttesterSlashing> evidence_of(const IndexedAttestation& one, const IndexedAttestation& other);

/// Who signed both of a pair, ascending.
std::vector<ValidatorIndex> signers_of_both(const AttesterSlashing& evidence);

} // namespace quoin::slashing
