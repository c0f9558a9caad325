#include <quoin/codec/ssz.hpp>
#include <quoin/finality/tracker.hpp>

#include <algorithm>
#include <iterator>

namespace quoin::finality {

namespace {

constexpr std::uint64_t span_max = 3;
constexpr std::size_t data_of_voter_max = 2;

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
    const std::vector<ValidatorIndex> fresh = epoch == nullptr ? std::vector<ValidatorIndex>{} : admit(*epoch, vote);
    if (fresh.empty()) {
        return {};
    }
    DataVotes& votes = epoch->data[vote.data];
    if (votes.parts.empty()) {
        votes.weights = vote.weights;
        votes.source_is_ancestor = is_ancestor_(vote.data.source, vote.data.target);
    }
    QUOIN_ASSERT(votes.weights->roots == vote.weights->roots, "T1: a target has one pair of sets");
    votes.parts.push_back({vote.voters, vote.signature});
    votes.voters.insert(votes.voters.end(), fresh.begin(), fresh.end());

    Tally& link = epoch->links[{vote.data.source, vote.weights->roots[0], vote.weights->roots[1]}];
    link.weights = vote.weights;
    link.count(fresh);

    std::vector<Checkpoint> reached;
    if (justified_.contains(vote.data.source)) {
        count_for_target(*epoch, vote.data, votes, fresh, reached);
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
    const auto kept = justified_.lower_bound(Checkpoint{finalized.saturating_minus(span_max), Root{}});
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
        for (const auto& [data, votes] : epoch.data) {
            parts += votes.parts.size();
        }
    }
    return parts;
}

void Tracker::Tally::count(const std::vector<ValidatorIndex>& more) {
    for (const ValidatorIndex validator : more) {
        if (validator.value >= voters.size()) {
            voters.resize(validator.value + 1);
        }
        if (!voters.get(validator.value)) {
            voters.set(validator.value);
            const JointWeight added = weight_of(weights->sets, validator);
            weight[0] += added[0];
            weight[1] += added[1];
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

/// Who of the voters counts for this data from now on (T2).
std::vector<ValidatorIndex> Tracker::admit(EpochVotes& epoch, const TrackedVote& vote) {
    std::vector<ValidatorIndex> fresh;
    for (const ValidatorIndex validator : vote.voters) {
        std::set<AttestationData>& known = epoch.data_of_voter[validator];
        if (known.size() < data_of_voter_max && known.insert(vote.data).second) {
            fresh.push_back(validator);
        }
    }
    return fresh;
}

/// J, for votes whose source is justified: `reached` gets a target that has its quorum now.
void Tracker::count_for_target(EpochVotes& epoch, const AttestationData& data, const DataVotes& votes,
                               const std::vector<ValidatorIndex>& voters, std::vector<Checkpoint>& reached) const {
    if (!votes.source_is_ancestor) {
        return;
    }
    Tally& tally = epoch.targets[data.target];
    tally.weights = votes.weights;
    tally.count(voters);
    if (tally.is_quorum() && !justified_.contains(data.target)) {
        reached.push_back(data.target);
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
            for (const auto& [data, votes] : at->second.data) {
                if (data.source == checkpoint) {
                    count_for_target(at->second, data, votes, votes.voters, justified);
                }
            }
        }
        for (std::uint64_t span = 1; span <= span_max; ++span) {
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
        if (span <= span_max && source.epoch > finalized_.epoch && justified_.contains(source) && tally.is_quorum() &&
            justified_between(source, span - 1)) {
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
