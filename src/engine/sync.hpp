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
    /// Blocks behind the best peer from which on ranges are asked for; fewer come by root.
    static constexpr std::uint64_t range_threshold_slots = 4;
    static constexpr std::uint64_t range_slots = 256;
    static constexpr std::uint64_t request_timeout_ms = 5'000;

    void peer_stands(const PeerId& peer, const Tip& head);
    void peer_left(const PeerId& peer);

    /// The next request to make, if any. `ours` is our head; ranges start after `finalized` when ours may be a fork.
    std::optional<RequestBlocks> next_request(std::uint64_t now_ms, Slot ours);

    /// An answer: its blocks wait in line. An empty or unasked one makes us look elsewhere.
    void answered(const PeerId& peer, std::vector<SignedBlock> blocks);

    /// The next block in line, to be imported before `next_block` is asked again.
    struct Delivered {
        PeerId peer;
        SignedBlock block;
    };
    std::optional<Delivered> next_block();

    /// The blocks in line are of no use: one before them was refused.
    void drop_line() { line_.clear(); }

    /// Asks a peer for a parent that is missing; not twice within the time-out.
    std::optional<RequestBlocks> request_parent(std::uint64_t now_ms, const PeerId& peer, const Root& root);

    /// True while a peer is so far ahead that our head is no ground to vote on.
    bool is_behind(Slot ours) const { return best_head() > ours + range_threshold_slots; }
    bool has_peers() const { return !peers_.empty(); }

private:
    struct Peer {
        Tip head;
        bool has_nothing = false; ///< its last answer was empty: ask others until it moves
    };

    Slot best_head() const;

    std::map<PeerId, Peer> peers_;
    std::optional<PeerId> asked_;
    std::uint64_t asked_at_ms_ = 0;
    Slot asked_through_;
    std::deque<Delivered> line_;
    std::map<Root, std::uint64_t> parents_asked_; ///< when
};

} // namespace quoin::engine
