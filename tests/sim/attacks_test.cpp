#include "attacks/balancer.hpp"
#include "attacks/bystander.hpp"
#include "attacks/hidden_chain.hpp"
#include "attacks/late_block.hpp"
#include "attacks/silent_proposers.hpp"
#include "attacks/split.hpp"
#include "attacks/usurper.hpp"
#include "simulated_chain.hpp"
#include "virtual_node.hpp"
#include "world.hpp"

#include <quoin/codec/ssz.hpp>
#include <quoin/types/clock.hpp>

#include <gtest/gtest.h>

#include <cstdlib>
#include <deque>
#include <stdexcept>

// The attacks of PROTOCOL section 9 that need an adversary: each with the outcome that the rules promise, and a control
// without the rule that stops it, where the same attack must succeed.

namespace quoin::sim {

namespace {

using Numbers = std::vector<std::pair<std::string, std::string>>;

std::vector<ValidatorIndex> validators(std::uint64_t first, std::uint64_t end) {
    std::vector<ValidatorIndex> list;
    for (std::uint64_t i = first; i < end; ++i) {
        list.emplace_back(i);
    }
    return list;
}

std::uint64_t first_seed() {
    const char* seed = std::getenv("QUOIN_SEED");
    return seed == nullptr ? 1 : std::strtoull(seed, nullptr, 10);
}

/// A world of equal validators, one a node, under attack.
struct Attacked {
    Attacked(std::uint64_t count, const Numbers& numbers, std::uint64_t seed, std::shared_ptr<Adversary> adversary)
        : world({.chain = chain_of(count, numbers), .seed = seed, .adversaries = {bystander, std::move(adversary)}}) {}

    static std::shared_ptr<const Chain> chain_of(std::uint64_t count, const Numbers& numbers) {
        const auto chain = make_chain({.validators = count, .spec = numbers});
        return chain ? *chain : throw std::invalid_argument(chain.fault().text());
    }

    void run_to(std::uint64_t slot) { world.run_slots(slot - world.slot().value); }
    Epoch finalized(std::size_t node) const { return world.node(node).view()->certified.epoch; }

    void expect_nothing_broken() const {
        for (const Violation& violation : world.violations()) {
            ADD_FAILURE() << violation.promise << " at slot " << violation.slot.value << ": " << violation.text;
        }
    }
    void expect_finality_within(std::uint64_t slots) const {
        for (std::size_t node = 0; node < world.size(); ++node) {
            if (world.node(node).is_up()) {
                EXPECT_GE(finalized(node).value + slots, world.slot().value) << "node " << node;
            }
        }
    }

    std::shared_ptr<Bystander> bystander = std::make_shared<Bystander>();
    World world;
};

const Numbers with_view_merge{{"view_merge", "true"}};
const Numbers without_view_merge{{"view_merge", "false"}};

class Attacks : public testing::TestWithParam<std::uint64_t> {
protected:
    std::uint64_t seed() const { return first_seed() + GetParam(); }
};

} // namespace

TEST_P(Attacks, a_block_shown_late_sways_nobody) {
    const auto late = std::make_shared<LateBlock>(validators(7, 10));
    Attacked attacked(10, with_view_merge, seed(), late);
    attacked.run_to(80);
    EXPECT_GE(late->tried(), 3u);
    EXPECT_EQ(attacked.bystander->swayed(), 0u);
    EXPECT_EQ(attacked.bystander->lost(attacked.world), 0u);
    attacked.expect_finality_within(6);
    attacked.expect_nothing_broken();
}

/// Nor is a block lost then: what the votes for its parent justified brings it back. But finality waits.
TEST_P(Attacks, a_block_shown_late_sways_all_where_views_are_not_merged) {
    const auto late = std::make_shared<LateBlock>(validators(7, 10));
    Attacked attacked(10, without_view_merge, seed(), late);
    attacked.run_to(80);
    EXPECT_GT(attacked.bystander->swayed(), 3 * late->tried());
    attacked.expect_nothing_broken();
}

/// Half of the nodes voted before they had the honest block; what holds it is the others' votes alone.
TEST_P(Attacks, a_block_beside_the_honest_one_does_not_replace_it) {
    const auto usurper = std::make_shared<Usurper>(validators(7, 10));
    Attacked attacked(10, {}, seed(), usurper);
    attacked.run_to(10);
    attacked.world.crash(6);
    attacked.run_to(80);
    EXPECT_GT(usurper->tried(), 3u);
    EXPECT_EQ(attacked.bystander->lost(attacked.world), 0u);
    attacked.expect_nothing_broken();
}

/// What a hidden block justifies moves the lock when views freeze, not while votes are cast.
TEST_P(Attacks, votes_saved_in_hidden_blocks_sway_nobody) {
    const auto late = std::make_shared<LateBlock>(validators(7, 10), true);
    Attacked attacked(10, with_view_merge, seed(), late);
    attacked.run_to(10);
    attacked.world.crash(6);
    attacked.run_to(80);
    EXPECT_GE(late->tried(), 3u);
    EXPECT_EQ(attacked.bystander->swayed(), 0u);
    attacked.expect_nothing_broken();
}

/// Epochs of four slots. The window reaches over those in which a vote may be kept back.
Numbers long_epochs(const char* boost_percent) {
    return {{"view_merge", "false"},
            {"slots_per_epoch", "4"},
            {"inclusion_window_epochs", "4"},
            {"proposer_boost_percent", boost_percent}};
}

/// Seven of 24 keep branches level if they can, from slot 16 to 64.
struct Balanced {
    explicit Balanced(const char* boost_percent) : attacked(24, long_epochs(boost_percent), first_seed(), balancer) {
        while (attacked.world.slot() < Slot{64}) {
            attacked.world.run_slots(1);
            const std::uint64_t finalized = 4 * attacked.finalized(0).value;
            slots_behind = std::max(slots_behind, attacked.world.slot().value - finalized);
        }
        attacked.expect_nothing_broken();
    }

