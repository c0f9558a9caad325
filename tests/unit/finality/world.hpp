#pragma once

#include <quoin/codec/ssz.hpp>
#include <quoin/crypto/signing.hpp>
#include <quoin/finality/justification.hpp>
#include <quoin/finality/tracker.hpp>

#include <support/sample_genesis.hpp>

#include <map>
#include <vector>

namespace quoin::test {

inline Column<Weight, type_limits.validators> weights_of(const std::vector<std::uint64_t>& numbers) {
    Column<Weight, type_limits.validators> column;
    for (const std::uint64_t number : numbers) {
        column.push_back(Weight{number});
    }
    return column;
}

inline EraSets sets_with(const std::vector<std::uint64_t>& current, const std::vector<std::uint64_t>& previous) {
    EraSets sets;
    sets.weights = weights_of(current);
    sets.previous_weights = weights_of(previous);
    for (const std::uint64_t weight : current) {
        sets.total[0] += Weight{weight};
    }
    for (const std::uint64_t weight : previous) {
        sets.total[1] += Weight{weight};
    }
    for (std::uint64_t i = 0; i < std::max(current.size(), previous.size()); ++i) {
        const JointWeight weight = weight_of(sets, ValidatorIndex{i});
        if (!weight[0].is_zero() || !weight[1].is_zero()) {
            sets.duty_set.push_back(ValidatorIndex{i});
        }
    }
    return sets;
}

/// Epochs of one slot and one long era, so that an epoch is a slot.
inline Spec slot_epochs() {
    Spec spec = sample_spec();
    spec.slots_per_epoch = 1;
    spec.epochs_per_era = 1 << 20;
    spec.inclusion_window_epochs = 8;
    return spec;
}

/// A chain's finality without its blocks: every slot has a block of its own unless told otherwise.
struct FinalityChain {
    explicit FinalityChain(const EraSets& sets, const Spec& chosen = slot_epochs()) : spec(chosen) {
        state.block_roots.resize(256);
        state.sets.push_back(sets);
        state.recent_justified.push_back({Epoch{}, block_of(0)});
        state.justified = state.finalized = state.recent_justified[0];
        finality::advance_epoch(state, spec, Epoch{});
    }

    static Root block_of(std::uint64_t slot) { return secret(10'000 + slot); }

    /// Moves on one slot; an empty one leaves the last block in the ring.
    void next_slot(bool is_empty = false) {
        const std::uint64_t passed = state.slot.value;
        const Root last = passed == 0 ? block_of(0) : state.block_roots[(passed - 1) % 256];
        state.block_roots.set(passed % 256, is_empty ? last : block_of(passed));
        ++state.slot;
        if (state.slot.value % spec.slots_per_epoch == 0) {
            finality::advance_epoch(state, spec, epoch_of(spec, state.slot));
        }
    }
    void go_to(std::uint64_t slot) {
        while (state.slot.value < slot) {
            next_slot();
        }
    }

    Checkpoint own(std::uint64_t epoch) const { return checkpoint_at(state, spec, Epoch{epoch}); }

    /// Includes a vote of some duty positions.
    void include(const Checkpoint& source, const Checkpoint& target, const std::vector<std::uint64_t>& positions) {
        const AttestationData data{first_slot_of(spec, target.epoch), target.root, source, target};
        finality::count_votes(state, spec, data, positions);
    }
    void include(std::uint64_t source, std::uint64_t target, const std::vector<std::uint64_t>& positions) {
        include(own(source), own(target), positions);
    }

    Spec spec;
    State state;
};

/// Blocks as headers, with E = 1.
struct Tree {
    Tree() { genesis = hash_tree_root(add_header({}, 0)); }

    Root add(const Root& parent, std::uint64_t slot) { return hash_tree_root(add_header(parent, slot)); }

    Root ancestor_at(Root root, std::uint64_t slot) const {
        while (headers.contains(root) && headers.at(root).slot.value > slot) {
            root = headers.at(root).parent_root;
        }
        return root;
    }
    Checkpoint checkpoint(const Root& root, std::uint64_t epoch) const {
        return {Epoch{epoch}, ancestor_at(root, epoch)};
    }
    bool is_ancestor(const Checkpoint& ancestor, const Checkpoint& of) const {
        return ancestor.epoch < of.epoch && checkpoint(of.root, ancestor.epoch.value) == ancestor;
    }
    std::vector<BlockHeader> between(const Root& ancestor, Root descendant) const {
        std::vector<BlockHeader> found;
        for (; descendant != ancestor; descendant = found.back().parent_root) {
            found.push_back(headers.at(descendant));
        }
        return found;
    }

    std::map<Root, BlockHeader> headers;
    Root genesis;

private:
    BlockHeader add_header(const Root& parent, std::uint64_t slot) {
        BlockHeader header;
        header.slot = Slot{slot};
        header.parent_root = parent;
        header.time_ms = ++count_;
        headers.emplace(hash_tree_root(header), header);
        return header;
    }
    std::uint64_t count_ = 0;
};

/// Votes of validators with the sample keys, signed by the fast double.
struct Voting {
    Tree tree;
    std::shared_ptr<const finality::VoteWeights> weights;
    crypto::Domain domain{};

    AttestationData data(const Checkpoint& source, const Checkpoint& target) const {
        return {Slot{target.epoch.value}, target.root, source, target};
    }
    finality::TrackedVote vote(const std::vector<std::uint64_t>& voters, const AttestationData& chosen) const {
        finality::TrackedVote vote;
        std::vector<ValidatorSignature> parts;
        const Root message = crypto::signing_root(hash_tree_root(chosen), domain);
        for (const std::uint64_t voter : voters) {
            vote.voters.emplace_back(voter);
            parts.push_back(crypto::FastDouble::sign(validator_key(voter), message));
        }
        crypto::FastDouble scheme;
        vote.signature = *scheme.aggregate(parts);
        vote.data = chosen;
        vote.weights = weights;
        return vote;
    }
    finality::Tracker::IsAncestor ancestry() const {
        return [this](const Checkpoint& ancestor, const Checkpoint& of) { return tree.is_ancestor(ancestor, of); };
    }
    finality::Tracker::HeadersBetween headers() const {
        return [this](const Root& ancestor, const Root& descendant) { return tree.between(ancestor, descendant); };
    }
};

} // namespace quoin::test
