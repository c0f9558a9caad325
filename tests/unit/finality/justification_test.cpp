#include "world.hpp"

#include <quoin/base/random.hpp>

#include <gtest/gtest.h>

namespace quoin::finality {
namespace {

using test::FinalityChain;

EraSets four() {
    return test::sets_with({10, 10, 10, 10}, {10, 10, 10, 10});
}

TEST(Justification, a_quorum_for_the_own_checkpoint_justifies_it) {
    FinalityChain chain(four());
    chain.go_to(2);
    chain.include(0, 1, {0, 1});
    EXPECT_EQ(chain.state.justified.epoch, Epoch{0});
    chain.include(0, 1, {3});
    EXPECT_EQ(chain.state.justified, chain.own(1));
    EXPECT_EQ(chain.state.open_epochs[1].target_weight[0], Weight{30});
    EXPECT_EQ(chain.state.open_epochs[1].voted.count(), 3U);
}

TEST(Justification, exactly_two_thirds_are_enough_and_one_less_is_not) {
    for (const std::uint64_t missing : {0U, 1U}) {
        FinalityChain chain(test::sets_with({200 - missing, 100 + missing}, {200, 100}));
        chain.go_to(2);
        chain.include(0, 1, {0});
        EXPECT_EQ(chain.state.justified.epoch, Epoch{1 - missing});
    }
}

TEST(Justification, a_third_of_very_large_weights_is_no_quorum) {
    const std::vector<std::uint64_t> huge(3, std::uint64_t{1} << 62);
    FinalityChain chain(test::sets_with(huge, huge));
    chain.go_to(2);
    chain.include(0, 1, {0});
    EXPECT_EQ(chain.state.justified.epoch, Epoch{0});
    chain.include(0, 1, {1});
    EXPECT_EQ(chain.state.justified.epoch, Epoch{1});
}

TEST(Justification, both_sets_must_agree_when_three_of_four_are_replaced) {
    const EraSets sets = test::sets_with({10, 0, 0, 0, 10, 10, 10}, {10, 10, 10, 10});
    FinalityChain new_alone(sets);
    new_alone.go_to(2);
    new_alone.include(0, 1, {0, 4, 5, 6});
    EXPECT_EQ(new_alone.state.justified.epoch, Epoch{0});
    new_alone.include(0, 1, {1});
    EXPECT_EQ(new_alone.state.justified.epoch, Epoch{0});
    new_alone.include(0, 1, {2});
    EXPECT_EQ(new_alone.state.justified.epoch, Epoch{1});
}

TEST(Finalization, a_link_to_the_next_epoch_finalizes_its_source) {
    FinalityChain chain(four());
    chain.go_to(2);
    chain.include(0, 1, {0, 1, 2, 3});
    chain.next_slot();
    chain.include(1, 2, {0, 1});
    EXPECT_EQ(chain.state.finalized.epoch, Epoch{0});
    chain.include(1, 2, {2});
    EXPECT_EQ(chain.state.finalized, chain.own(1));
    EXPECT_EQ(chain.state.justified, chain.own(2));
}

TEST(Finalization, one_attestation_does_not_decide_the_source_of_a_quorum_of_targets) {
    FinalityChain chain(four());
    chain.go_to(2);
    chain.include(0, 1, {0, 1, 2});
    chain.next_slot();
    chain.include(0, 2, {0, 1, 2});
    chain.include(1, 2, {3});
    EXPECT_EQ(chain.state.justified.epoch, Epoch{2});
    EXPECT_EQ(chain.state.finalized.epoch, Epoch{0});
}

TEST(Finalization, a_vote_for_a_target_elsewhere_counts_for_the_link_alone) {
    FinalityChain chain(four());
    chain.go_to(2);
    chain.include(0, 1, {0, 1, 2});
    chain.next_slot();
    chain.include(chain.own(1), {Epoch{2}, test::secret(5)}, {0, 1});
    chain.include(chain.own(1), {Epoch{2}, test::secret(6)}, {2});
    EXPECT_EQ(chain.state.justified.epoch, Epoch{1});
    EXPECT_EQ(chain.state.finalized.epoch, Epoch{1});
}

TEST(Finalization, a_source_that_is_not_the_chains_own_counts_for_no_link) {
    FinalityChain chain(four());
    chain.go_to(3);
    chain.include(0, 1, {0, 1, 2});
    chain.include({Epoch{1}, test::secret(5)}, chain.own(2), {0, 1, 2});
    EXPECT_EQ(chain.state.finalized.epoch, Epoch{0});
    EXPECT_EQ(chain.state.open_epochs[2].link_weight[0][0], Weight{0});
}

TEST(Finalization, a_longer_link_needs_the_epochs_between_to_be_justified) {
    for (const std::uint64_t span : {2U, 3U}) {
        FinalityChain chain(four());
        chain.go_to(3 + span);
        chain.include(0, 1, {0, 1, 2});
        chain.include(1, 1 + span, {0, 1, 2});
        EXPECT_EQ(chain.state.justified.epoch, Epoch{1 + span});
        for (std::uint64_t between = 2; between <= span; ++between) {
            EXPECT_EQ(chain.state.finalized.epoch, Epoch{0}) << "span " << span;
            chain.include(0, between, {1, 2, 3});
        }
        EXPECT_EQ(chain.state.finalized.epoch, Epoch{1}) << "justified late, at once final";
    }
}

TEST(Finalization, four_epochs_are_too_far) {
    FinalityChain chain(four());
    chain.go_to(6);
    for (std::uint64_t target = 1; target <= 4; ++target) {
        chain.include(0, target, {0, 1, 2});
    }
    chain.include(1, 5, {0, 1, 2, 3});
    EXPECT_EQ(chain.state.justified.epoch, Epoch{5});
    EXPECT_EQ(chain.state.finalized.epoch, Epoch{0});
}

TEST(Finalization, goes_on_when_every_attestation_comes_a_slot_late) {
    FinalityChain chain(four());
    for (std::uint64_t slot = 3; slot < 30; ++slot) {
        chain.go_to(slot); // votes for slot - 2, whose voters knew only what slot - 2 had included
        chain.include(slot <= 4 ? 0 : slot - 4, slot - 2, {0, 1, 2, 3});
        EXPECT_EQ(chain.state.finalized.epoch.value, slot <= 4 ? 0 : slot - 4);
    }
}

TEST(Finalization, silent_leaders_are_bridged_by_checkpoints_of_empty_slots) {
    FinalityChain chain(four());
    chain.go_to(2);
    chain.include(0, 1, {0, 1, 2});
    for (int silent = 0; silent < 4; ++silent) {
        chain.next_slot(true);
    }
    chain.next_slot();
    for (std::uint64_t target = 2; target <= 5; ++target) {
        chain.include(1, target, {0, 1, 2});
    }
    EXPECT_EQ(chain.state.finalized.epoch, Epoch{1});
    chain.include(5, 6, {0, 1, 2});
    EXPECT_EQ(chain.state.finalized, (Checkpoint{Epoch{5}, FinalityChain::block_of(1)}));
}

TEST(Finalization, an_attestation_of_epoch_zero_marks_its_voters_only) {
    Spec spec = test::slot_epochs();
    spec.slots_per_epoch = 4;
    FinalityChain chain(four(), spec);
    chain.next_slot();
    chain.include(0, 0, {0, 1, 2});
    EXPECT_EQ(chain.state.open_epochs[0].voted.count(), 3U);
    EXPECT_EQ(chain.state.open_epochs[0].target_weight[0], Weight{0});
    EXPECT_EQ(chain.state.recent_justified.size(), 1U);
}

TEST(AdvanceEpoch, keeps_what_the_window_and_the_links_reach) {
    FinalityChain chain(four());
    for (std::uint64_t slot = 2; slot < 40; ++slot) {
        chain.go_to(slot);
        if (slot < 20 && slot % 3 != 0) {
            chain.include(chain.state.justified.epoch.value, slot - 1, {0, 1, 2});
        }
        const std::uint64_t window = chain.spec.inclusion_window_epochs;
        EXPECT_EQ(chain.state.open_epochs.size(), std::min<std::size_t>(slot + 1, window));
        EXPECT_EQ(chain.state.open_epochs.back().epoch, Epoch{slot});
        const auto& known = chain.state.recent_justified;
        EXPECT_TRUE(known.size() < 2 || known[1].epoch + window + 3 > Epoch{slot});
        EXPECT_EQ(known.back(), chain.state.justified);
    }
    EXPECT_EQ(chain.state.recent_justified.size(), 1U) << "the highest below the window stays";
    EXPECT_EQ(chain.state.justified.epoch, Epoch{18});
}

TEST(AdvanceEpoch, a_leak_begins_when_finality_is_too_far_behind) {
    FinalityChain chain(four());
    chain.state.slot = Slot{chain.spec.leak_after_epochs};
    EXPECT_FALSE(leak_is_active(chain.state, chain.spec));
    ++chain.state.slot;
    EXPECT_TRUE(leak_is_active(chain.state, chain.spec));
}

/// J and F word by word over all votes ever included, nothing kept from step to step.
struct NaiveFinality {
    struct Vote {
        Checkpoint source;
        Checkpoint target;
        std::vector<std::uint64_t> positions;
    };
    std::vector<Vote> votes;
    std::vector<Checkpoint> own; ///< by epoch
    const EraSets& sets;

