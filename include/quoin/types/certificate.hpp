#pragma once

#include <quoin/types/state.hpp>

namespace quoin::inline types {

/// Attesters who signed the same data: bits over registry indices.
struct CertificateGroup {
    AttestationData data;
    Bitlist<type_limits.validators> validators;
    ValidatorSignature signature;

    bool operator==(const CertificateGroup&) const = default;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("data", data), field("validators", validators), field("signature", signature));
    }
};

/// Proof that `finalized` is final (PROTOCOL section 3): the link of span k from it, and the justification of it and of
/// the checkpoints between. Sources rest on earlier certificates. Which certificate a node holds may differ from node
/// to node; what it finalizes may not.
struct FinalityCertificate {
    Checkpoint finalized;
    std::uint64_t span = 1;        ///< k: the link's target epoch is finalized.epoch + k
    std::uint64_t version = 0;     ///< of the sets that weigh the link
    Vector<Root, 2> weights_roots; ///< hash-tree-roots of V[v] and V[v-1] that weigh the link
    List<CertificateGroup, type_limits.certificate_groups> link;
    List<CertificateGroup, type_limits.certificate_groups> justification;
    /// For span > 1: the headers from the block of the highest checkpoint between down to the child of finalized's
    /// block. Honest votes alone can justify a checkpoint between on another branch; these show that it descends.
    List<BlockHeader, type_limits.certificate_headers> descent;

    bool operator==(const FinalityCertificate&) const = default;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("finalized", finalized), field("span", span), field("version", version),
                field("weights_roots", weights_roots), field("link", link), field("justification", justification),
                field("descent", descent));
    }
};

/// Hands trust from one validator set to the next, off line (PROTOCOL section 3): a certificate of a block whose state
/// holds the candidate that the next version adopts. `header` hashes to the finalized root; `state_field_roots`
/// merkleize to its state root; candidate and validators hash to their fields' roots.
struct HandoverProof {
    FinalityCertificate certificate;
    BlockHeader header;
    List<Root, 64> state_field_roots;
    Optional<Candidate> candidate;
    Column<Validator, type_limits.validators> validators;

    bool operator==(const HandoverProof&) const = default;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("certificate", certificate), field("header", header),
                field("state_field_roots", state_field_roots), field("candidate", candidate),
                field("validators", validators));
    }
};

/// The file `quoin verify finality` reads: hand-overs in order, then the certificate to be believed and the header of
/// the block it finalizes.
struct FinalityProof {
    Root genesis_root;
    List<HandoverProof, 1024> handovers;
    FinalityCertificate certificate;
    BlockHeader header;

    bool operator==(const FinalityProof&) const = default;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("genesis_root", genesis_root), field("handovers", handovers), field("certificate", certificate),
                field("header", header));
    }
};

} // namespace quoin::inline types
