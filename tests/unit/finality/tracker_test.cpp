#include "world.hpp"

#include <quoin/base/random.hpp>

#include <gtest/gtest.h>

#include <algorithm>

namespace quoin::finality {
namespace {

/// Four validators of equal weight; `chain[e]` is the checkpoint of epoch e on a chain without empty slots.
struct TrackerTest : testing::Test {
    TrackerTest() : tracker(voting.ancestry()) {
        voting.weights = weights({10, 10, 10, 10});
        chain.push_back({Epoch{}, voting.tree.genesis});
        for (std::uint64_t slot = 1; slot < 12; ++slot) {
            chain.push_back({Epoch{slot}, voting.tree.add(chain.back().root, slot)});
        }
        tracker.restart_from(chain[0], {});
    }

    static std::shared_ptr<const VoteWeights> weights(const std::vector<std::uint64_t>& numbers) {
        return vote_weights(test::sets_with(numbers, numbers));
    }
    std::vector<TrackerEvent> add(const std::vector<std::uint64_t>& voters, const Checkpoint& source,
                                  const Checkpoint& target) {
        return tracker.add(voting.vote(voters, voting.data(source, target)));
    }
    std::vector<TrackerEvent> add_each(const std::vector<std::uint64_t>& voters, const Checkpoint& source,
                                       const Checkpoint& target) {
        std::vector<TrackerEvent> events;
        for (const std::uint64_t voter : voters) {
            const auto more = add({voter}, source, target);
            events.insert(events.end(), more.begin(), more.end());
        }
        return events;
    }

