#pragma once

#include <quoin/engine/effect.hpp>
#include <quoin/engine/input.hpp>

#include <map>
#include <optional>
#include <variant>
#include <vector>

namespace quoin::engine {

using SharedBlock = std::shared_ptr<const SignedBlock>;

/// Who is answerable for a message: a peer, a caller of the API, or ourselves.
struct Origin {
    std::optional<PeerId> peer;
    std::optional<std::uint64_t> submission;
    bool from_sync = false; ///< an answer to a range request: the next one waits for its outcome
};

// Messages whose signatures are being verified.

struct PendingBlock {
    Origin origin;
    Root root;
    SignedBlockHeader header; ///< the block's, whose body root is dear
    SharedBlock block;
    ViewList view;        ///< that came with it
    SealedState advanced; ///< the parent's state advanced to the slot; none while only the proposer is verified
};
struct PendingVote {
    Origin origin;
    SingleAttestation attestation;
    std::optional<Slot> list_of; ///< it came with the proposal of this slot
};
struct PendingSuspect {
    SingleAttestation attestation;
};
struct PendingAggregate {
    Origin origin;
    SignedAggregate aggregate;
};
struct PendingCertificate {
    Origin origin;
    FinalityCertificate certificate;
    bool conflicts = false; ///< with what is final here
};
struct PendingTransactions {
    Origin origin;
    std::vector<SignedTransaction> transactions;
    std::vector<Result<Root>> outcomes;   ///< of every item; a fault for those refused before verification
    std::vector<std::size_t> first_check; ///< of every item among the checks; items refused have no checks
};
struct PendingEvidence {
    Origin origin;
    Evidence evidence;
};

using Waiting = std::variant<PendingBlock, PendingVote, PendingSuspect, PendingAggregate, PendingCertificate,
                             PendingTransactions, PendingEvidence>;

// Duties whose signatures were asked for.

struct RevealAsked {
    Slot slot;
};
struct ProposalAsked {
    Block block;
    BlockHeader header; ///< the block's
    SealedState post_state;
};
struct VoteAsked {
    ValidatorIndex validator;
    AttestationData data;
};
struct AggregateAsked {
    Aggregate aggregate;
};
using DutyAsked = std::variant<RevealAsked, ProposalAsked, VoteAsked, AggregateAsked>;

/// Messages that cannot be judged yet: too early, or resting on a block that is not here. Bounded in all and for
/// each peer; what does not fit is dropped, since peers can send it again.
class WaitingRoom {
public:
    /// For signatures under verification; false when the room is full.
    bool add(std::uint64_t id, Waiting message);
    std::optional<Waiting> take(std::uint64_t id);
    std::size_t verifying() const { return verifying_.size(); }

    /// Until `slot` starts.
    bool hold_until(Slot slot, const Origin& origin, Message message);
    /// Until the block `root` is imported.
    bool hold_block_for(const Root& root, const Origin& origin, SharedBlock block);
    bool hold_vote_for(const Root& root, const Origin& origin, const SingleAttestation& attestation);

    struct Held {
        Origin origin;
        Message message;
    };
    std::vector<Held> release_slot(Slot slot);
    std::vector<Held> release_block(const Root& root);
    /// What waited for a block that was refused, or that finality has passed.
    void drop(const Root& root);
    void drop_below(Slot slot);

    std::size_t early() const { return early_.size(); }
    std::size_t orphans() const { return orphans_; }
    std::size_t orphans_of(const PeerId& peer) const;

private:
    struct HeldFor {
        std::vector<std::pair<Origin, SharedBlock>> blocks;
        std::vector<std::pair<Origin, SingleAttestation>> votes;
    };
    using CountOfPeer = std::map<PeerId, std::size_t>;
    static bool count(CountOfPeer& of_peer, const Origin& origin, std::size_t count_max);
    static void forget(CountOfPeer& of_peer, const Origin& origin);

    std::map<std::uint64_t, Waiting> verifying_;
    std::multimap<Slot, Held> early_;
    std::map<Root, HeldFor> held_for_;
    CountOfPeer early_of_;
    CountOfPeer orphans_of_;
    CountOfPeer votes_of_;
    std::size_t orphans_ = 0;
    std::size_t votes_ = 0;
};

} // namespace quoin::engine