    std::shared_ptr<Balancer> balancer = std::make_shared<Balancer>(validators(17, 24), Slot{16}, Slot{64});
    Attacked attacked;
    std::uint64_t slots_behind = 0; ///< at most, finality of node 0
};

TEST(LongEpochs, a_boost_lets_nobody_keep_branches_level) {
    const Balanced balanced("40");
    EXPECT_LE(balanced.balancer->slots_swayed(), 2u);
    EXPECT_LE(balanced.slots_behind, 16u);
}

TEST(LongEpochs, branches_are_kept_level_and_nothing_becomes_final_where_there_is_no_boost) {
    const Balanced balanced("0");
    EXPECT_GE(balanced.balancer->slots_swayed(), 20u);
    EXPECT_GE(balanced.slots_behind, 28u);
}

/// Three of 24 in committees of six: what they hide is worth less than the boost of 2.4 votes.
struct LateInLongEpochs {
    explicit LateInLongEpochs(const char* boost_percent)
        : attacked(24, long_epochs(boost_percent), first_seed(), late) {
        attacked.run_to(80);
        attacked.expect_nothing_broken();
        EXPECT_GE(late->tried(), 5u);
    }

    std::shared_ptr<LateBlock> late = std::make_shared<LateBlock>(validators(21, 24));
    Attacked attacked;
};

TEST(LongEpochs, a_block_shown_late_gives_way_to_the_boost) {
    const LateInLongEpochs played("40");
    EXPECT_EQ(played.attacked.bystander->swayed(), 0u);
    EXPECT_EQ(played.attacked.bystander->lost(played.attacked.world), 0u);
}

TEST(LongEpochs, a_block_shown_late_takes_the_place_of_honest_ones_where_there_is_no_boost) {
    const LateInLongEpochs played("0");
    EXPECT_GE(played.attacked.bystander->swayed(), 20u);
    EXPECT_GE(played.attacked.bystander->lost(played.attacked.world), 3u);
}

/// So many of ten never propose, for 300 slots. A few nodes do for ten validators.
struct Silence {
    explicit Silence(std::uint64_t silent)
        : world({.chain = Attacked::chain_of(10, {}),
                 .nodes = 4,
                 .seed = first_seed(),
                 .adversaries = {std::make_shared<SilentProposers>(validators(10 - silent, 10))}}) {
        world.on_slot = [this](Slot slot) {
            note(slot);
            return false;
        };
        world.run_slots(300);
        EXPECT_TRUE(world.violations().empty());
    }

    /// At the start of a slot: what the one before it brought.
    void note(Slot slot) {
        const auto view = world.node(0).view();
        if (slot > Slot{1} && view->head.slot + 1 == slot) {
            waiting.push_back(view->head.slot);
        }
        while (!waiting.empty() && waiting.front() <= view->finalized.slot) {
            slots_waited += static_cast<double>(slot.value - 1 - waiting.front().value);
            ++finalized;
            waiting.pop_front();
        }
        finalized_at.push_back(view->certified.epoch);
        has_block.push_back(view->head.slot + 1 == slot);
    }

