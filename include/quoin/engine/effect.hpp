#pragma once

#include <quoin/crypto/scheme.hpp>
#include <quoin/engine/message.hpp>

#include <memory>
#include <optional>

namespace quoin::engine {

/// Make a block durable before anything that follows.
struct PersistBlock {
    Root root;
    std::shared_ptr<const SignedBlock> block;
};

/// Make a certificate durable before anything that follows (ARCHITECTURE "Finality, in this order").
struct Certify {
    FinalityCertificate certificate;
    Slot slot; ///< of the finalized block
};

/// Have these signatures verified and the verdicts returned as `Verified`.
struct Verify {
    std::uint64_t id = 0;
    std::vector<crypto::SignatureCheck> checks;
};

struct ProposalIntent {
    BlockHeader header;
};
struct AttestationIntent {
    AttestationData data;
};
struct RandaoIntent {
    Slot slot;
};
struct AggregateIntent {
    Aggregate aggregate;
};

/// Have a validator's duty signed, if the signing database permits it, and the outcome returned as `Signed`.
struct Sign {
    std::uint64_t id = 0;
    ValidatorKey key;
    std::variant<ProposalIntent, AttestationIntent, RandaoIntent, AggregateIntent> intent;
};

/// Send to every peer but the one it came from.
struct Broadcast {
    Message message;
    std::optional<PeerId> except;
};

struct RequestBlocks {
    PeerId peer;
    BlockRequest request;
};

/// Show a message whose signatures were verified to the slasher, whatever chain it is of: what it finds comes back as
/// submitted evidence.
struct Witness {
    std::variant<std::shared_ptr<const IndexedAttestation>, SignedBlockHeader> message;
};

/// Read stored blocks and return them as `BlocksLoaded`.
struct LoadBlocks {
    std::uint64_t id = 0;
    std::vector<Root> roots;
};

/// A peer's fault: gossip turns it into cost.
struct Blame {
    PeerId peer;
    Fault fault;
};

/// The outcome of a `Submitted`: for each item the hash it is known by, or why it was refused.
struct Answer {
    std::uint64_t id = 0;
    std::vector<Result<Root>> outcomes;
};

/// Blocks up to this one are final and durable: the ledger may take them.
struct Finalize {
    Checkpoint checkpoint;
    Slot slot;
};

// What the live topics show (API.md "WebSocket").

struct HeadChanged {
    Slot slot;
    Root root;
    Root state_root;
    std::uint64_t depth = 0; ///< blocks of the old chain that are no longer on the new one: above zero it is a reorg
    Root old_root;
};
struct BlockSeen {
    Slot slot;
    Root root;
    ValidatorIndex proposer;
};
struct AttestationSeen {
    SingleAttestation attestation;
};
struct TransactionSeen {
    Root hash;
};
struct OffenceSeen {
    Evidence evidence;
};
struct JustifiedMoved {
    Checkpoint checkpoint;
};
/// Two conflicting checkpoints both have a certificate: a third of the stake broke the rules (PROTOCOL section 9).
struct AccountableSplit {
    Checkpoint ours;
    Checkpoint theirs;
};
struct DutyMissed {
    ValidatorKey key;
    Slot slot;
    const char* duty = "";
    const char* why = "";
};

using Event = std::variant<HeadChanged, BlockSeen, AttestationSeen, TransactionSeen, OffenceSeen, JustifiedMoved,
                           AccountableSplit, DutyMissed>;

struct Announce {
    Event event;
};

/// What the shell must do, in list order: a later effect may rest on an earlier one being done.
using Effect = std::variant<PersistBlock, Certify, Verify, Sign, Broadcast, Witness, RequestBlocks, LoadBlocks, Blame,
                            Answer, Finalize, Announce>;
using Effects = std::vector<Effect>;

} // namespace quoin::engine
