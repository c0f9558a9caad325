#include "simulated_chain.hpp"
#include "world.hpp"

#include <quoin/codec/ssz.hpp>

#include <gtest/gtest.h>

#include <cstdlib>

namespace quoin::sim {

namespace {

/// Every few slots something breaks or mends: loss, delay, partitions, crashes. Never more than the rules allow: nobody
/// lies here. Safety is checked by the world after every step.
void disturb(World& world, SeededRandom& random, std::set<std::size_t>& down) {
    const std::size_t victim = random.below(world.size());
    switch (random.below(7)) {
    case 0:
        world.network().rules.loss_percent = random.below(40);
        break;
    case 1:
        world.network().rules = {1, 1 + random.below(300)};
        break;
    case 2: {
        std::vector<std::set<std::size_t>> groups(2);
        for (std::size_t i = 0; i < world.size(); ++i) {
            groups[random.below(2)].insert(i);
        }
        world.split(groups);
        break;
    }
    case 3:
        world.unite();
        break;
    case 4:
    case 5:
        if (down.insert(victim).second) {
            world.crash(victim);
        }
        break;
    default:
        if (down.erase(victim) != 0) {
            world.restart(victim);
        }
    }
}

void live_through(std::uint64_t seed, std::size_t nodes) {
    SCOPED_TRACE("QUOIN_SEED=" + std::to_string(seed));
    World world({.chain = *make_chain({.validators = nodes}), .seed = seed});
    SeededRandom random(seed * 7919);
    std::set<std::size_t> down;
    for (int i = 0; i < 60 && !testing::Test::HasFatalFailure(); ++i) {
        disturb(world, random, down);
        world.run_slots(1 + random.below(8));
    }
    world.heal();
    // S6: within ten slots of healing; a node that was away first has blocks to fetch.
    world.run_slots(14);
    for (const Violation& violation : world.violations()) {
        ADD_FAILURE() << violation.promise << " at slot " << violation.slot.value << ": " << violation.text;
    }
    std::map<Root, Root> state_roots;
    for (std::size_t i = 0; i < world.size(); ++i) {
        SCOPED_TRACE("node " + std::to_string(i));
        const auto view = world.node(i).view();
        EXPECT_GE(view->certified.epoch.value + 4, world.slot().value)
            << "head " << view->head.slot.value << (view->syncing ? ", syncing" : "") << ", justified "
            << view->justified.epoch.value << ", finalized on chain " << view->head_state->finalized.epoch.value;
        const Root root = hash_tree_root(*view->finalized_state);
        EXPECT_EQ(state_roots.emplace(view->finalized.root, root).first->second, root);
        for (const Validator& validator : view->head_state->validators) {
            EXPECT_FALSE(validator.slashed.has_value()) << "nobody lied";
        }
    }
}

} // namespace

TEST(Chaos, what_breaks_and_mends_ends_in_finality) {
    if (const char* seed = std::getenv("QUOIN_SEED")) {
        return live_through(std::strtoull(seed, nullptr, 10), 4);
    }
    for (std::uint64_t seed = 1; seed <= 12 && !HasFatalFailure(); ++seed) {
        live_through(seed, 4);
    }
}

TEST(Chaos, seven_validators_live_through_it_too) {
    for (std::uint64_t seed = 101; seed <= 104 && !HasFatalFailure(); ++seed) {
        live_through(seed, 7);
    }
}

} // namespace quoin::sim
