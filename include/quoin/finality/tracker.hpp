#pragma once

#include <quoin/base/limits.hpp>
#include <quoin/crypto/scheme.hpp>
#include <quoin/types/certificate.hpp>
#include <quoin/types/state.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <variant>
#include <vector>

namespace quoin::finality {

using WeightsRoots = Vector<Root, 2>;

/// Hash-tree-roots of V[v] and V[v-1], from the cache when the sets are sealed.
WeightsRoots weights_roots_of(const EraSets& sets);

/// What a vote is weighed by: the sets of its target epoch on its target's chain. Votes share it.
struct VoteWeights {
    EraSets sets; ///< shares its columns with the state it came from
    WeightsRoots roots;
};
std::shared_ptr<const VoteWeights> vote_weights(const EraSets& sets);

/// Votes for one data under one verified signature: a single vote, or an aggregate out of a block.
struct TrackedVote {
    std::vector<ValidatorIndex> voters; ///< ascending
    AttestationData data;
    ValidatorSignature signature; ///< the sum of theirs
    std::shared_ptr<const VoteWeights> weights;
};

struct Justified {
    Checkpoint checkpoint;
    bool operator==(const Justified&) const = default;
};
/// By the link of span `span` (F1, F2, F3).
struct Finalized {
    Checkpoint checkpoint;
    std::uint64_t span = 1;
    bool operator==(const Finalized&) const = default;
};
using TrackerEvent = std::variant<Justified, Finalized>;

struct TrackerLimits {
    std::size_t epochs_max = limits.tracker_epochs_max; ///< target epochs with votes; the lowest go first
    std::size_t justified_max =
        limits.tracker_justified_max; ///< justified checkpoints; the lowest unfinalized go first
};

/// The rules J and F over all attestations this node has verified, in a block or not (PROTOCOL section 3, "Tracker").
/// Knows no blocks: ancestry is asked for.
///
/// T1  votes weighed by sets with different roots are never added.
/// T2  a validator counts once in a tally, however much it equivocates, and in every tally it voted for; it fills at
///     most two data for each target epoch, what it signs beyond that is not kept.
/// T3  a vote justifies its target only once its source is justified and an ancestor: the least fixpoint, whatever the
///     order of arrival.
/// T4  finality needs the justification of the checkpoints between on one chain from the source.
/// T5  it never feeds the state transition.
class Tracker {
public:
    /// True when `ancestor.epoch < checkpoint.epoch` and `ancestor` is the checkpoint of its epoch on the chain of
    /// `checkpoint.root` (PROTOCOL section 2). False when the blocks are not known.
    using IsAncestor = std::function<bool(const Checkpoint& ancestor, const Checkpoint& checkpoint)>;
    /// The headers from `descendant` down to the child of `ancestor`; empty when the two are one block.
    using HeadersBetween = std::function<std::vector<BlockHeader>(const Root& ancestor, const Root& descendant)>;

    /// Knows nothing yet: `restart_from` comes next.
    explicit Tracker(IsAncestor is_ancestor, TrackerLimits tracker_limits = {});

    /// Forgets everything and starts with what is durably known: `finalized` (genesis at first), which is justified
    /// too, and further justified checkpoints.
    void restart_from(const Checkpoint& finalized, const std::vector<Checkpoint>& justified);

    /// Counts a verified vote of a known target and tells what follows from it, in order. The caller has refused votes
    /// from the future. A vote at or below the finalized epoch, a known one and one whose source is not below its
    /// target change nothing.
    std::vector<TrackerEvent> add(const TrackedVote& vote);

    /// A state says that its chain justified this. Tells what follows, without the fact itself.
    std::vector<TrackerEvent> note_justified(const Checkpoint& checkpoint);
    /// A state or a verified certificate says that this is final. Tells what follows, without the fact itself.
    std::vector<TrackerEvent> note_finalized(const Checkpoint& checkpoint);

    /// The certificate of what `Finalized` announced; before `prune` reaches it. `not_a_quorum` when a fact came from a
    /// state and not enough of the votes behind it were seen here; `too_large` when the votes are split over more data
    /// than a certificate takes.
    Result<FinalityCertificate> certificate_for(const Finalized& finalized, crypto::SignatureScheme& scheme,
                                                const HeadersBetween& headers_between) const;

