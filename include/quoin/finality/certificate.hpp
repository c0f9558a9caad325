#pragma once

#include <quoin/crypto/scheme.hpp>
#include <quoin/crypto/signing.hpp>
#include <quoin/types/certificate.hpp>
#include <quoin/types/clock.hpp>
#include <quoin/types/genesis.hpp>

#include <functional>
#include <vector>

namespace quoin::finality {

/// The most hand-overs one proof carries: how many changes of weights an off-line verifier follows from genesis.
inline constexpr std::size_t handover_length_max = decltype(FinalityProof::handovers)::limit;

/// What a certificate is judged by.
struct CertificateContext {
    /// The sets that weigh a target epoch; nullptr when they are not known.
    std::function<const EraSets*(Epoch)> sets_at;
    /// The key of a registry index; nullptr beyond the registry.
    std::function<const ValidatorKey*(ValidatorIndex)> key_of;
    crypto::Domain attester_domain{};
    std::uint64_t slots_per_epoch = 1;
    bool roots_must_match = true; ///< the claimed weights roots must be those of the sets that weigh the link
};

/// The context of a state whose sets reach from the finalized epoch to the link's target. Refers to both arguments.
CertificateContext context_of(const State& state, const Spec& spec);

/// The rules a certificate must keep without its signatures, and the signature checks that must then hold (all of
/// them):
/// - span 1 to 3; finalized is not genesis;
/// - every link vote has source exactly `finalized` and target epoch `finalized.epoch + span`;
/// - every justification vote has target exactly `finalized`, or the one checkpoint of an epoch between;
/// - the checkpoints between lie on one chain of which `finalized` is a checkpoint, shown by the headers of `descent`;
/// - every group has voters, all in the registry; together, each voter counted once, the groups of the link and of
/// every
///   justified checkpoint are a quorum of both sets of their target epoch.
/// Sources are not judged: whether a justification's source was justified rests on earlier certificates, and no honest
/// voter signs another. Faults: `certificate_mismatch`, `weights_mismatch` (sets unknown or other roots),
/// `not_a_quorum`.
Result<std::vector<crypto::SignatureCheck>> certificate_checks(const FinalityCertificate& certificate,
                                                               const CertificateContext& context);

/// Off-line proof that `proof.header`'s block is final on this chain, from nothing but its genesis.
///
/// Starts with the genesis validators, V[-1] = V[0]. Each hand-over must be final under the sets held so far; what its
/// block's state then proves to be the candidate becomes V[v], what was V[v] becomes V[v-1], and its registry supplies
/// the keys. Candidates must have been computed at ever later eras. Versions whose weights are those already held need
/// no hand-over: quorums are judged by the weights held, the claimed roots are not looked at.
///
/// Stricter than the chain: validators slashed since the candidate was computed keep their full weight here, and a leak
/// does not lower W; a certificate made under either may be refused and a later one must be taken. It cannot see a
/// long-range fork signed by a quorum of validators whose stake has long left: nothing off line can.
///
/// Faults: `wrong_genesis`, `handover_missing` (names the hand-over), those of `certificate_checks`, `bad_signature`,
/// each with its path into the proof.
Result<void> verify_finality_proof(const Chain& chain, const FinalityProof& proof, crypto::SignatureScheme& scheme,
                                   const Root& batch_seed);

} // namespace quoin::finality
