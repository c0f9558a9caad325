#include "killer.hpp"

#include <unit/staking/world.hpp>

namespace quoin::mutants {

using staking::World;
using test::coin;

namespace {

constexpr std::uint64_t offender = 1;

PoolKey unbonding(std::uint64_t era) {
    return {PoolKey::Kind::unbonding, ValidatorIndex{offender}, Era{era}, 0};
}

Amount worth_of(const World& world, const PoolKey& key) {
    const auto position = staking::find_side_pool(world.state, key);
    return position ? world.state.side_pools[*position].tokens : Amount{};
}

/// Eight validators without rewards; the offender took out 32 coins in era 2 and 64 in era 4, and it is era 6.
World with_stake_on_its_way_out() {
    Spec spec = test::sample_spec();
    spec.base_reward_factor = 0;
    World world{8, spec};
    for (const auto& [era, coins] : {std::pair<std::uint64_t, std::uint64_t>{2, 32}, {4, 64}}) {
        world.run_to(era);
        const Unstake some{ValidatorIndex{offender}, Amount{coins * coin}, false};
        EXPECT_EQ(world.send(offender, some), std::nullopt);
    }
    world.run_to(6);
    return world;
}

void stake_on_its_way_out_is_slashed_too() {
    World world = with_stake_on_its_way_out();
    world.slash(offender, Era{5});
    EXPECT_EQ(worth_of(world, unbonding(4)), Amount{62 * coin}) << "who unbonds in time loses nothing";
}

void no_pool_is_slashed_twice() {
    World world = with_stake_on_its_way_out();
    world.slash(offender, Era{5});
    world.slash(offender, Era{4});
    EXPECT_EQ(worth_of(world, unbonding(2)), Amount{31 * coin}) << "the older offence reaches it first";
    EXPECT_EQ(worth_of(world, unbonding(4)), Amount{62 * coin}) << "it paid for the first offence already";
}

/// What a third of the stake did together costs all of theirs, and comes before any of it can be withdrawn.
void joint_offences_are_paid_before_the_stake_is_free() {
    World world = with_stake_on_its_way_out();
    for (const std::uint64_t slashed : {1U, 2U, 3U}) {
        world.slash(slashed, Era{5});
    }
    world.run_to(9);
    world.run_to(world.validator(offender).withdrawable_era.value);
    const Amount before = world.balance(offender);
    world.send(offender, Withdraw{ValidatorIndex{offender}});
    EXPECT_LE(world.balance(offender), before + Amount{32 * coin}) << "slashed stake left before its penalty was due";
}

} // namespace

Killers staking_killers() {
    return {
        {Mutant::slashed_pool_pays_twice, "no pool is slashed twice", no_pool_is_slashed_twice},
        {Mutant::unbonding_escapes_the_slash, "stake on its way out is slashed too",
         stake_on_its_way_out_is_slashed_too},
        {Mutant::correlation_after_maturity, "joint offences are paid before the stake is free",
         joint_offences_are_paid_before_the_stake_is_free},
    };
}

} // namespace quoin::mutants
