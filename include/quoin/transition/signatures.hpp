#pragma once

#include <quoin/crypto/scheme.hpp>
#include <quoin/types/committees.hpp>
#include <quoin/types/genesis.hpp>
#include <quoin/types/state.hpp>

#include <functional>
#include <vector>

namespace quoin::transition {

// What is signed, and by whom. A fault means that the message cannot be valid whatever its signature: an index without
// a validator, bits that do not fit their committee.

Root proposal_signing_root(const Chain& chain, const BlockHeader& header);
Root attestation_signing_root(const Chain& chain, const AttestationData& data);
Root randao_signing_root(const Chain& chain, Slot slot);
Root aggregate_signing_root(const Chain& chain, const Aggregate& aggregate);
Root transaction_signing_root(const Chain& chain, const Transaction& transaction);

/// Whether an attestation's signature needs no verification: it is a sum of signatures that were verified already.
using IsVerified = std::function<bool(const Attestation&)>;

/// All signatures of a block: the proposal first, then RANDAO, evidence, attestations (but those that `is_verified`
/// knows), transactions and the proofs of possession in them. `advanced` is the parent's state advanced to the block's
/// slot: committees come from it.
Result<std::vector<crypto::SignatureCheck>> block_checks(const Chain& chain, const State& advanced,
                                                         const SignedBlockHeader& header, const BlockBody& body,
                                                         CommitteeCache& committees,
                                                         const IsVerified& is_verified = {});

/// The proposer's signature alone, for the cheap check before a state is computed. `state` is any that knows the
/// proposer's index.
Result<crypto::SignatureCheck> check_of(const Chain& chain, const State& state, const SignedBlockHeader& header);

/// `not_in_committee` unless the validator attests in the slot. `committees` are those of the epoch, by `state`.
Result<crypto::SignatureCheck> check_of(const Chain& chain, const State& state, const EpochCommittees& committees,
                                        const SingleAttestation& attestation);
Result<crypto::SignatureCheck> check_of(const Chain& chain, const State& state, const EpochCommittees& committees,
                                        const Attestation& attestation);
/// The aggregator's signature, then the voters'. `not_in_committee` unless it may aggregate this committee.
Result<std::vector<crypto::SignatureCheck>>
checks_of(const Chain& chain, const State& state, const EpochCommittees& committees, const SignedAggregate& aggregate);
/// A vote by whoever the registry has under its index, in whatever committee.
Result<crypto::SignatureCheck> check_by_index(const Chain& chain, const State& state,
                                              const SingleAttestation& attestation);
Result<crypto::SignatureCheck> check_of(const Chain& chain, const State& state, const IndexedAttestation& attestation);

/// Both messages of evidence.
Result<std::vector<crypto::SignatureCheck>> checks_of(const Chain& chain, const State& state,
                                                      const ProposerSlashing& evidence);
Result<std::vector<crypto::SignatureCheck>> checks_of(const Chain& chain, const State& state,
                                                      const AttesterSlashing& evidence);

/// The sender's signature; for `stake` also the proof of possession.
std::vector<crypto::SignatureCheck> checks_of(const Chain& chain, const SignedTransaction& transaction);

/// RANDAO reveal of a slot by a key.
crypto::SignatureCheck randao_check(const Chain& chain, Slot slot, const ValidatorKey& key,
                                    const ValidatorSignature& reveal);

} // namespace quoin::transition
