#include <quoin/base/mutant.hpp>
#include <quoin/codec/ssz.hpp>
#include <quoin/finality/justification.hpp>
#include <quoin/finality/tracker.hpp>

#include <algorithm>
#include <iterator>

namespace quoin::finality {

namespace {

std::vector<std::uint32_t> compact(const std::vector<ValidatorIndex>& validators) {
    std::vector<std::uint32_t> voters(validators.size());
    std::transform(validators.begin(), validators.end(), voters.begin(),
                   [](ValidatorIndex validator) { return static_cast<std::uint32_t>(validator.value); });
    return voters;
}

} // namespace

WeightsRoots weights_roots_of(const EraSets& sets) {
    return {hash_tree_root(sets.weights), hash_tree_root(sets.previous_weights)};
}

std::shared_ptr<const VoteWeights> vote_weights(const EraSets& sets) {
    return std::make_shared<const VoteWeights>(VoteWeights{sets, weights_roots_of(sets)});
}

Tracker::Tracker(IsAncestor is_ancestor, TrackerLimits tracker_limits)
    : is_ancestor_(std::move(is_ancestor)), limits_(tracker_limits) {}

void Tracker::restart_from(const Checkpoint& finalized, const std::vector<Checkpoint>& justified) {
    finalized_ = finalized;
    pruned_ = finalized.epoch;
    epochs_.clear();
    justified_.clear();
    learn_justified(finalized);
    for (const Checkpoint& checkpoint : justified) {
        learn_justified(checkpoint);
    }
}

std::vector<TrackerEvent> Tracker::add(const TrackedVote& vote) {
    const Epoch target = vote.data.target.epoch;
    if (target <= pruned_ || vote.data.source.epoch >= target) {
        return {};
    }
    EpochVotes* epoch = epoch_for(target);
    const std::optional<std::uint32_t> number = epoch == nullptr ? std::nullopt : number_for(*epoch, vote);
    if (!number) {
        return {};
    }
    const Voters voters = compact(vote.voters);
    Voters fresh;
    fresh.reserve(voters.size());
    std::copy_if(voters.begin(), voters.end(), std::back_inserter(fresh),
                 [&](std::uint32_t voter) { return epoch->admit(voter, *number); });
    if (fresh.empty()) {
        return {};
    }
    DataVotes& votes = epoch->data[*number];
    QUOIN_ASSERT(votes.weights->roots == vote.weights->roots, "T1: a target has one pair of sets");
    votes.parts.push_back({voters, vote.signature});
    votes.voters += fresh.size();
    count_for_link(*epoch, *number, fresh);

    std::vector<Checkpoint> reached;
    if (votes.justifies || justified_.contains(vote.data.source)) {
        count_for_target(*epoch, *number, fresh, reached);
    }
    Events events;
    finalize_by_links_to(target, events);
    spread(std::move(reached), events);
    return events;
}

std::vector<TrackerEvent> Tracker::note_justified(const Checkpoint& checkpoint) {
    Events events;
    spread({checkpoint}, events);
    std::erase(events, TrackerEvent{Justified{checkpoint}});
    return events;
}

std::vector<TrackerEvent> Tracker::note_finalized(const Checkpoint& checkpoint) {
    if (checkpoint.epoch > finalized_.epoch) {
        finalized_ = checkpoint;
    }
    return note_justified(checkpoint);
}

void Tracker::prune(Epoch finalized) {
    pruned_ = std::max(pruned_, finalized);
    epochs_.erase(epochs_.begin(), epochs_.upper_bound(finalized));
    const auto kept = justified_.lower_bound(Checkpoint{finalized.saturating_minus(link_span_max), Root{}});
    if (kept != justified_.end()) {
        justified_.erase(justified_.begin(), kept);
    }
}

const Checkpoint& Tracker::highest_justified() const {
    QUOIN_ASSERT(!justified_.empty(), "the tracker was started");
    return *justified_.rbegin();
}

std::size_t Tracker::parts_kept() const {
    std::size_t parts = 0;
    for (const auto& [target, epoch] : epochs_) {
        for (const DataVotes& votes : epoch.data) {
            parts += votes.parts.size();
        }
    }
    return parts;
}

bool Tracker::EpochVotes::has_room(std::uint32_t voter) const {
    return voter >= first_data.size() || first_data[voter] == 0 || !second_data.contains(voter);
}

/// True when the voter counts for this data from now on (T2).
bool Tracker::EpochVotes::admit(std::uint32_t voter, std::uint32_t number) {
    if (voter >= first_data.size()) {
        first_data.resize(voter + 1);
    }
    std::uint32_t& first = first_data[voter];
    if (first == 0) {
        first = number + 1;
        return true;
    }
    return first != number + 1 && second_data.emplace(voter, number).second;
}

const Tracker::DataVotes* Tracker::EpochVotes::other_data(std::uint32_t voter, std::uint32_t number) const {
    if (first_data[voter] != number + 1) {
        return &data[first_data[voter] - 1];
    }
    const auto second = second_data.find(voter);
    return second == second_data.end() ? nullptr : &data[second->second];
}

/// Those that count for a data, each once.
Tracker::Voters Tracker::EpochVotes::voters_of(std::uint32_t number) const {
    Voters voters;
    for (const Part& part : data[number].parts) {
        for (const std::uint32_t voter : part.voters) {
            const auto second = second_data.find(voter);
            if (first_data[voter] == number + 1 || (second != second_data.end() && second->second == number)) {
                voters.push_back(voter);
            }
        }
    }
    std::sort(voters.begin(), voters.end());
    voters.erase(std::unique(voters.begin(), voters.end()), voters.end());
    return voters;
}

template <class Counted>
void Tracker::EpochVotes::count(Tally& tally, std::uint32_t number, const Voters& voters,
                                const Counted& counted) const {
    tally.weights = data[number].weights;
    for (const std::uint32_t voter : voters) {
        const DataVotes* other = other_data(voter, number);
        if (other == nullptr || !counted(*other)) {
            const JointWeight added = weight_of(tally.weights->sets, ValidatorIndex{voter});
            tally.weight[0] += added[0];
            tally.weight[1] += added[1];
        }
    }
}

/// Null when the epoch lies below all of a full window.
Tracker::EpochVotes* Tracker::epoch_for(Epoch target) {
    if (!epochs_.contains(target) && epochs_.size() >= limits_.epochs_max) {
        if (target < epochs_.begin()->first) {
            return nullptr;
        }
        epochs_.erase(epochs_.begin());
    }
    return &epochs_[target];
}

/// The number of the vote's data. A new one is taken only if a voter has room for it (T2).
std::optional<std::uint32_t> Tracker::number_for(EpochVotes& epoch, const TrackedVote& vote) const {
    if (const auto known = epoch.numbers.find(vote.data); known != epoch.numbers.end()) {
        return known->second;
    }
    const bool has_room = std::any_of(vote.voters.begin(), vote.voters.end(), [&epoch](ValidatorIndex validator) {
        return epoch.has_room(static_cast<std::uint32_t>(validator.value));
    });
    if (!has_room) {
        return std::nullopt;
    }
    const auto number = static_cast<std::uint32_t>(epoch.data.size());
    DataVotes& votes = epoch.data.emplace_back();
    votes.data = vote.data;
    votes.weights = vote.weights;
    votes.source_is_ancestor = is_ancestor_(vote.data.source, vote.data.target);
    epoch.numbers.emplace(vote.data, number);
    return number;
}

void Tracker::count_for_link(EpochVotes& epoch, std::uint32_t number, const Voters& voters) {
    const DataVotes& votes = epoch.data[number];
    const WeightsRoots roots = is_planted(Mutant::versions_added_up) ? WeightsRoots{} : votes.weights->roots;
    epoch.count(epoch.links[{votes.data.source, roots[0], roots[1]}], number, voters, [&](const DataVotes& other) {
        return other.data.source == votes.data.source &&
               (other.weights->roots == roots || is_planted(Mutant::versions_added_up));
    });
}

/// J, for votes whose source is justified: `reached` gets a target that has its quorum now.
void Tracker::count_for_target(EpochVotes& epoch, std::uint32_t number, const Voters& voters,
                               std::vector<Checkpoint>& reached) const {
    DataVotes& votes = epoch.data[number];
    if (!votes.source_is_ancestor) {
        return;
    }
    const Checkpoint& target = votes.data.target;
    votes.justifies = true;
    Tally& tally = epoch.targets[target];
    epoch.count(tally, number, voters,
                [&](const DataVotes& other) { return other.justifies && other.data.target == target; });
    if (tally.is_quorum() && !justified_.contains(target)) {
        reached.push_back(target);
    }
}

/// The least fixpoint: each newly justified checkpoint lets the votes with it as source count (T3).
void Tracker::spread(std::vector<Checkpoint> justified, Events& events) {
    while (!justified.empty()) {
        const Checkpoint checkpoint = justified.back();
        justified.pop_back();
        if (!learn_justified(checkpoint)) {
            continue;
        }
        events.push_back(Justified{checkpoint});
        for (auto at = epochs_.upper_bound(checkpoint.epoch); at != epochs_.end(); ++at) {
            EpochVotes& epoch = at->second;
            for (std::uint32_t number = 0; number < epoch.data.size(); ++number) {
                if (epoch.data[number].data.source == checkpoint && !epoch.data[number].justifies) {
                    count_for_target(epoch, number, epoch.voters_of(number), justified);
                }
            }
        }
        for (std::uint64_t span = 1; span <= link_span_max; ++span) {
            finalize_by_links_to(checkpoint.epoch + span, events);
        }
    }
}

/// F1 to F3 for every link that ends at `target`.
void Tracker::finalize_by_links_to(Epoch target, Events& events) {
    const auto epoch = epochs_.find(target);
    if (epoch == epochs_.end()) {
        return;
    }
    for (const auto& [key, tally] : epoch->second.links) {
        const Checkpoint& source = key.source;
        const std::uint64_t span = target - source.epoch;
        if (span <= link_span_max && source.epoch > finalized_.epoch && justified_.contains(source) &&
            tally.is_quorum() &&
            (justified_between(source, span - 1) ||
             (span == 2 && is_planted(Mutant::link_of_two_without_its_middle)))) {
            finalized_ = source;
            events.push_back(Finalized{source, span});
        }
    }
}

/// Justified checkpoints of the next `steps` epochs on one chain from `source` (T4).
std::optional<std::vector<Checkpoint>> Tracker::justified_between(const Checkpoint& source, std::uint64_t steps) const {
    if (steps == 0) {
        return std::vector<Checkpoint>{};
    }
    const Epoch next = source.epoch + 1;
    for (auto at = justified_.lower_bound(Checkpoint{next, Root{}}); at != justified_.end() && at->epoch == next;
         ++at) {
        if (!is_ancestor_(source, *at)) {
            continue;
        }
        if (auto rest = justified_between(*at, steps - 1)) {
            rest->insert(rest->begin(), *at);
            return rest;
        }
    }
    return std::nullopt;
}

/// False when it was known, or is too low to be kept. What is finalized stays, for it may be the source of many.
bool Tracker::learn_justified(const Checkpoint& checkpoint) {
    if (!justified_.insert(checkpoint).second) {
        return false;
    }
    if (justified_.size() > limits_.justified_max) {
        const auto lowest = justified_.begin();
        const auto dropped = *lowest == finalized_ ? std::next(lowest) : lowest;
        const bool is_kept = *dropped != checkpoint;
        justified_.erase(dropped);
        return is_kept;
    }
    return true;
}

} // namespace quoin::finality