    bool is_quorum(const std::function<bool(const Vote&)>& wanted) const {
        JointWeight sum;
        for (const Vote& vote : votes) {
            for (const std::uint64_t position : vote.positions) {
                const JointWeight weight = weight_of(sets, sets.duty_set[position]);
                sum[0] += wanted(vote) ? weight[0] : Weight{};
                sum[1] += wanted(vote) ? weight[1] : Weight{};
            }
        }
        return is_joint_quorum(sum, sets);
    }
    bool is_justified(std::uint64_t epoch) const {
        return epoch == 0 || is_quorum([&](const Vote& vote) { return vote.target == own[epoch]; });
    }
    bool is_final(std::uint64_t epoch) const {
        bool all_justified = is_justified(epoch);
        for (std::uint64_t span = 1; span <= 3 && all_justified && epoch + span < own.size(); ++span) {
            if (is_quorum([&](const Vote& vote) {
                    return vote.source == own[epoch] && vote.target.epoch.value == epoch + span;
                })) {
                return true;
            }
            all_justified = is_justified(epoch + span);
        }
        return false;
    }
};

/// Includes a random attestation of a random open epoch, if it has new voters.
void include_something(FinalityChain& chain, NaiveFinality& naive, SeededRandom& random) {
    const OpenEpoch& open = chain.state.open_epochs[random.below(chain.state.open_epochs.size() - 1)];
    std::vector<Checkpoint> sources;
    for (const Checkpoint& known : chain.state.recent_justified) {
        if (known.epoch < open.epoch) {
            sources.push_back(known);
        }
    }
    std::vector<std::uint64_t> fresh;
    for (std::uint64_t position = 0; position < open.voted.size(); ++position) {
        if (!open.voted.get(position) && random.chance(75)) {
            fresh.push_back(position);
        }
    }
    if (sources.empty() || fresh.empty()) {
        return;
    }
    const Checkpoint source = random.chance(60) ? sources.back() : sources[random.below(sources.size())];
    Checkpoint target = chain.own(open.epoch.value);
    if (random.chance(10)) {
        target.root = test::secret(3);
    }
    naive.votes.push_back({source, target, fresh});
    chain.include(source, target, fresh);
}

TEST(Finalization, agrees_with_the_definition_on_random_histories) {
    constexpr std::uint64_t seed = 99;
    SeededRandom random(seed);
    std::uint64_t finalized = 0;
    for (int history = 0; history < 150; ++history) {
        const EraSets sets = test::sets_with({30, 20, 10, 0, 25, 15}, {25, 20, 10, 30, 15, 0});
        FinalityChain chain(sets);
        NaiveFinality naive{{}, {chain.state.finalized}, sets};
        while (chain.state.slot.value < 20) {
            chain.next_slot(random.chance(15));
            while (naive.own.size() < chain.state.slot.value) {
                naive.own.push_back(chain.own(naive.own.size()));
            }
            for (std::uint64_t i = random.below(5); i > 0; --i) {
                include_something(chain, naive, random);
                std::uint64_t justified = 0;
                std::uint64_t final = 0;
                for (std::uint64_t epoch = 0; epoch < naive.own.size(); ++epoch) {
                    justified = naive.is_justified(epoch) ? epoch : justified;
                    final = naive.is_final(epoch) ? epoch : final;
                }
                ASSERT_EQ(chain.state.justified, naive.own[justified]) << "seed " << seed << " history " << history;
                ASSERT_EQ(chain.state.finalized, naive.own[final]) << "seed " << seed << " history " << history;
            }
        }
        finalized += chain.state.finalized.epoch.value;
    }
    EXPECT_GT(finalized, 500U);
}

} // namespace
} // namespace quoin::finality
