#pragma once

#include <quoin/slashing/offence.hpp>

#include <support/sample_genesis.hpp>

#include <string>
#include <vector>

namespace quoin::exhaustive {

/// PROTOCOL section 3 as it stands, or with one rule broken.
struct Rules {
    std::uint64_t voters_for_quorum = 2; ///< of the three
    bool double_votes_allowed = false;
    bool surrounds_allowed = false;
    bool any_source_justifies = false;      ///< J without "justified"
    bool strange_source_justifies = false;  ///< J without "an ancestor"
    bool middle_may_be_unjustified = false; ///< F2 and F3 without their condition
};

/// A checkpoint by its place: up to the fork each epoch has one (branch 0), above it one on either branch (1, 2).
/// Empty slots need no places of their own: (e, B) and (e + 1, B) are two checkpoints, wherever their block stands.
struct Place {
    std::uint64_t epoch;
    std::uint64_t branch;

    bool is_ancestor_of(const Place& other) const {
        return epoch < other.epoch && (branch == 0 || branch == other.branch);
    }
    bool conflicts_with(const Place& other) const { return branch + other.branch == 3; }
    Checkpoint checkpoint() const { return {Epoch{epoch}, test::secret(3 * epoch + branch)}; }
    std::string name() const { return std::to_string(epoch) + std::string("_ab").substr(branch, 1); }
};

struct Vote {
    std::size_t source; ///< into the places
    std::size_t target;
    AttestationData data;
};

/// A set of votes, bit i standing for `World::votes[i]`. Of one validator it is a history: in which order the votes
/// were cast changes nothing of what they justify and finalize.
using VoteSet = std::uint64_t;

/// All checkpoints of some epochs (E = 1) with one fork, and all votes between them.
struct World {
    World(std::uint64_t epochs, std::uint64_t fork, bool sources_are_ancestors) {
        places.push_back({0, 0});
        for (std::uint64_t epoch = 1; epoch <= epochs; ++epoch) {
            for (std::uint64_t branch = epoch > fork ? 1 : 0; branch <= (epoch > fork ? 2U : 0U); ++branch) {
                places.push_back({epoch, branch});
            }
        }
        for (std::size_t target = 1; target < places.size(); ++target) {
            for (std::size_t source = 0; source < target; ++source) {
                const bool is_ancestor = places[source].is_ancestor_of(places[target]);
                if (is_ancestor || (!sources_are_ancestors && places[source].epoch < places[target].epoch)) {
                    add_vote(source, target);
                }
            }
        }
    }

    /// Every history that breaks neither E1 nor E2 under these rules.
    std::vector<VoteSet> clean_histories(const Rules& rules) const {
        std::vector<VoteSet> found;
        extend(0, 0, rules, found);
        return found;
    }

    std::string name(VoteSet history) const {
        std::string text;
        for (std::size_t i = 0; i < votes.size(); ++i) {
            if ((history >> i & 1) != 0) {
                text += " " + places[votes[i].source].name() + ">" + places[votes[i].target].name();
            }
        }
        return text.empty() ? " nothing" : text;
    }

    std::vector<Place> places; ///< ascending by epoch; the first is genesis
    std::vector<Vote> votes;

private:
    void add_vote(std::size_t source, std::size_t target) {
        const Checkpoint to = places[target].checkpoint();
        votes.push_back({source, target, {Slot{to.epoch.value}, to.root, places[source].checkpoint(), to}});
        QUOIN_ASSERT(votes.size() <= 64, "a vote set has a bit for each vote");
    }

    bool is_slashable(const AttestationData& one, const AttestationData& other, const Rules& rules) const {
        const bool is_double = !rules.double_votes_allowed && slashing::is_double_vote(one, other);
        const bool is_surround =
            !rules.surrounds_allowed && (slashing::is_surround(one, other) || slashing::is_surround(other, one));
        return is_double || is_surround;
    }

    void extend(VoteSet history, std::size_t next, const Rules& rules, std::vector<VoteSet>& found) const {
        if (next == votes.size()) {
            found.push_back(history);
            return;
        }
        extend(history, next + 1, rules, found);
        for (std::size_t i = 0; i < next; ++i) {
            if ((history >> i & 1) != 0 && is_slashable(votes[i].data, votes[next].data, rules)) {
                return;
            }
        }
        extend(history | VoteSet{1} << next, next + 1, rules, found);
    }
};

} // namespace quoin::exhaustive
