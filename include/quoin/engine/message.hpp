#pragma once

#include <quoin/types/certificate.hpp>

#include <variant>
#include <vector>

namespace quoin::engine {

/// A peer's name: SHA-256 of the public key info of its TLS certificate.
using PeerId = Bytes<32>;

struct Transactions {
    List<SignedTransaction, limits.batch_items_max> items;

    bool operator==(const Transactions&) const = default;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("items", items));
    }
};

/// Proof of an offence on its way to a proposer.
using Evidence = Union<ProposerSlashing, AttesterSlashing>;

/// A block on its way to the attesters. With view-merge its proposer adds the latest attestations that its view holds
/// and its chain does not (PROTOCOL section 4): copies of one block may carry different lists, and a list proves
/// nothing but what its own signatures prove.
using ViewList = List<SingleAttestation, limits.proposal_view_max>;
struct Proposal {
    SignedBlock block;
    ViewList view;

    bool operator==(const Proposal&) const = default;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("block", block), field("view", view));
    }
};

/// What peers tell each other without being asked (STATE.md "Wire").
using Message = std::variant<Proposal, SingleAttestation, SignedAggregate, Transactions, Evidence, FinalityCertificate>;

/// `count` slots of the peer's chain from `from_slot` on.
struct BlocksByRange {
    Slot from_slot;
    std::uint64_t count = 0;

    bool operator==(const BlocksByRange&) const = default;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("from_slot", from_slot), field("count", count));
    }
};

struct BlocksByRoot {
    List<Root, limits.blocks_per_answer_max> roots;

    bool operator==(const BlocksByRoot&) const = default;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("roots", roots));
    }
};

using BlockRequest = std::variant<BlocksByRange, BlocksByRoot>;

/// A block as peers name it when they say where they stand.
struct Tip {
    Slot slot;
    Root root;

    bool operator==(const Tip&) const = default;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("slot", slot), field("root", root));
    }
};

} // namespace quoin::engine
