#include "killer.hpp"

#include <attacks/bystander.hpp>
#include <attacks/late_block.hpp>
#include <attacks/late_votes.hpp>
#include <attacks/usurper.hpp>
#include <gtest/gtest.h>
#include <simulated_chain.hpp>
#include <unit/engine/solo.hpp>
#include <world.hpp>

#include <set>

// Killers of the engine's faults: attacks that the rule which is broken would have stopped, and one engine alone.

namespace quoin::mutants {

using namespace engine;

namespace {

std::vector<ValidatorIndex> last_three_of_ten() {
    return {ValidatorIndex{7}, ValidatorIndex{8}, ValidatorIndex{9}};
}

/// Ten validators, three of them the adversary's and one away: the others alone are no quorum.
struct Damage {
    std::size_t votes_swayed;
    std::size_t blocks_lost;
};

Damage damage_of(const std::shared_ptr<sim::Adversary>& adversary, bool view_merge) {
    const auto bystander = std::make_shared<sim::Bystander>();
    const auto chain = sim::make_chain({.validators = 10, .spec = {{"view_merge", view_merge ? "true" : "false"}}});
    EXPECT_TRUE(chain.ok());
    sim::World world({.chain = *chain, .adversaries = {bystander, adversary}});
    world.run_slots(10);
    world.crash(6);
    world.run_slots(50);
    for (const sim::Violation& violation : world.violations()) {
        ADD_FAILURE() << violation.promise << ": " << violation.text;
    }
    return {bystander->swayed(), bystander->lost(world)};
}

void a_block_shown_late_sways_nobody() {
    EXPECT_EQ(damage_of(std::make_shared<sim::LateBlock>(last_three_of_ten()), true).votes_swayed, 0u)
        << "honest votes went to a block that was hidden when the honest one was proposed";
}

void a_block_beside_the_honest_one_does_not_replace_it() {
    EXPECT_EQ(damage_of(std::make_shared<sim::Usurper>(last_three_of_ten()), false).blocks_lost, 0u)
        << "an honest block lost to one without a vote";
}

/// Votes reach some before the next proposer builds, and others, the proposer among them, after it.
void votes_keep_to_what_their_chain_justified() {
    sim::World world({.chain = *sim::make_chain({})});
    world.add_adversary(std::make_shared<sim::LateVotes>(230, 260, 1));
    world.run_slots(60);
    for (std::size_t i = 0; i < world.size(); ++i) {
        for (const auto& [peer, fault] : world.node(i).blamed) {
            FAIL() << "an honest node is blamed: " << fault.text();
        }
        EXPECT_GE(world.node(i).view()->certified.epoch.value + 8, world.slot().value) << "finality stays behind";
    }
}

/// Everything a peer sends that leads nowhere, for as long as it likes.
void orphans_stay_within_their_bound() {
    sim::World world({.chain = *sim::make_chain({})});
    world.run_slots(10);
    SignedBlock orphan = *world.node(0).view()->tree->back().block;
    for (std::uint64_t i = 1; i <= 3 * limits.orphans_max; ++i) {
        orphan.message.parent_root[0] = static_cast<std::uint8_t>(i);
        orphan.message.parent_root[1] = static_cast<std::uint8_t>(i >> 8);
        world.inject(0, Proposal{orphan, {}});
    }
    for (const auto& queue : world.node(0).queue_depths()) {
        EXPECT_TRUE(queue.limit == 0 || queue.size <= queue.limit) << queue.name << " holds " << queue.size;
    }
}

void finality_is_durable_before_anybody_hears_of_it() {
    const std::shared_ptr<const Chain> chain = *sim::make_chain({});
    std::vector<ValidatorKey> keys;
    for (const GenesisValidator& validator : chain->genesis.validators) {
        keys.push_back(validator.public_key);
    }
    engine::test::Solo alone(chain, keys);
    std::set<Checkpoint> durable;
    std::size_t told = 0;
    alone.on_effect = [&](const Effect& effect) {
        const auto* broadcast = std::get_if<Broadcast>(&effect);
        if (const auto* certify = std::get_if<Certify>(&effect)) {
            durable.insert(certify->certificate.finalized);
        } else if (broadcast != nullptr && std::holds_alternative<FinalityCertificate>(broadcast->message)) {
            ++told;
            EXPECT_TRUE(durable.contains(std::get<FinalityCertificate>(broadcast->message).finalized))
                << "peers hear of finality that a crash would make this node forget";
        }
    };
    alone.run_slots(12);
    EXPECT_GT(told, 5u);
}

} // namespace

Killers engine_killers() {
    return {
        {Mutant::source_from_the_view, "votes keep to what their chain justified",
         votes_keep_to_what_their_chain_justified},
        {Mutant::certificate_told_before_it_is_durable, "finality is durable before anybody hears of it",
         finality_is_durable_before_anybody_hears_of_it},
        {Mutant::no_view_merge, "a block shown late sways nobody", a_block_shown_late_sways_nobody},
        {Mutant::boost_of_forty_percent, "a block beside the honest one does not replace it",
         a_block_beside_the_honest_one_does_not_replace_it},
        {Mutant::orphans_without_bound, "orphans stay within their bound", orphans_stay_within_their_bound},
    };
}

} // namespace quoin::mutants