    using Events = std::vector<TrackerEvent>;
    test::Voting voting;
    std::vector<Checkpoint> chain;
    Tracker tracker;
};

TEST_F(TrackerTest, justifies_and_finalizes_as_the_votes_arrive) {
    EXPECT_EQ(add_each({0, 1}, chain[0], chain[1]), Events{});
    EXPECT_EQ(add({2}, chain[0], chain[1]), Events{Justified{chain[1]}});
    EXPECT_EQ(add({3}, chain[0], chain[1]), Events{});
    EXPECT_EQ(add_each({3, 1}, chain[1], chain[2]), Events{});
    EXPECT_EQ(add({0}, chain[1], chain[2]), (Events{Finalized{chain[1], 1}, Justified{chain[2]}}));
    EXPECT_EQ(tracker.finalized(), chain[1]);
    EXPECT_EQ(tracker.highest_justified(), chain[2]);
}

TEST_F(TrackerTest, votes_wait_for_their_source_to_be_justified) {
    EXPECT_EQ(add_each({0, 1, 2}, chain[2], chain[3]), Events{});
    EXPECT_EQ(add_each({0, 1, 2}, chain[1], chain[2]), Events{});
    EXPECT_EQ(add_each({0, 1, 2}, chain[0], chain[1]),
              (Events{Justified{chain[1]}, Finalized{chain[1], 1}, Justified{chain[2]}, Finalized{chain[2], 1},
                      Justified{chain[3]}}));
}

TEST_F(TrackerTest, a_vote_counts_once_and_pruned_or_senseless_ones_not_at_all) {
    EXPECT_EQ(add_each({0, 0, 0, 1, 1, 0}, chain[0], chain[1]), Events{});
    EXPECT_EQ(tracker.parts_kept(), 2U);
    EXPECT_EQ(add_each({0, 1, 2}, chain[1], chain[1]), Events{});
    EXPECT_EQ(add_each({0, 1, 2}, chain[2], chain[1]), Events{});
    tracker.prune(Epoch{3});
    EXPECT_EQ(tracker.parts_kept(), 0U);
    EXPECT_EQ(add_each({0, 1, 2}, chain[0], chain[3]), Events{});
    EXPECT_EQ(tracker.parts_kept(), 0U);
}

TEST_F(TrackerTest, an_equivocator_counts_once_in_each_tally_and_fills_two_data_at_most) {
    const Checkpoint other{Epoch{2}, voting.tree.add(chain[1].root, 2)};
    add_each({0, 1, 2}, chain[0], chain[1]);
    add({0}, chain[1], chain[2]);
    add({0}, chain[1], other);
    EXPECT_EQ(add({0}, chain[0], chain[2]), Events{});
    EXPECT_EQ(tracker.parts_kept(), 5U) << "the third data of one epoch is not kept";
    EXPECT_EQ(add({1}, chain[1], chain[2]), Events{});
    EXPECT_EQ(add({2}, chain[1], other), (Events{Finalized{chain[1], 1}})) << "the link counts all targets";
    EXPECT_EQ(add({2}, chain[1], chain[2]), Events{Justified{chain[2]}});
    EXPECT_EQ(add({1}, chain[1], other), Events{Justified{other}}) << "two of one epoch need a third slashable";
}

TEST_F(TrackerTest, an_aggregate_counts_those_whom_the_ones_before_it_did_not_count) {
    EXPECT_EQ(add({0, 1}, chain[0], chain[1]), Events{});
    EXPECT_EQ(add({0, 1}, chain[0], chain[1]), Events{});
    EXPECT_EQ(tracker.parts_kept(), 1U) << "it brought nobody";
    EXPECT_EQ(add({1, 2}, chain[0], chain[1]), Events{Justified{chain[1]}});
    EXPECT_EQ(add({0, 1}, chain[3], chain[4]), Events{});
    EXPECT_EQ(add({0, 1, 2}, chain[3], chain[4]), Events{});
    EXPECT_EQ(tracker.note_justified(chain[3]), (Events{Finalized{chain[3], 1}, Justified{chain[4]}}));
}

TEST_F(TrackerTest, an_equivocators_votes_for_one_target_count_once_whatever_their_order) {
    const Checkpoint other{Epoch{2}, voting.tree.add(chain[0].root, 2)};
    AttestationData second = voting.data(chain[2], chain[3]);
    second.head = other.root;
    add_each({0, 1}, chain[2], chain[3]);
    tracker.add(voting.vote({0, 1}, second));
    EXPECT_EQ(tracker.note_justified(chain[2]), Events{}) << "two of four, whatever they signed";
    EXPECT_EQ(tracker.add(voting.vote({2}, second)), (Events{Finalized{chain[2], 1}, Justified{chain[3]}}));
}

TEST_F(TrackerTest, tallies_of_other_weights_are_never_added) {
    const Checkpoint elsewhere{Epoch{2}, voting.tree.add(chain[1].root, 2)};
    add_each({0, 1, 2}, chain[0], chain[1]);
    add_each({0, 1}, chain[1], chain[2]);
    voting.weights = weights({10, 10, 10, 11});
    EXPECT_EQ(add_each({2, 3}, chain[1], elsewhere), Events{});
    EXPECT_EQ(tracker.finalized(), chain[0]);
}

TEST_F(TrackerTest, both_sets_of_a_version_must_agree) {
    voting.weights = vote_weights(test::sets_with({10, 10, 10, 0}, {0, 0, 10, 20}));
    EXPECT_EQ(add_each({0, 1, 2}, chain[0], chain[1]), Events{});
    EXPECT_EQ(add({3}, chain[0], chain[1]), Events{Justified{chain[1]}});
}

TEST_F(TrackerTest, a_source_elsewhere_justifies_nothing_and_still_counts_for_its_link) {
    const Checkpoint off{Epoch{2}, voting.tree.add(chain[0].root, 2)};
    add_each({0, 1, 2}, chain[0], chain[1]);
    EXPECT_EQ(add_each({0, 1, 2}, chain[1], off), (Events{Finalized{chain[1], 1}}));
    EXPECT_FALSE(tracker.is_justified(off));
}

TEST_F(TrackerTest, a_longer_link_needs_checkpoints_between_on_the_chain_of_its_source) {
    const Checkpoint branch{Epoch{2}, voting.tree.add(chain[0].root, 2)};
    add_each({0, 1, 2}, chain[0], chain[1]);
    EXPECT_EQ(add_each({0, 1, 2}, chain[0], branch), Events{Justified{branch}});
    EXPECT_EQ(add_each({0, 1, 2}, chain[1], chain[3]), Events{Justified{chain[3]}});
    EXPECT_EQ(tracker.finalized(), chain[0]) << "what is justified between lies on another branch";

    EXPECT_EQ(add_each({3, 2, 1}, chain[0], chain[2]), (Events{Justified{chain[2]}, Finalized{chain[1], 2}}));
    EXPECT_EQ(add_each({0, 1, 2}, chain[3], chain[6]), Events{Justified{chain[6]}});
    EXPECT_EQ(add_each({0, 1, 2}, chain[3], chain[5]), Events{Justified{chain[5]}});
    EXPECT_EQ(add_each({0, 1, 2}, chain[3], chain[4]), (Events{Finalized{chain[3], 1}, Justified{chain[4]}}));
}

TEST_F(TrackerTest, three_epochs_are_the_longest_link) {
    add_each({0, 1, 2}, chain[0], chain[1]);
    for (const std::uint64_t between : {2U, 3U, 4U}) {
        add_each({0, 1, 2}, chain[0], chain[between]);
    }
    EXPECT_EQ(add_each({0, 1, 2}, chain[1], chain[5]), Events{Justified{chain[5]}});
    EXPECT_EQ(add_each({0, 1, 2}, chain[3], chain[6]), (Events{Finalized{chain[3], 3}, Justified{chain[6]}}));
}

TEST_F(TrackerTest, believes_what_a_chain_says) {
    add_each({0, 1, 2}, chain[3], chain[4]);
    EXPECT_EQ(tracker.note_justified(chain[3]), (Events{Finalized{chain[3], 1}, Justified{chain[4]}}));
    EXPECT_EQ(tracker.note_justified(chain[3]), Events{});
    add_each({0, 1, 2}, chain[7], chain[8]);
    EXPECT_EQ(tracker.note_finalized(chain[7]), Events{Justified{chain[8]}});
    EXPECT_EQ(tracker.finalized(), chain[7]);
    EXPECT_EQ(tracker.note_finalized(chain[5]), Events{});
    EXPECT_EQ(tracker.finalized(), chain[7]);
}

TEST_F(TrackerTest, starts_again_from_what_was_durable) {
    add_each({0, 1, 2}, chain[0], chain[1]);
    tracker.restart_from(chain[5], {chain[6]});
    EXPECT_EQ(tracker.parts_kept(), 0U);
    EXPECT_EQ(tracker.finalized(), chain[5]);
    EXPECT_EQ(tracker.highest_justified(), chain[6]);
    EXPECT_EQ(add_each({0, 1, 2}, chain[6], chain[7]), (Events{Finalized{chain[6], 1}, Justified{chain[7]}}));
}

TEST_F(TrackerTest, keeps_to_its_bounds_by_forgetting_the_lowest) {
    Tracker small(voting.ancestry(), {3, 4});
    small.restart_from(chain[0], {});
    for (std::uint64_t target = 1; target < 12; ++target) {
        small.add(voting.vote({0, 1, 2}, voting.data(chain[0], chain[target])));
        EXPECT_LE(small.parts_kept(), 3U);
    }
    EXPECT_EQ(small.add(voting.vote({3}, voting.data(chain[0], chain[2]))), Events{});
    EXPECT_LE(small.parts_kept(), 3U);
    EXPECT_FALSE(small.is_justified(chain[1]));
    EXPECT_TRUE(small.is_justified(chain[0])) << "what is finalized stays";
    EXPECT_TRUE(small.is_justified(chain[11]));
}

/// J and F by their definition over all votes at once.
struct NaiveTracker {
    const test::Voting& voting;
    std::vector<std::pair<std::uint64_t, AttestationData>> votes;
    std::set<Checkpoint> justified;