    World world;
    std::deque<Slot> waiting; ///< blocks that are not final
    double slots_waited = 0;
    double finalized = 0;
    std::vector<Epoch> finalized_at{Epoch{}}; ///< by slot, at its start
    std::vector<bool> has_block;              ///< by slot
};

/// Checkpoints of empty slots are justified too: k + 2 slots after the first of k silent ones, it is final. The number
/// of silent slots in the longest row.
std::size_t expect_finality_after_rows_of_silent_slots(const Silence& silence) {
    std::size_t longest = 0;
    for (std::size_t slot = 1, row = 0; slot + 2 < silence.has_block.size(); ++slot) {
        row = silence.has_block[slot] ? 0 : row + 1;
        longest = std::max(longest, row);
        if (row > 0 && silence.has_block[slot + 1]) {
            const std::size_t first = slot + 1 - row;
            EXPECT_GE(silence.finalized_at[first + row + 2].value, first) << row << " from slot " << first;
        }
    }
    return longest;
}

/// PROTOCOL section 10, by the tracker. The schedule is drawn: shares are met on average.
TEST(SilentProposers, cost_no_more_than_the_figures_say) {
    constexpr double tolerance = 0.15;
    std::size_t longest = 0;
    for (const auto& [silent, slots] : {std::pair{1, 1.12}, {3, 1.50}, {5, 1.97}}) {
        const Silence silence(static_cast<std::uint64_t>(silent));
        EXPECT_NEAR(silence.slots_waited / silence.finalized, slots, slots * tolerance) << silent << " of ten";
        longest = std::max(longest, expect_finality_after_rows_of_silent_slots(silence));
    }
    EXPECT_GE(longest, 5U);
}

/// Down the tree to the child with the most blocks below it: GHOST without votes.
Root head_by_blocks(const std::vector<engine::TreeBlock>& tree) {
    std::map<Root, std::size_t> sizes;
    std::map<Root, std::vector<Root>> children;
    for (auto block = tree.rbegin(); block != tree.rend(); ++block) {
        sizes[block->parent] += ++sizes[block->root];
        children[block->parent].push_back(block->root);
    }
    Root at = tree.front().root;
    for (auto next = children.find(at); next != children.end(); next = children.find(at)) {
        at = *std::max_element(next->second.begin(), next->second.end(),
                               [&](const Root& one, const Root& other) { return sizes[one] < sizes[other]; });
    }
    return at;
}

/// Four vote in the open and three in secret, who build every block twice: a block weighs nothing, and a validator's
/// votes count once. Counted by blocks, the hidden branch would have buried all that the four built.
TEST(Avalanche, buries_what_is_counted_by_blocks_and_nothing_that_is_counted_by_votes) {
    const auto hidden = std::make_shared<HiddenChain>(validators(7, 10), Slot{12}, Slot{42});
    Attacked attacked(10, {}, first_seed(), hidden);
    attacked.run_to(10);
    for (const std::size_t node : {4U, 5U, 6U}) {
        attacked.world.crash(node);
    }
    attacked.run_to(43);
    const auto view = attacked.world.node(0).view();
    const auto is_on_head = [&](const Root& root) {
        const auto& chain = view->unfinalized_chain;
        return std::find(chain.begin(), chain.end(), root) != chain.end();
    };
    EXPECT_FALSE(is_on_head(head_by_blocks(*view->tree)));
    for (const std::size_t node : {4U, 5U, 6U}) {
        attacked.world.restart(node);
    }
    attacked.run_to(64);
    EXPECT_EQ(attacked.bystander->lost(attacked.world), 0u);
    attacked.expect_finality_within(6);
    attacked.expect_nothing_broken();
}

/// RELIABILITY "Figures to reach": on meeting, each side finds evidence against a third, slashes it on its own fork and
/// says so, and nobody takes anything back.
TEST(Splits, a_hundred_of_a_hundred_leave_evidence_against_a_third) {
    for (std::uint64_t seed = first_seed(); seed < first_seed() + 100; ++seed) {
        SCOPED_TRACE("QUOIN_SEED=" + std::to_string(seed));
        const std::vector<Split::Side> sides{{0, 1, 2}, {3, 4, 5}};
        Attacked attacked(9, {}, seed, std::make_shared<Split>(validators(6, 9), sides, Slot{5}, Slot{15}));
        attacked.run_to(5);
        attacked.world.split(sides);
        attacked.run_to(15);
        std::vector<Checkpoint> final_apart;
        for (std::size_t node = 0; node < 6; ++node) {
            final_apart.push_back(attacked.world.node(node).view()->certified);
        }
        ASSERT_NE(final_apart[0].root, final_apart[3].root) << "both sides finalize";
        attacked.world.unite();
        attacked.run_to(40);
        attacked.expect_nothing_broken();
        for (std::size_t node = 0; node < 6; ++node) {
            const auto view = attacked.world.node(node).view();
            EXPECT_TRUE(attacked.world.split_seen().contains(node)) << "node " << node;
            EXPECT_GE(view->certified.epoch, final_apart[node].epoch) << "node " << node;
            for (const ValidatorIndex traitor : validators(6, 9)) {
                EXPECT_TRUE(view->head_state->validators[traitor.value].slashed.has_value()) << "node " << node;
            }
        }
        if (HasFailure()) {
            return;
        }
    }
}

/// What restarts can cost: the block comes that the node did not have when it voted. The record that it voted is there,
/// or the signing database is an old backup.
std::size_t offences_of_restarts(std::uint64_t seed, bool is_restored, std::uint64_t slots_down) {
    std::vector<VirtualNode*> nodes;
    const auto make_node = [&](std::size_t number, std::shared_ptr<const Chain> chain,
                               std::vector<ValidatorKey> keys) -> std::unique_ptr<SimulatedNode> {
        auto node = std::make_unique<VirtualNode>(number, std::move(chain), std::move(keys));
        nodes.push_back(node.get());
        return node;
    };
    World world({.chain = Attacked::chain_of(4, {{"slot_ms", "1000"}}), .seed = seed, .make_node = make_node});
    world.run_slots(10);
    const VirtualNode::SigningRecord backup = nodes[0]->signing_record();
    for (int i = 0; i < 8; ++i) {
        world.network().rules = {300, 310}; // votes are due at 250
        world.run_slots(2);
        world.run_ms(320);
        world.crash(0);
        if (is_restored) {
            nodes[0]->restore(backup);
        }
        world.network().rules = {1, 1};
        world.run_slots(slots_down);
        world.restart(0);
        world.run_slots(4);
    }
    return world.violations().size();
}

TEST_P(Attacks, a_restart_within_a_slot_signs_nothing_else) {
    EXPECT_EQ(offences_of_restarts(seed(), false, 0), 0u);
}

TEST_P(Attacks, a_backup_of_the_signing_database_that_is_back_a_slot_later_signs_nothing_else) {
    EXPECT_EQ(offences_of_restarts(seed(), true, 1), 0u);
}

TEST_P(Attacks, a_backup_of_the_signing_database_that_is_back_within_the_slot_abstains) {
    EXPECT_EQ(offences_of_restarts(seed(), true, 0), 0u);
}

/// In a chain's first slot nobody abstains, as nobody can have come back to it: the record alone stands between a node
/// and its second vote.
std::size_t offences_in_the_first_slot(std::uint64_t seed, bool is_restored) {
    std::size_t offences = 0;
    for (std::size_t victim = 0; victim < 4; ++victim) {
        std::vector<VirtualNode*> nodes;
        World world({.chain = Attacked::chain_of(4, {{"slot_ms", "1000"}}),
                     .seed = seed,
                     .make_node = [&](std::size_t number, std::shared_ptr<const Chain> chain,
                                      std::vector<ValidatorKey> keys) -> std::unique_ptr<SimulatedNode> {
                         auto node = std::make_unique<VirtualNode>(number, std::move(chain), std::move(keys));
                         nodes.push_back(node.get());
                         return node;
                     }});
        world.network().rules = {300, 310}; // votes are due at 250
        world.run_slots(1);
        world.run_ms(320);
        world.crash(victim);
        if (is_restored) {
            nodes[victim]->restore({});
        }
        world.restart(victim);
        world.run_slots(4);
        offences += world.violations().size();
    }
    return offences;
}

TEST_P(Attacks, who_does_not_abstain_signs_again_by_an_old_backup_and_not_by_the_record) {
    EXPECT_EQ(offences_in_the_first_slot(seed(), false), 0u);
    EXPECT_GE(offences_in_the_first_slot(seed(), true), 3u);
}

INSTANTIATE_TEST_SUITE_P(Seeds, Attacks, testing::Range<std::uint64_t>(0, 3));

} // namespace quoin::sim
