#pragma once

#include "adversary.hpp"
#include "attacks/ballots.hpp"

#include <map>
#include <set>
#include <vector>

namespace quoin::sim {

/// The bouncing attack (Nakamura, "Analysis of bouncing attack on FFG", ethresear.ch 6113): saved votes justify one of
/// two branches as soon as they are shown, and they are shown when so many have voted for the other branch that votes
/// saved from then on will justify that one in turn. So what is justified goes to and fro, and nothing becomes final.
///
/// Before that the network is slow: two groups of nodes do not hear of each other until both have built, and for two
/// epochs more. In the first of these its votes are saved for the larger group's branch, in the second they go to the
/// smaller group's, which becomes the heavier one. It signs nothing slashable, and takes all validators to weigh the
/// same.
class Bouncer : public Adversary {
public:
    /// Votes as an honest validator until the network becomes slow, at or soon after slot `first`; from `end` on it is
    /// silent.
    Bouncer(std::vector<ValidatorIndex> owned, Slot first, Slot end)
        : Adversary(std::move(owned)), first_(first), end_(end) {}

    void begin(Powers& powers) override;
    void at_slot_start(Powers& powers, Slot slot) override;
    void on_message(Powers& powers, const Sighting& sighting) override;
    std::optional<std::uint64_t> delay_ms(Powers& powers, const Sighting& sighting, std::size_t to) override;

    /// How often honest voters turned to another branch than that of the epoch before.
    std::uint64_t bounces() const { return bounces_; }

private:
    using Nodes = std::set<std::size_t>;
    using Votes = std::vector<SingleAttestation>;
    using Heads = std::map<Slot, Root>; ///< as voted for, by slot

    bool are_apart(Powers& powers) const;
    bool may_begin(Powers& powers, Slot slot) const;
    void vote_openly(Powers& powers, Slot slot);
    void propose(Powers& powers, Slot slot);
    void before(Powers& powers, Slot slot);
    void begin_epoch(Powers& powers, Epoch epoch);
    void meet(Powers& powers);
    void show_saved(Powers& powers, Slot slot);
    Nodes voters_to_turn(Powers& powers, Slot slot) const;
    Votes votes_as(Powers& powers, Epoch epoch, const Heads& heads) const;
    bool is_slow(const Spec& spec, Slot slot) const;

    Slot first_;
    Slot end_;
    std::uint64_t quota_ = 0; ///< so many honest votes and its own justify a checkpoint
    Nodes larger_;
    Nodes smaller_;
    std::optional<Slot> slow_;           ///< since when the groups do not hear of each other
    std::optional<Epoch> apart_;         ///< the first epoch that began with the groups on two branches
    std::uint64_t meeting_ms_ = 0;       ///< when they hear of each other
    std::map<std::size_t, Heads> heads_; ///< of this epoch, by node
    Votes saved_;
    std::size_t guide_ = 0; ///< a node that was turned last
    Ballots ballots_;
    Nodes turned_;              ///< were shown the saved votes in this epoch
    Heads kept_;                ///< heads of those who were not, in this epoch
    std::uint64_t keeping_ = 0; ///< votes for these
    Root kept_before_;          ///< the last such head of the epoch before
    std::uint64_t bounces_ = 0;
};

} // namespace quoin::sim