    /// Forgets what finality above `finalized` does not need: votes with a target epoch up to it, and justified
    /// checkpoints that are out of a link's reach below it.
    void prune(Epoch finalized);

    const Checkpoint& finalized() const { return finalized_; } ///< the highest, announced or told
    /// The highest justified checkpoint; of two in one epoch (a third is slashable then) the higher root.
    const Checkpoint& highest_justified() const;
    bool is_justified(const Checkpoint& checkpoint) const { return justified_.contains(checkpoint); }

    std::size_t parts_kept() const; ///< signatures held, for metrics

private:
    /// Validator indices at half the size: an epoch of a million voters is held many times over while nothing is final.
    using Voters = std::vector<std::uint32_t>;
    static_assert(type_limits.validators <= std::uint64_t{1} << 32);

    struct Part {
        Voters voters;
        ValidatorSignature signature;
    };
    /// Everything seen for one data.
    struct DataVotes {
        AttestationData data;
        std::shared_ptr<const VoteWeights> weights;
        std::vector<Part> parts; ///< each brought a new voter
        std::size_t voters = 0;  ///< those that count
        bool source_is_ancestor = false;
        bool justifies = false; ///< counted for its target: its source is justified too
    };
    struct Tally {
        std::shared_ptr<const VoteWeights> weights;
        JointWeight weight;

        bool is_quorum() const { return weights && is_joint_quorum(weight, weights->sets); }
    };
    struct LinkKey {
        Checkpoint source;
        Root current;
        Root previous;
        auto operator<=>(const LinkKey&) const = default;
    };
    /// Data are numbered in order of arrival. Since a validator has two data at most, tallies need not remember whom
    /// they counted: it is looked up whether the other data is in the same tally.
    struct EpochVotes {
        std::vector<DataVotes> data;
        std::map<AttestationData, std::uint32_t> numbers;
        std::vector<std::uint32_t> first_data;              ///< by validator, from 1; 0 for none
        std::map<std::uint32_t, std::uint32_t> second_data; ///< of equivocators
        std::map<Checkpoint, Tally> targets;                ///< votes whose source is justified
        std::map<LinkKey, Tally> links;

        bool has_room(std::uint32_t voter) const;
        bool admit(std::uint32_t voter, std::uint32_t number);
        /// What the voter signed beside this; nullptr when nothing.
        const DataVotes* other_data(std::uint32_t voter, std::uint32_t number) const;
        Voters voters_of(std::uint32_t number) const;
        /// Adds the voters of a data to a tally, but for those whose other data is `counted` there.
        template <class Counted>
        void count(Tally& tally, std::uint32_t number, const Voters& voters, const Counted& counted) const;
    };
    using Events = std::vector<TrackerEvent>;
    using DataList = std::vector<const DataVotes*>;

    EpochVotes* epoch_for(Epoch target);
    std::optional<std::uint32_t> number_for(EpochVotes& epoch, const TrackedVote& vote) const;
    static void count_for_link(EpochVotes& epoch, std::uint32_t number, const Voters& voters);
    void count_for_target(EpochVotes& epoch, std::uint32_t number, const Voters& voters,
                          std::vector<Checkpoint>& reached) const;
    void spread(std::vector<Checkpoint> justified, Events& events);
    void finalize_by_links_to(Epoch target, Events& events);
    std::optional<std::vector<Checkpoint>> justified_between(const Checkpoint& source, std::uint64_t steps) const;
    bool learn_justified(const Checkpoint& checkpoint);

    const Tally* link_quorum(const Checkpoint& source, Epoch target) const;
    DataList data_for_link(const Checkpoint& source, Epoch target, const WeightsRoots& roots) const;
    DataList data_for_target(const Checkpoint& target) const;

    IsAncestor is_ancestor_;
    TrackerLimits limits_;
    Checkpoint finalized_;
    Epoch pruned_; ///< votes with a target up to it are not taken
    std::set<Checkpoint> justified_;
    std::map<Epoch, EpochVotes> epochs_; ///< by target epoch
};

} // namespace quoin::finality