    bool is_quorum(const std::function<bool(const AttestationData&)>& wanted) const {
        std::set<std::uint64_t> voters;
        for (const auto& [voter, data] : votes) {
            if (wanted(data)) {
                voters.insert(voter);
            }
        }
        JointWeight sum;
        for (const std::uint64_t voter : voters) {
            const JointWeight weight = weight_of(voting.weights->sets, ValidatorIndex{voter});
            sum[0] += weight[0];
            sum[1] += weight[1];
        }
        return is_joint_quorum(sum, voting.weights->sets);
    }
    void spread() {
        for (bool grew = true; grew;) {
            grew = false;
            for (const auto& [voter, chosen] : votes) {
                const Checkpoint target = chosen.target;
                if (!justified.contains(target) && is_quorum([&](const AttestationData& data) {
                        return data.target == target && justified.contains(data.source) &&
                               voting.tree.is_ancestor(data.source, target);
                    })) {
                    grew = justified.insert(target).second;
                }
            }
        }
    }
    bool is_linked(const Checkpoint& from, std::uint64_t steps) const {
        return steps == 0 || std::any_of(justified.begin(), justified.end(), [&](const Checkpoint& next) {
                   return next.epoch == from.epoch + 1 && voting.tree.is_ancestor(from, next) &&
                          is_linked(next, steps - 1);
               });
    }
    std::uint64_t highest_final() const {
        std::uint64_t highest = 0;
        for (const Checkpoint& source : justified) {
            for (std::uint64_t span = 1; span <= 3; ++span) {
                if (is_linked(source, span - 1) && is_quorum([&](const AttestationData& data) {
                        return data.source == source && data.target.epoch == source.epoch + span;
                    })) {
                    highest = std::max(highest, source.epoch.value);
                }
            }
        }
        return highest;
    }
};

TEST(Tracker, agrees_with_the_definition_whatever_the_order_of_arrival) {
    constexpr std::uint64_t seed = 5;
    SeededRandom random(seed);
    std::uint64_t finalized = 0;
    for (int round = 0; round < 200; ++round) {
        test::Voting voting;
        voting.weights = vote_weights(test::sets_with({3, 2, 2, 1, 2}, {2, 2, 3, 2, 1}));
        std::vector<Root> blocks{voting.tree.genesis};
        for (std::uint64_t slot = 1; slot < 8; ++slot) {
            if (random.chance(85)) {
                const std::size_t back = random.chance(15) ? std::min<std::size_t>(blocks.size(), 2) : 1;
                blocks.push_back(voting.tree.add(blocks[blocks.size() - back], slot));
            }
        }
        NaiveTracker naive{voting, {}, {{Epoch{}, voting.tree.genesis}}};
        for (std::uint64_t voter = 0; voter < 5; ++voter) {
            for (std::uint64_t target = 1; target < 8; ++target) {
                // One vote an epoch, now and then a second that differs.
                for (std::uint64_t count = random.chance(10) ? 2 : 1; count > 0; --count) {
                    const Root tip = blocks[blocks.size() - 1 - (random.chance(15) ? random.below(blocks.size()) : 0)];
                    const Checkpoint to = voting.tree.checkpoint(tip, target);
                    const std::uint64_t back = random.chance(70) ? 1 : 2 + random.below(2);
                    const Checkpoint from = voting.tree.checkpoint(to.root, target - std::min(back, target));
                    naive.votes.emplace_back(voter, voting.data(from, to));
                }
            }
        }
        for (std::size_t i = naive.votes.size() - 1; i > 0; --i) {
            std::swap(naive.votes[i], naive.votes[random.below(i + 1)]);
        }
        Tracker tracker(voting.ancestry());
        tracker.restart_from({Epoch{}, voting.tree.genesis}, {});
        std::set<Checkpoint> announced{{Epoch{}, voting.tree.genesis}};
        for (const auto& [voter, data] : naive.votes) {
            std::set<std::uint64_t> together{voter};
            for (const auto& [other, same] : naive.votes) {
                if (same == data && random.chance(30)) {
                    together.insert(other);
                }
            }
            for (const TrackerEvent& event : tracker.add(voting.vote({together.begin(), together.end()}, data))) {
                if (const auto* justified = std::get_if<Justified>(&event)) {
                    EXPECT_TRUE(announced.insert(justified->checkpoint).second);
                }
            }
        }
        naive.spread();
        ASSERT_EQ(announced, naive.justified) << "seed " << seed << " round " << round;
        ASSERT_EQ(tracker.finalized().epoch.value, naive.highest_final()) << "seed " << seed << " round " << round;
        finalized += tracker.finalized().epoch.value;
    }
    EXPECT_GT(finalized, 200U);
}

} // namespace
} // namespace quoin::finality
