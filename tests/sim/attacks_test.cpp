#include "attacks/bystander.hpp"
#include "attacks/late_block.hpp"
#include "attacks/saved_votes.hpp"
#include "attacks/split.hpp"
#include "attacks/usurper.hpp"
#include "simulated_chain.hpp"
#include "virtual_node.hpp"
#include "world.hpp"

#include <quoin/codec/ssz.hpp>
#include <quoin/types/clock.hpp>

#include <gtest/gtest.h>

#include <cstdlib>
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

/// Seven of ten are there, one short of three of them: whatever is decided is decided by the saved votes.
TEST_P(Attacks, votes_saved_for_a_slot_delay_finality_and_undo_nothing) {
    const auto saved = std::make_shared<SavedVotes>(validators(7, 10), 1, Slot{60});
    Attacked attacked(10, {}, seed(), saved);
    attacked.run_to(10);
    attacked.world.crash(6);
    attacked.run_to(60);
    attacked.expect_finality_within(10);
    attacked.expect_nothing_broken();
}

/// No link reaches further than three epochs, so nothing is final while they do it.
TEST_P(Attacks, votes_saved_for_long_stop_finality_only_while_they_are_saved) {
    const auto saved = std::make_shared<SavedVotes>(validators(7, 10), 6, Slot{60});
    Attacked attacked(10, {}, seed(), saved);
    attacked.run_to(10);
    attacked.world.crash(6);
    attacked.run_to(80);
    attacked.expect_finality_within(6);
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

INSTANTIATE_TEST_SUITE_P(Seeds, Attacks, testing::Range<std::uint64_t>(0, 3));

} // namespace quoin::sim
