#pragma once

#include <quoin/engine/message.hpp>

namespace quoin::gossip {

inline SignedBlock block_at(std::uint64_t slot) {
    SignedBlock block;
    block.message.slot = Slot{slot};
    return block;
}

inline engine::Proposal proposal_at(std::uint64_t slot) {
    return {block_at(slot), {}};
}

/// Of a bit more than `bytes`, which come as bits of attestations.
inline SignedBlock block_of_bytes(std::uint64_t slot, std::size_t bytes) {
    SignedBlock block = block_at(slot);
    while (bytes > 0) {
        const std::size_t now = std::min<std::size_t>(bytes, 100'000);
        Attestation attestation;
        attestation.bits.resize(now * 8);
        block.message.body.attestations.push_back(std::move(attestation));
        bytes -= now;
    }
    return block;
}

inline SingleAttestation attestation_of(std::uint64_t validator) {
    SingleAttestation attestation;
    attestation.validator = ValidatorIndex{validator};
    return attestation;
}

/// An aggregate of a committee of `voters`, all of whom voted.
inline SignedAggregate aggregate_of(std::uint64_t aggregator, std::size_t voters) {
    SignedAggregate aggregate;
    aggregate.message.aggregator = ValidatorIndex{aggregator};
    aggregate.message.bits.resize(voters);
    for (std::size_t i = 0; i < voters; ++i) {
        aggregate.message.bits.set(i);
    }
    return aggregate;
}

inline SignedTransaction transaction_of(std::uint64_t nonce) {
    SignedTransaction transaction;
    transaction.message.nonce = nonce;
    return transaction;
}

} // namespace quoin::gossip
