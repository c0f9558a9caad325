#pragma once

#include <quoin/base/field.hpp>
#include <quoin/base/limits.hpp>
#include <quoin/codec/bits.hpp>
#include <quoin/codec/list.hpp>
#include <quoin/types/numbers.hpp>

namespace quoin::inline types {

/// `(epoch e, root B)`: B is the last block of its chain with slot <= e * E (PROTOCOL section 2).
struct Checkpoint {
    Epoch epoch;
    Root root;

    auto operator<=>(const Checkpoint&) const = default;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("epoch", epoch), field("root", root));
    }
};

/// What a validator signs once an epoch: its head (LMD-GHOST) and its link source -> target (Casper FFG).
struct AttestationData {
    Slot slot;
    Root head;
    Checkpoint source;
    Checkpoint target;

    auto operator<=>(const AttestationData&) const = default;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("slot", slot), field("head", head), field("source", source), field("target", target));
    }
};

/// As a block carries it: one bit for each member of the slot's committees, concatenated in committee order.
struct Attestation {
    AttestationData data;
    Bitlist<type_limits.validators> bits;
    ValidatorSignature signature;

    bool operator==(const Attestation&) const = default;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("data", data), field("bits", bits), field("signature", signature));
    }
};

/// One validator's vote, as gossip carries it.
struct SingleAttestation {
    ValidatorIndex validator;
    AttestationData data;
    ValidatorSignature signature;

    bool operator==(const SingleAttestation&) const = default;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("validator", validator), field("data", data), field("signature", signature));
    }
};

/// What an aggregator gathered of one committee of a slot: bits over that committee alone.
struct Aggregate {
    ValidatorIndex aggregator;
    std::uint64_t committee = 0; ///< of the slot, from 0
    AttestationData data;
    Bitlist<type_limits.validators> bits;
    ValidatorSignature signature; ///< the sum of the voters'

    bool operator==(const Aggregate&) const = default;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("aggregator", aggregator), field("committee", committee), field("data", data),
                field("bits", bits), field("signature", signature));
    }
};

/// As gossip carries it, signed by the aggregator, who has one for each of its slots.
struct SignedAggregate {
    Aggregate message;
    ValidatorSignature signature;

    bool operator==(const SignedAggregate&) const = default;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("message", message), field("signature", signature));
    }
};

/// As evidence carries it: sorted registry indices, since the shuffle of another fork may be unknown here.
struct IndexedAttestation {
    List<ValidatorIndex, type_limits.validators> validators;
    AttestationData data;
    ValidatorSignature signature;

    bool operator==(const IndexedAttestation&) const = default;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("validators", validators), field("data", data), field("signature", signature));
    }
};

} // namespace quoin::inline types
