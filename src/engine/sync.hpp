#pragma once

#include <quoin/engine/effect.hpp>
#include <quoin/engine/input.hpp>

#include <deque>
#include <map>
#include <optional>
#include <set>

namespace quoin::engine {

/// Catching up with peers: one range request at a time to the peer with the highest head, its blocks taken one by one
/// in order; and single parents asked for by root.
class Sync {
public:
    /// How far behind the best peer ranges are asked for; fewer blocks come by root.
    static constexpr std::uint64_t range_threshold_slots = 4;
    static constexpr std::size_t parents_one_by_one_max = 8;
    static constexpr std::uint64_t finality_threshold_epochs = 4;
    static constexpr std::uint64_t range_slots = 256;
    static constexpr std::uint64_t request_timeout_ms = 5'000;

    /// Where we stand ourselves.
    struct Ours {
        Slot head;
        Checkpoint finalized;
        Slot finalized_slot; ///< of the finalized block
    };

    void peer_stands(const PeerId& peer, const Tip& head, const Checkpoint& finalized);
    /// A peer shows that it has finalized this, which is news to us.
    void peer_finalized(const PeerId& peer, const Checkpoint& finalized);
    void peer_left(const PeerId& peer);

    /// The next request to make, if any. A range starts after our head, or after our finalized block when our head is
    /// not on the peers' chain: they finalize on without us, or a range has shown it.
    std::optional<RequestBlocks> next_request(std::uint64_t now_ms, const Ours& ours);

    /// An answer: its blocks wait in line. An empty or unasked one makes us look elsewhere.
    void answered(const PeerId& peer, std::vector<SignedBlock> blocks);

    /// The next block in line, to be imported before `next_block` is asked again.
    struct Delivered {
        PeerId peer;
        SignedBlock block;
        bool of_range = false;
    };
    std::optional<Delivered> next_block();

    /// A block of a range rests on a parent that we do not have.
    void range_has_no_parent(const PeerId& peer);

    /// The blocks in line are of no use: one before them was refused.
    void drop_line() { line_.clear(); }

    /// A peer's branch has more blocks that we lack than are asked for one by one: it is asked for as ranges from our
    /// finalized block on, however little the peer is ahead.
    void branch_is_unknown(const PeerId& peer);

    /// Asks a peer for a parent that is missing; not twice within the time-out, and no peer for more than
    /// `orphans_per_peer_max` in that time: who names blocks that do not exist keeps nobody else's from being asked
    /// for.
    std::optional<RequestBlocks> request_parent(std::uint64_t now_ms, const PeerId& peer, const Root& root);

    /// True while a peer is so far ahead, in head or in finality, that our head is no ground to vote on.
    bool is_behind(const Ours& ours) const;
    bool has_peers() const { return !peers_.empty(); }

private:
    struct Peer {
        Tip head;
        Checkpoint finalized;
        bool has_nothing = false; ///< its last answer was empty: ask others until it moves
    };

    bool is_ahead_in_head(const Ours& ours) const;
    std::optional<RequestBlocks> next_of_branch(std::uint64_t now_ms, const Ours& ours);
    bool is_ahead_in_finality(const Ours& ours) const;

    std::map<PeerId, Peer> peers_;
    std::optional<PeerId> asked_;
    std::uint64_t asked_at_ms_ = 0;
    Slot asked_through_;
    bool from_finalized_ = false;
    bool asked_from_finalized_ = false; ///< the range that was asked for last
    std::optional<PeerId> branch_of_;
    std::deque<Delivered> line_;
    struct ParentAsked {
        PeerId peer;
        std::uint64_t at_ms = 0;
    };
    std::map<Root, ParentAsked> parents_asked_;
};

} // namespace quoin::engine
