#pragma once

#include "voting.hpp"

#include <array>
#include <bit>
#include <optional>

namespace quoin::exhaustive {

/// The histories of three equal validators.
using Profile = std::array<VoteSet, 3>;

/// One bit for each of up to 64 profiles that differ in the third validator alone.
using Lanes = std::uint64_t;
constexpr Lanes all_lanes = ~Lanes{0};

/// What 64 profiles justify and finalize, by place.
struct Outcome {
    std::vector<Lanes> justified;
    std::vector<Lanes> finalized;
};

/// J, F1, F2 and F3 over 64 profiles at a time.
///
/// J's least fixpoint needs one pass: sources lie below their targets, so what a checkpoint's justification rests on is
/// settled before it when the places are taken by epoch. The tests compare with a fixpoint taken literally.
class Judge {
public:
    Judge(const World& world, const Rules& rules)
        : world_(world), rules_(rules), to_(world.places.size()), links_(world.places.size()) {
        outcome_.justified.resize(world.places.size());
        outcome_.finalized.resize(world.places.size());
        for (std::size_t i = 0; i < world.votes.size(); ++i) {
            const Place& source = world.places[world.votes[i].source];
            const Place& target = world.places[world.votes[i].target];
            if (rules.strange_source_justifies || source.is_ancestor_of(target)) {
                to_[world.votes[i].target] |= VoteSet{1} << i;
            }
            if (const std::uint64_t span = target.epoch - source.epoch; span <= 3) {
                links_[world.votes[i].source][span - 1] |= VoteSet{1} << i;
            }
        }
        for (std::size_t c = 0; c < world.places.size(); ++c) {
            for (std::size_t d = c + 1; d < world.places.size(); ++d) {
                if (world.places[c].conflicts_with(world.places[d])) {
                    conflicting_.emplace_back(c, d);
                }
            }
        }
    }

    /// `third[i]` has the lanes whose third validator cast vote i.
    const Outcome& judge(VoteSet first, VoteSet second, const Lanes* third) {
        outcome_.justified[0] = all_lanes;
        for (std::size_t c = 1; c < to_.size(); ++c) {
            outcome_.justified[c] =
                quorum(justifying(first & to_[c]), justifying(second & to_[c]), justifying(to_[c], third));
        }
        for (std::size_t c = 0; c < to_.size(); ++c) {
            Lanes linked = 0;
            for (std::uint64_t span = 1; span <= 3 && outcome_.justified[c] != 0; ++span) {
                const VoteSet link = links_[c][span - 1];
                const Lanes cast = quorum((first & link) != 0 ? all_lanes : 0, (second & link) != 0 ? all_lanes : 0,
                                          any_of(link, third));
                linked |= cast == 0 ? 0 : cast & justified_between(c, span - 1);
            }
            outcome_.finalized[c] = outcome_.justified[c] & linked;
        }
        return outcome_;
    }

    /// The lanes of the last outcome with two conflicting finalized checkpoints.
    Lanes conflicts() const {
        Lanes found = 0;
        for (const auto& [c, d] : conflicting_) {
            found |= outcome_.finalized[c] & outcome_.finalized[d];
        }
        return found;
    }

private:
    Lanes quorum(Lanes one, Lanes two, Lanes three) const {
        switch (rules_.voters_for_quorum) {
        case 1:
            return one | two | three;
        case 2:
            return (one & two) | (three & (one | two));
        default:
            return one & two & three;
        }
    }

    Lanes justifies(std::size_t vote) const {
        return rules_.any_source_justifies ? all_lanes : outcome_.justified[world_.votes[vote].source];
    }
    Lanes justifying(VoteSet votes) const {
        Lanes found = 0;
        for (; votes != 0; votes &= votes - 1) {
            found |= justifies(static_cast<std::size_t>(std::countr_zero(votes)));
        }
        return found;
    }
    Lanes justifying(VoteSet votes, const Lanes* cast) const {
        Lanes found = 0;
        for (; votes != 0; votes &= votes - 1) {
            const auto vote = static_cast<std::size_t>(std::countr_zero(votes));
            found |= cast[vote] & justifies(vote);
        }
        return found;
    }
    static Lanes any_of(VoteSet votes, const Lanes* cast) {
        Lanes found = 0;
        for (; votes != 0; votes &= votes - 1) {
            found |= cast[std::countr_zero(votes)];
        }
        return found;
    }

    /// Where the next `steps` checkpoints of one chain through `from` are justified.
    Lanes justified_between(std::size_t from, std::uint64_t steps) const {
        if (steps == 0 || rules_.middle_may_be_unjustified) {
            return all_lanes;
        }
        Lanes found = 0;
        for (std::size_t next = from + 1; next < world_.places.size(); ++next) {
            const bool is_next = world_.places[next].epoch == world_.places[from].epoch + 1 &&
                                 world_.places[from].is_ancestor_of(world_.places[next]);
            if (is_next && outcome_.justified[next] != 0) {
                found |= outcome_.justified[next] & justified_between(next, steps - 1);
            }
        }
        return found;
    }

    const World& world_;
    const Rules& rules_;
    std::vector<VoteSet> to_;                   ///< by target: votes that may justify it
    std::vector<std::array<VoteSet, 3>> links_; ///< by source and span
    std::vector<std::pair<std::size_t, std::size_t>> conflicting_;
    Outcome outcome_;
};

/// 64 histories turned round: by vote, who cast it.
inline std::vector<Lanes> lanes_of(const World& world, const VoteSet* histories, std::size_t count) {
    std::vector<Lanes> cast(world.votes.size());
    for (std::size_t lane = 0; lane < count; ++lane) {
        for (VoteSet votes = histories[lane]; votes != 0; votes &= votes - 1) {
            cast[static_cast<std::size_t>(std::countr_zero(votes))] |= Lanes{1} << lane;
        }
    }
    return cast;
}

struct Search {
    std::size_t histories = 0;
    std::uint64_t profiles = 0; ///< judged, each once whatever the order of its validators
    std::optional<Profile> conflict;
};

/// Every profile of three clean histories, up to the first that finalizes two conflicting checkpoints.
///
/// Profiles are taken with the histories' numbers ascending. This is all of them: the three validators weigh the same
/// and the rules only ask how many of them did something, so who is called the first changes neither what is justified
/// nor what is finalized.
inline Search search(const World& world, const Rules& rules) {
    const std::vector<VoteSet> histories = world.clean_histories(rules);
    std::vector<std::vector<Lanes>> blocks;
    for (std::size_t i = 0; i < histories.size(); i += 64) {
        blocks.push_back(lanes_of(world, &histories[i], std::min<std::size_t>(64, histories.size() - i)));
    }
    Judge judge(world, rules);
    Search result{histories.size(), 0, std::nullopt};
    for (std::size_t first = 0; first < histories.size(); ++first) {
        for (std::size_t second = first; second < histories.size(); ++second) {
            for (std::size_t block = second / 64; block < blocks.size(); ++block) {
                judge.judge(histories[first], histories[second], blocks[block].data());
                const std::size_t from = std::max(second, block * 64);
                const std::size_t to = std::min(histories.size(), block * 64 + 64);
                result.profiles += to - from;
                const Lanes counted = (all_lanes << from % 64) & (all_lanes >> (63 - (to - 1) % 64));
                if (const Lanes found = judge.conflicts() & counted; found != 0) {
                    const auto lane = static_cast<std::size_t>(std::countr_zero(found));
                    result.conflict = {histories[first], histories[second], histories[block * 64 + lane]};
                    return result;
                }
            }
        }
    }
    return result;
}

} // namespace quoin::exhaustive
