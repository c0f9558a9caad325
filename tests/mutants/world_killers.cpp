#include "killer.hpp"

#include <gtest/gtest.h>
#include <simulated_chain.hpp>
#include <world.hpp>

// Killers that play a fault's damage out in a simulated world, whose checkers know nothing of the code.

namespace quoin::mutants {

namespace {

using Numbers = std::vector<std::pair<std::string, std::string>>;

/// A world of equal validators, one a node, that fails as soon as a checker finds something.
struct Watched {
    explicit Watched(std::uint64_t validators, const Numbers& numbers = {})
        : world({.chain = *sim::make_chain({.validators = validators, .spec = numbers})}) {}

    void run_slots(std::uint64_t slots) {
        world.run_slots(slots);
        for (const sim::Violation& violation : world.violations()) {
            FAIL() << violation.promise << ": " << violation.text;
        }
    }
    void expect_finality_within(std::uint64_t slots) const {
        for (std::size_t i = 0; i < world.size(); ++i) {
            const std::uint64_t finalized = world.node(i).view()->certified.epoch.value;
            EXPECT_TRUE(!world.node(i).is_up() || finalized + slots >= world.slot().value)
                << "node " << i << " finalized epoch " << finalized << " and it is slot " << world.slot().value;
        }
    }

    sim::World world;
};

/// Neither side may go on alone, and when they meet they must agree.
void halves_finalize_nothing_alone() {
    Watched watched(4);
    watched.run_slots(10);
    watched.world.split({{0, 1}, {2, 3}});
    watched.run_slots(10);
    watched.world.unite();
    watched.run_slots(10);
    watched.expect_finality_within(4);
}

void thirds_finalize_nothing_alone() {
    Watched watched(6);
    watched.run_slots(10);
    watched.world.split({{0, 1}, {2, 3}, {4, 5}});
    watched.run_slots(10);
    watched.world.unite();
    watched.run_slots(10);
    watched.expect_finality_within(4);
}

/// In turn: a weighted draw may give the silent one many slots in a row, and finality waits as long.
void exactly_two_thirds_are_enough() {
    Watched watched(3, {{"proposer_schedule", "round_robin"}});
    watched.run_slots(10);
    watched.world.crash(2);
    watched.run_slots(20);
    watched.expect_finality_within(8);
}

/// Blocks come after attesters have given them up; the node votes for the parent, dies, comes back within the slot and
/// finds the block. In the first slot, in which nobody abstains as one does who comes back to a running chain.
void a_node_that_starts_again_within_a_slot_signs_no_other_vote() {
    for (std::size_t victim = 0; victim < 4; ++victim) {
        Watched watched(4);
        watched.world.network().rules = {100, 110};
        watched.run_slots(1);
        watched.world.run_ms(120);
        watched.world.crash(victim);
        watched.world.restart(victim);
        watched.run_slots(2);
    }
}

} // namespace

Killers world_killers() {
    return {
        {Mutant::quorum_of_half, "halves finalize nothing alone", halves_finalize_nothing_alone},
        {Mutant::quorum_of_a_third, "thirds finalize nothing alone", thirds_finalize_nothing_alone},
        {Mutant::more_than_the_threshold, "exactly two thirds are enough", exactly_two_thirds_are_enough},
        {Mutant::guard_without_double_vote, "a node that starts again within a slot signs no other vote",
         a_node_that_starts_again_within_a_slot_signs_no_other_vote},
    };
}

} // namespace quoin::mutants
