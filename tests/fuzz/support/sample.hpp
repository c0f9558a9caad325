#pragma once

#include <quoin/engine/message.hpp>
#include <quoin/types/genesis.hpp>
#include <quoin/types/state.hpp>

#include <cstdint>
#include <memory>

namespace quoin::fuzz {

/// One of everything that peers and clients send, from a chain that has run for two eras.
struct Sample {
    std::shared_ptr<const Chain> chain;
    State state;
    SignedBlock block; ///< with attestations and transactions
    SingleAttestation attestation;
    SignedAggregate aggregate;         ///< of that attestation alone
    engine::Transactions transactions; ///< one of each payload
    FinalityCertificate certificate;
    ProposerSlashing proposer_slashing;
    AttesterSlashing attester_slashing;
};

/// Made at the first call, the same in every run.
const Sample& sample();

/// The payload of alternative `kind` of five, with `number` as what it moves.
Payload payload_of(std::size_t kind, std::uint64_t number);

/// Signed with the key of the sample's account `account`.
SignedTransaction transaction_of(const Chain& chain, std::uint64_t account, std::uint64_t nonce, Payload payload);

} // namespace quoin::fuzz
