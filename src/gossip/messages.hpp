#pragma once

#include "kind.hpp"

#include <quoin/codec/list.hpp>
#include <quoin/codec/optional.hpp>
#include <quoin/codec/text.hpp>
#include <quoin/engine/message.hpp>

namespace quoin::gossip {

// Bodies of frames that only peers see. What the engine sees too lies in <quoin/engine/message.hpp>.

inline constexpr std::uint64_t wire_version = 1;

inline constexpr std::size_t list_offset_bytes = 4;
inline constexpr std::size_t attestation_bytes = 224;    ///< of a SingleAttestation
inline constexpr std::size_t proposal_head_bytes = 8;    ///< offsets of the block and of the view list
inline constexpr std::size_t aggregate_head_bytes = 336; ///< of a SignedAggregate, before its bits
inline constexpr std::size_t ping_bytes = 88;
inline constexpr std::size_t range_request_bytes = 24;
inline constexpr std::size_t request_head_bytes = 12; ///< id and offset before the roots of a RootsRequest
inline constexpr std::size_t peers_bytes_max =
    list_offset_bytes + peers_per_answer_max * (list_offset_bytes + 32 + list_offset_bytes + address_bytes_max);

using AddressText = Text<address_bytes_max>;

/// The first frame each way: who does not belong to the same chain is not spoken to.
struct Hello {
    std::uint64_t version = wire_version;
    Root genesis_root;
    ForkVersion fork_version;
    engine::Tip head;
    Checkpoint finalized;
    Optional<FinalityCertificate> certificate; ///< the newest, when it fits the frame
    AddressText listen_address;                ///< host:port; an unspecified host stands for the one seen

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("version", version), field("genesis_root", genesis_root), field("fork_version", fork_version),
                field("head", head), field("finalized", finalized), field("certificate", certificate),
                field("listen_address", listen_address));
    }
};

/// Ping and pong: where the sender stands now. A pong repeats the number of its ping.
struct Ping {
    std::uint64_t number = 0;
    engine::Tip head;
    Checkpoint finalized;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("number", number), field("head", head), field("finalized", finalized));
    }
};

/// Why a connection ends, as a number on the wire: one that is not known here is only an end.
enum class Farewell : std::uint8_t {
    stopping = 0,
    wrong_version = 1,
    wrong_genesis = 2,
    wrong_fork = 3,
    self = 4,
    duplicate = 5,
    too_many_peers = 6,
    banned = 7,
    misbehaved = 8,
    idle = 9,
};
std::string_view to_string(Farewell reason);

struct Goodbye {
    std::uint8_t reason = 0;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("reason", reason));
    }
};

/// Requests carry a number of the asker's, which the answer repeats.
struct RangeRequest {
    std::uint64_t id = 0;
    engine::BlocksByRange range;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("id", id), field("range", range));
    }
};

struct RootsRequest {
    std::uint64_t id = 0;
    List<Root, limits.blocks_per_answer_max> roots;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("id", id), field("roots", roots));
    }
};

struct BlocksAnswer {
    std::uint64_t id = 0;
    List<SignedBlock, limits.blocks_per_answer_max> blocks;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("id", id), field("blocks", blocks));
    }
};

struct PeersRequest {
    std::uint64_t count_max = 0;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("count_max", count_max));
    }
};

struct KnownPeer {
    engine::PeerId id;
    AddressText address;

    bool operator==(const KnownPeer&) const = default;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("id", id), field("address", address));
    }
};

struct PeersAnswer {
    List<KnownPeer, peers_per_answer_max> peers;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("peers", peers));
    }
};

/// The only form in which attestations travel; `engine::Transactions` is the like for transactions.
struct Attestations {
    List<SingleAttestation, limits.batch_items_max> items;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("items", items));
    }
};

} // namespace quoin::gossip
