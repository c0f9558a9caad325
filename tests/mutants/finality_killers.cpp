#include "killer.hpp"

#include <quoin/slashing/offence.hpp>

#include <gtest/gtest.h>
#include <unit/finality/world.hpp>

namespace quoin::mutants {

using namespace finality;

namespace {

/// Votes by a tree of blocks, what a tracker makes of them, and the pairs that could be held against somebody.
class Trial {
public:
    Trial() : tracker_(voting.ancestry()) {
        weigh({10, 10, 10, 10});
        tracker_.restart_from(genesis(), {});
    }

    Checkpoint genesis() const { return {Epoch{}, voting.tree.genesis}; }
    void weigh(const std::vector<std::uint64_t>& weights) {
        voting.weights = vote_weights(test::sets_with(weights, weights));
    }

    void vote(const std::vector<std::uint64_t>& voters, const Checkpoint& source, const Checkpoint& target) {
        const AttestationData data = voting.data(source, target);
        for (const std::uint64_t voter : voters) {
            for (const AttestationData& before : signed_[voter]) {
                ASSERT_FALSE(slashing::is_double_vote(before, data) || slashing::is_surround(before, data) ||
                             slashing::is_surround(data, before))
                    << "the scenario breaks no rule";
            }
            signed_[voter].push_back(data);
        }
        for (const TrackerEvent& event : tracker_.add(voting.vote(voters, data))) {
            if (const auto* reached = std::get_if<Finalized>(&event)) {
                finalized_.push_back(reached->checkpoint);
            }
        }
    }

    /// S1, where nobody broke a rule.
    void expect_one_chain() const {
        for (const Checkpoint& one : finalized_) {
            for (const Checkpoint& other : finalized_) {
                EXPECT_TRUE(one.epoch >= other.epoch || voting.tree.is_ancestor(one, other))
                    << "blocks of epochs " << one.epoch.value << " and " << other.epoch.value
                    << " are both final, conflict, and nobody can be slashed";
            }
        }
    }

    test::Voting voting;

private:
    Tracker tracker_;
    std::map<std::uint64_t, std::vector<AttestationData>> signed_;
    std::vector<Checkpoint> finalized_;
};

void a_link_of_two_needs_its_middle() {
    Trial trial;
    const Checkpoint genesis = trial.genesis();
    const Checkpoint ours{Epoch{1}, trial.voting.tree.add(genesis.root, 1)};
    const Checkpoint theirs{Epoch{2}, trial.voting.tree.add(genesis.root, 2)};
    trial.vote({0, 1, 2}, genesis, ours);
    trial.vote({0, 1, 2}, genesis, theirs);
    trial.vote({0, 1, 2}, ours, {Epoch{3}, trial.voting.tree.add(ours.root, 3)});
    trial.vote({0, 1, 2}, theirs, {Epoch{4}, trial.voting.tree.add(theirs.root, 4)});
    trial.expect_one_chain();
}

void votes_weighed_by_different_sets_are_not_added() {
    Trial trial;
    const Checkpoint genesis = trial.genesis();
    const Checkpoint ours{Epoch{1}, trial.voting.tree.add(genesis.root, 1)};
    trial.weigh({8, 8, 8, 0, 0, 0});
    trial.vote({0, 1, 2}, genesis, ours);
    trial.vote({0}, ours, {Epoch{2}, trial.voting.tree.add(ours.root, 2)});
    trial.weigh({0, 0, 0, 8, 8, 8});
    trial.vote({3}, ours, {Epoch{2}, trial.voting.tree.add(ours.root, 2)});
    trial.weigh({8, 8, 8, 0, 0, 0});
    const Checkpoint theirs{Epoch{3}, trial.voting.tree.add(genesis.root, 3)};
    trial.vote({1, 2}, genesis, theirs);
    trial.vote({1, 2}, theirs, {Epoch{4}, trial.voting.tree.add(theirs.root, 4)});
    trial.expect_one_chain();
}

/// Weights far beyond what a genesis may hold: the arithmetic must not depend on that.
void weights_near_the_end_of_64_bits_are_compared_as_others() {
    Trial trial;
    constexpr std::uint64_t quarter = 2'500'000'000'000'000'000;
    trial.weigh({quarter, quarter, quarter, quarter});
    const Checkpoint genesis = trial.genesis();
    for (const std::vector<std::uint64_t>& side : {std::vector<std::uint64_t>{0, 1}, {2, 3}}) {
        const Checkpoint first{Epoch{1 + side[0]}, trial.voting.tree.add(genesis.root, 1 + side[0])};
        trial.vote(side, genesis, first);
        trial.vote(side, first, {first.epoch + 1, trial.voting.tree.add(first.root, first.epoch.value + 1)});
    }
    trial.expect_one_chain();
}

/// Two branches of one chain that part at slot 2, each counting the votes in its own blocks.
struct Branches {
    Branches() : ours(test::sets_with({10, 10, 10, 10}, {10, 10, 10, 10})), theirs(ours) {
        ours.go_to(2);
        theirs.go_to(2);
        for (std::uint64_t slot = 2; slot < 8; ++slot) {
            ours.next_slot();
            theirs.next_slot();
            theirs.state.block_roots.set(slot % 256, test::secret(20'000 + slot));
        }
    }

    test::FinalityChain ours;
    test::FinalityChain theirs;
};

/// Validators 0 to 2 vote 0-1, 1-2, 1-3, 1-4 and 4-5 and validator 3 votes 2-3: none of it is slashable.
void one_vote_does_not_choose_the_source_for_all() {
    Branches branches;
    for (test::FinalityChain* chain : {&branches.ours, &branches.theirs}) {
        chain->include(0, 1, {0, 1, 2});
    }
    branches.ours.include(1, 2, {0, 1, 2});
    branches.ours.include(1, 3, {0, 1, 2});
    branches.ours.include(2, 3, {3});
    branches.theirs.include(1, 4, {0, 1, 2});
    branches.theirs.include(4, 5, {0, 1, 2});
    EXPECT_EQ(branches.theirs.state.finalized.epoch, Epoch{4});
    EXPECT_EQ(branches.ours.state.finalized.epoch, Epoch{1})
        << "epoch 2 of this branch is final by one vote of four, and epoch 4 of the other is";
}

} // namespace

Killers finality_killers() {
    return {
        {Mutant::threshold_wraps_at_64_bits, "weights near the end of 64 bits are compared as others",
         weights_near_the_end_of_64_bits_are_compared_as_others},
        {Mutant::link_of_two_without_its_middle, "a link of two needs its middle", a_link_of_two_needs_its_middle},
        {Mutant::tally_by_target_alone, "one vote does not choose the source for all",
         one_vote_does_not_choose_the_source_for_all},
        {Mutant::versions_added_up, "votes weighed by different sets are not added",
         votes_weighed_by_different_sets_are_not_added},
    };
}

} // namespace quoin::mutants
