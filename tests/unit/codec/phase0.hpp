#pragma once

#include <quoin/base/bytes.hpp>
#include <quoin/base/field.hpp>
#include <quoin/codec/bits.hpp>
#include <quoin/codec/list.hpp>

#include <cstdint>

/// The containers of the Ethereum phase0 specification with the mainnet preset: what ssz_static speaks.
namespace quoin::test::phase0 {

using BlsKey = Bytes<48>;
using Signature = Bytes<96>;

struct Checkpoint {
    std::uint64_t epoch = 0;
    Root root;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("epoch", epoch), field("root", root));
    }
};

struct Fork {
    Bytes<4> previous_version;
    Bytes<4> current_version;
    std::uint64_t epoch = 0;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("previous_version", previous_version), field("current_version", current_version),
                field("epoch", epoch));
    }
};

struct ForkData {
    Bytes<4> current_version;
    Root genesis_validators_root;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("current_version", current_version), field("genesis_validators_root", genesis_validators_root));
    }
};

struct SigningData {
    Root object_root;
    Root domain;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("object_root", object_root), field("domain", domain));
    }
};

struct Validator {
    BlsKey pubkey;
    Root withdrawal_credentials;
    std::uint64_t effective_balance = 0;
    bool slashed = false;
    std::uint64_t activation_eligibility_epoch = 0;
    std::uint64_t activation_epoch = 0;
    std::uint64_t exit_epoch = 0;
    std::uint64_t withdrawable_epoch = 0;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("pubkey", pubkey), field("withdrawal_credentials", withdrawal_credentials),
                field("effective_balance", effective_balance), field("slashed", slashed),
                field("activation_eligibility_epoch", activation_eligibility_epoch),
                field("activation_epoch", activation_epoch), field("exit_epoch", exit_epoch),
                field("withdrawable_epoch", withdrawable_epoch));
    }
};

struct AttestationData {
    std::uint64_t slot = 0;
    std::uint64_t index = 0;
    Root beacon_block_root;
    Checkpoint source;
    Checkpoint target;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("slot", slot), field("index", index), field("beacon_block_root", beacon_block_root),
                field("source", source), field("target", target));
    }
};

struct Attestation {
    Bitlist<2048> aggregation_bits;
    AttestationData data;
    Signature signature;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("aggregation_bits", aggregation_bits), field("data", data), field("signature", signature));
    }
};

struct PendingAttestation {
    Bitlist<2048> aggregation_bits;
    AttestationData data;
    std::uint64_t inclusion_delay = 0;
    std::uint64_t proposer_index = 0;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("aggregation_bits", aggregation_bits), field("data", data),
                field("inclusion_delay", inclusion_delay), field("proposer_index", proposer_index));
    }
};

struct IndexedAttestation {
    List<std::uint64_t, 2048> attesting_indices;
    AttestationData data;
    Signature signature;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("attesting_indices", attesting_indices), field("data", data), field("signature", signature));
    }
};

struct AttesterSlashing {
    IndexedAttestation attestation_1;
    IndexedAttestation attestation_2;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("attestation_1", attestation_1), field("attestation_2", attestation_2));
    }
};

struct Eth1Data {
    Root deposit_root;
    std::uint64_t deposit_count = 0;
    Root block_hash;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("deposit_root", deposit_root), field("deposit_count", deposit_count),
                field("block_hash", block_hash));
    }
};

struct DepositMessage {
    BlsKey pubkey;
    Root withdrawal_credentials;
    std::uint64_t amount = 0;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("pubkey", pubkey), field("withdrawal_credentials", withdrawal_credentials),
                field("amount", amount));
    }
};

struct DepositData {
    BlsKey pubkey;
    Root withdrawal_credentials;
    std::uint64_t amount = 0;
    Signature signature;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("pubkey", pubkey), field("withdrawal_credentials", withdrawal_credentials),
                field("amount", amount), field("signature", signature));
    }
};

struct Deposit {
    Vector<Root, 33> proof;
    DepositData data;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("proof", proof), field("data", data));
    }
};

struct VoluntaryExit {
    std::uint64_t epoch = 0;
    std::uint64_t validator_index = 0;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("epoch", epoch), field("validator_index", validator_index));
    }
};

struct SignedVoluntaryExit {
    VoluntaryExit message;
    Signature signature;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("message", message), field("signature", signature));
    }
};

struct BeaconBlockHeader {
    std::uint64_t slot = 0;
    std::uint64_t proposer_index = 0;
    Root parent_root;
    Root state_root;
    Root body_root;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("slot", slot), field("proposer_index", proposer_index), field("parent_root", parent_root),
                field("state_root", state_root), field("body_root", body_root));
    }
};

struct SignedBeaconBlockHeader {
    BeaconBlockHeader message;
    Signature signature;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("message", message), field("signature", signature));
    }
};

struct ProposerSlashing {
    SignedBeaconBlockHeader signed_header_1;
    SignedBeaconBlockHeader signed_header_2;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("signed_header_1", signed_header_1), field("signed_header_2", signed_header_2));
    }
};

struct BeaconBlockBody {
    Signature randao_reveal;
    Eth1Data eth1_data;
    Root graffiti;
    List<ProposerSlashing, 16> proposer_slashings;
    List<AttesterSlashing, 2> attester_slashings;
    List<Attestation, 128> attestations;
    List<Deposit, 16> deposits;
    List<SignedVoluntaryExit, 16> voluntary_exits;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("randao_reveal", randao_reveal), field("eth1_data", eth1_data), field("graffiti", graffiti),
                field("proposer_slashings", proposer_slashings), field("attester_slashings", attester_slashings),
                field("attestations", attestations), field("deposits", deposits),
                field("voluntary_exits", voluntary_exits));
    }
};

struct BeaconBlock {
    std::uint64_t slot = 0;
    std::uint64_t proposer_index = 0;
    Root parent_root;
    Root state_root;
    BeaconBlockBody body;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("slot", slot), field("proposer_index", proposer_index), field("parent_root", parent_root),
                field("state_root", state_root), field("body", body));
    }
};

struct SignedBeaconBlock {
    BeaconBlock message;
    Signature signature;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("message", message), field("signature", signature));
    }
};

} // namespace quoin::test::phase0
