#pragma once

#include <quoin/types/block.hpp>

#include <cstdint>
#include <vector>

namespace quoin::test {

inline Root root_of(std::uint64_t number) {
    Root root;
    for (std::size_t i = 0; i < 8; ++i) {
        root[31 - i] = static_cast<std::uint8_t>(number >> (8 * i));
    }
    return root;
}

inline Checkpoint checkpoint(std::uint64_t epoch, std::uint64_t block) {
    return {Epoch{epoch}, root_of(block)};
}

/// A vote source epoch -> target epoch; `block` tells apart votes of the same epochs.
inline AttestationData vote(std::uint64_t source, std::uint64_t target, std::uint64_t block = 1) {
    return {Slot{target}, root_of(block), checkpoint(source, source), checkpoint(target, block)};
}

inline IndexedAttestation indexed(const std::vector<std::uint64_t>& validators, const AttestationData& data) {
    IndexedAttestation attestation;
    for (const std::uint64_t validator : validators) {
        attestation.validators.emplace_back(validator);
    }
    attestation.data = data;
    return attestation;
}

inline SignedBlockHeader header(std::uint64_t proposer, std::uint64_t slot, std::uint64_t body = 1) {
    SignedBlockHeader header;
    header.message.slot = Slot{slot};
    header.message.proposer_index = ValidatorIndex{proposer};
    header.message.body_root = root_of(body);
    return header;
}

} // namespace quoin::test
