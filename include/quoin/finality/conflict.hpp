#pragma once

#include <quoin/types/block.hpp>
#include <quoin/types/certificate.hpp>

#include <functional>
#include <vector>

namespace quoin::finality {

/// Votes to be compared. Refers to the certificates or votes they come from.
using VoteGroups = std::vector<const CertificateGroup*>;

/// All votes of a certificate, of the link and of the justifications.
VoteGroups votes_of(const FinalityCertificate& certificate);

/// A group's votes as evidence names them.
IndexedAttestation indexed(const CertificateGroup& group);

/// Whether who signs both is slashable: E1, or E2 with the first surrounding the second (`slashing::offence_of`).
using IsOffence = std::function<bool(const AttestationData& first, const AttestationData& second)>;

/// Who signed for both sides of a split, with evidence against each.
struct Conflict {
    std::vector<AttesterSlashing> evidence; ///< each is against somebody that those before it are not against
    std::vector<ValidatorIndex> offenders;  ///< ascending
    JointWeight weight;                     ///< of the offenders in the two sets
};

/// Accountable safety put to use (PROTOCOL section 3, theorem): given the votes behind two conflicting finalized
/// checkpoints, finds who made both possible, worth at least a third of each set.
///
/// Of certificates, two are enough when a target epoch of one is among the other's, or a vote of one surrounds the
/// other's link. Else one side's lowest justification that conflicts with the other rests on earlier votes, which must
/// be among those given: certificates of lower epochs, or attestations of the side's blocks. More votes never harm.
///
/// Looks at no signature: a certificate from a peer may name anybody. Evidence is to be verified like any other.
Conflict conflict_between(const VoteGroups& one, const VoteGroups& other, const EraSets& sets,
                          const IsOffence& is_offence);

} // namespace quoin::finality
