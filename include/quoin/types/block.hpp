#pragma once

#include <quoin/types/attestation.hpp>
#include <quoin/types/transaction.hpp>

namespace quoin::inline types {

/// A block without its body: what P1 compares and what a certificate's finalized root hashes from.
struct BlockHeader {
    Slot slot;
    std::uint64_t time_ms = 0;
    ValidatorIndex proposer_index;
    Root parent_root;
    Root state_root;
    Root body_root;

    bool operator==(const BlockHeader&) const = default;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("slot", slot), field("time_ms", time_ms), field("proposer_index", proposer_index),
                field("parent_root", parent_root), field("state_root", state_root), field("body_root", body_root));
    }
};

struct SignedBlockHeader {
    BlockHeader message;
    ValidatorSignature signature;

    bool operator==(const SignedBlockHeader&) const = default;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("message", message), field("signature", signature));
    }
};

/// Evidence of P1: two different headers of one proposer for one slot.
struct ProposerSlashing {
    static constexpr const char* kind = "proposer_slashing";
    SignedBlockHeader first;
    SignedBlockHeader second;

    bool operator==(const ProposerSlashing&) const = default;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("first", first), field("second", second));
    }
};

/// Evidence of E1 or E2: two attestations that no honest validator signs both. For E2 the first surrounds the second.
struct AttesterSlashing {
    static constexpr const char* kind = "attester_slashing";
    IndexedAttestation first;
    IndexedAttestation second;

    bool operator==(const AttesterSlashing&) const = default;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("first", first), field("second", second));
    }
};

/// Fields stand in the order of their effect (STATE.md "Block").
struct BlockBody {
    ValidatorSignature randao_reveal;
    Bytes<type_limits.graffiti_bytes> graffiti;
    List<ProposerSlashing, type_limits.proposer_slashings> proposer_slashings;
    List<AttesterSlashing, type_limits.attester_slashings> attester_slashings;
    List<Attestation, type_limits.attestations> attestations;
    List<SignedTransaction, type_limits.transactions> transactions;

    bool operator==(const BlockBody&) const = default;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("randao_reveal", randao_reveal), field("graffiti", graffiti),
                field("proposer_slashings", proposer_slashings), field("attester_slashings", attester_slashings),
                field("attestations", attestations), field("transactions", transactions));
    }
};

struct Block {
    Slot slot;
    std::uint64_t time_ms = 0;
    ValidatorIndex proposer_index;
    Root parent_root;
    Root state_root;
    BlockBody body;

    bool operator==(const Block&) const = default;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("slot", slot), field("time_ms", time_ms), field("proposer_index", proposer_index),
                field("parent_root", parent_root), field("state_root", state_root), field("body", body));
    }
};

struct SignedBlock {
    Block message;
    ValidatorSignature signature;

    bool operator==(const SignedBlock&) const = default;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("message", message), field("signature", signature));
    }
};

/// The header of a block; its hash-tree-root is the block's.
BlockHeader header_of(const Block& block);
SignedBlockHeader header_of(const SignedBlock& block);

} // namespace quoin::inline types
