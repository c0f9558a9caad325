#include "reward_base.hpp"
#include "world.hpp"

#include <quoin/base/random.hpp>

namespace quoin::staking {

namespace {

using test::coin;

// 4 validators of 1,000 increments: isqrt(W) = 2,000,000, base reward of an increment 2,000, of a validator 2,000,000.
constexpr std::uint64_t base = 2'000'000;

ValidatorReward reward_of(const World& world, std::uint64_t validator) {
    return rewards_of(world.effects.eras.back()).at(validator);
}

TEST(Rewards, the_base_is_increment_times_factor_over_the_root_of_all_weight) {
    const World world;
    const RewardBase found = reward_base_of(current_sets(world.state), world.spec);
    EXPECT_EQ(found.increments, 4'000U);
    EXPECT_EQ(found.per_increment, 2'000U);
}

TEST(Rewards, who_is_only_in_the_older_set_is_rewarded_by_that_weight) {
    EraSets sets;
    sets.weights = {Weight{0}, Weight{5}};
    sets.previous_weights = {Weight{7}, Weight{9}, Weight{3}};
    EXPECT_EQ(duty_weight_of(sets, ValidatorIndex{0}), Weight{7});
    EXPECT_EQ(duty_weight_of(sets, ValidatorIndex{1}), Weight{5});
    EXPECT_EQ(duty_weight_of(sets, ValidatorIndex{2}), Weight{3});
    EXPECT_EQ(duty_weight_of(sets, ValidatorIndex{3}), Weight{0});
}

TEST(Rewards, the_end_of_era_0_settles_nothing_and_an_era_is_settled_by_the_boundary_that_ends_the_next) {
    World world;
    world.next_era();
    EXPECT_TRUE(world.effects.eras.empty());
    world.next_era();
    ASSERT_EQ(world.effects.eras.size(), 1U);
    EXPECT_EQ(world.effects.eras[0].settled, Era{0});
}

TEST(Rewards, full_participation_earns_54_of_64_parts_and_misses_nothing) {
    World world;
    world.run_to(3);
    const ValidatorReward reward = reward_of(world, 1);
    EXPECT_EQ(world.effects.eras.back().settled, Era{1});
    EXPECT_EQ(reward.source, Amount{base * 14 / 64});
    EXPECT_EQ(reward.target, Amount{base * 26 / 64});
    EXPECT_EQ(reward.head, Amount{base * 14 / 64});
    EXPECT_EQ(reward.ideal, Amount{base * 54 / 64});
    EXPECT_EQ(reward.penalty_missed, Amount{});
    EXPECT_EQ(reward.commission, Amount{base * 54 / 64 * 5 / 100});
}

TEST(Rewards, nobody_attests_in_the_genesis_epoch_and_nobody_misses_it) {
    World world;
    world.run_to(2);
    const ValidatorReward reward = reward_of(world, 1);
    EXPECT_EQ(reward.penalty_missed, Amount{});
    EXPECT_EQ(reward.source, Amount{base * 14 * 7 * 7 / (64 * 8 * 8)});
    EXPECT_EQ(reward.ideal, reward.source + reward.target + reward.head);
}

TEST(Rewards, commission_is_minted_to_the_operator_at_the_price_without_it) {
    Genesis genesis = test::sample_genesis();
    World world{genesis};
    world.delegate(8, 0, Amount{1'000 * coin});
    world.run_to(3);
    const SharePool before = world.pool(0);
    world.next_era();
    const SharePool after = world.pool(0);
    const ValidatorReward reward = reward_of(world, 0);
    const Amount gain = reward.source + reward.target + reward.head;
    const Amount commission{gain.value * 500 / 10'000};
    EXPECT_EQ(reward.commission, commission);
    EXPECT_EQ(after.pool.tokens, before.pool.tokens + gain);
    const Amount without = after.pool.tokens - commission;
    const Shares minted{mul_div(commission.value, before.pool.shares.value, without.value)};
    EXPECT_EQ(after.pool.shares, before.pool.shares + minted);
    EXPECT_EQ(after.operator_shares, before.operator_shares + minted);
    const auto delegated = find_holding(world.state, stake_key(ValidatorIndex{0}), test::account_address(8));
    ASSERT_TRUE(delegated.has_value());
    EXPECT_GT(worth(after.pool, world.state.holdings[*delegated].shares), Amount{1'000 * coin});
}

TEST(Rewards, a_silent_validator_loses_source_and_target_parts_and_no_head) {
    World world;
    world.silent = {3};
    world.run_to(3);
    const ValidatorReward silent = reward_of(world, 3);
    EXPECT_EQ(silent.penalty_missed, Amount{base * 40 / 64});
    EXPECT_EQ(silent.source + silent.target + silent.head + silent.commission, Amount{});
    EXPECT_EQ(silent.ideal, reward_of(world, 0).ideal);
    EXPECT_EQ(reward_of(world, 0).source, Amount{base * 14 * 3 / (64 * 4)}) << "less for all, for what is missing";
}

TEST(Rewards, half_the_hits_earn_half_and_miss_half) {
    World world;
    world.run_to(1);
    for (std::uint64_t i = 0; i < 4; ++i) {
        const std::uint32_t hits = i == 2 ? 4 : 8;
        world.state.hits.source.set(i, hits);
        world.state.hits.target.set(i, hits);
        world.state.hits.head.set(i, hits);
    }
    world.pass_boundary();
    world.next_era();
    const ValidatorReward half = reward_of(world, 2);
    EXPECT_EQ(half.penalty_missed, Amount{base * 40 / 64 / 2});
    EXPECT_EQ(half.source, Amount{base * 14 * 4 * 28'000 / (64 * 64 * 4'000)});
}

TEST(Rewards, one_epoch_an_era_is_altairs_formula) {
    Spec spec = test::sample_spec();
    spec.epochs_per_era = 1;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        SeededRandom random{seed};
        Genesis genesis = test::sample_genesis(6, spec);
        std::uint64_t active = 0;
        for (GenesisValidator& validator : genesis.validators) {
            validator.stake = Amount{(32 + random.below(2'000)) * coin};
            active += validator.stake.value;
        }
        World world{genesis};
        world.run_to(1);
        std::uint64_t participating = 0;
        for (std::uint64_t i = 0; i < 6; ++i) {
            const bool hit = random.chance(70);
            world.state.hits.target.set(i, hit ? 1 : 0);
            participating += hit ? genesis.validators[i].stake.value / coin : 0;
        }
        world.pass_boundary();
        world.pass_boundary();
        const std::uint64_t per_increment = coin * spec.base_reward_factor / integer_square_root(active);
        for (std::uint64_t i = 0; i < 6; ++i) {
            const std::uint64_t own = genesis.validators[i].stake.value / coin * per_increment;
            const bool hit = reward_of(world, i).target != Amount{};
            const std::uint64_t altair = own * 26 * participating / (active / coin * 64);
            const std::uint64_t missed = own * 14 / 64 + own * 26 / 64;
            EXPECT_EQ(reward_of(world, i).target, Amount{hit ? altair : 0}) << "seed " << seed;
            if (!hit) {
                EXPECT_LE(reward_of(world, i).penalty_missed.value - missed, 1U) << "seed " << seed;
            }
        }
    }
}

TEST(Rewards, a_penalty_takes_no_more_than_the_pool_holds_and_an_empty_pool_is_paid_nothing) {
    World world;
    world.silent = {3};
    world.run_to(2);
    const Amount most = world.pool(3).pool.tokens - Amount{5};
    world.books().move(LedgerAccount::of(stake_key(ValidatorIndex{3})), LedgerAccount::burned(), most,
                       PostingKind::slash_initial);
    world.next_era();
    EXPECT_EQ(reward_of(world, 3).penalty_missed, Amount{5});
    EXPECT_EQ(world.pool(3).pool.tokens, Amount{});
    world.silent.clear();
    world.run_to(5);
    EXPECT_EQ(world.pool(3).pool.tokens, Amount{}) << "void shares stay void";
    EXPECT_EQ(world.state.side_pools.size(), 0U);
    EXPECT_EQ(reward_of(world, 3).target, Amount{});
    EXPECT_GT(reward_of(world, 3).ideal, Amount{}) << "it was on duty";
}

TEST(Rewards, the_inactivity_score_rises_by_4_and_falls_by_16_outside_a_leak) {
    World world;
    world.silent = {3};
    world.leak = true;
    world.run_to(7);
    EXPECT_EQ(world.state.inactivity_score[3], 6 * 4U);
    EXPECT_EQ(world.state.inactivity_score[0], 0U);
    world.leak = false;
    world.next_era();
    EXPECT_EQ(world.state.inactivity_score[3], 6 * 4U + 4 - 16);
    world.silent.clear();
    world.leak = true;
    world.run_to(10);
    EXPECT_EQ(world.state.inactivity_score[3], 6 * 4U + 4 - 16 + 4 - 1) << "one more silent era, then one that hit";
}

TEST(Rewards, two_thirds_of_the_target_hits_keep_the_score_down) {
    World world;
    world.leak = true;
    world.run_to(1);
    for (std::uint64_t i = 0; i < 4; ++i) {
        world.state.hits.target.set(i, i == 0 ? 5 : 6);
    }
    world.pass_boundary();
    world.pass_boundary();
    EXPECT_EQ(world.state.inactivity_score[0], 4U) << "5 of 8 is below two thirds";
    EXPECT_EQ(world.state.inactivity_score[1], 0U) << "6 of 8 is not";
}

TEST(Rewards, in_a_leak_attesters_earn_nothing_and_lose_weight_times_score) {
    World world;
    world.silent = {3};
    world.leak = true;
    world.run_to(3);
    const std::uint64_t quotient = 64 * 64 * 1'000 / 1'386;
    EXPECT_EQ(reward_of(world, 0).source + reward_of(world, 0).target + reward_of(world, 0).ideal, Amount{});
    EXPECT_EQ(reward_of(world, 0).penalty_inactivity, Amount{});
    EXPECT_EQ(reward_of(world, 3).penalty_inactivity, Amount{1'000 * coin * 8 / (4 * quotient)});
}

TEST(Rewards, a_silent_validator_halves_in_about_the_half_life_of_the_leak) {
    Spec spec = test::sample_spec();
    spec.base_reward_factor = 0;
    World world{4, spec};
    world.silent = {3};
    world.leak = true;
    world.run_to(spec.leak_half_life_eras + 1);
    const std::uint64_t left = world.pool(3).pool.tokens.value;
    EXPECT_NEAR(static_cast<double>(left), 0.5e12, 0.25e12);
    EXPECT_EQ(world.pool(0).pool.tokens, Amount{1'000 * coin});
}

/// A state at slot 20 (era 2, E = 1) whose ring says block n for slot n.
World with_blocks() {
    World world;
    world.run_to(2);
    world.state.slot = Slot{20};
    for (std::uint64_t slot = 0; slot < 64; ++slot) {
        world.state.block_roots.push_back(test::secret(slot));
    }
    return world;
}

AttestationData vote(std::uint64_t slot, std::uint64_t head, std::uint64_t target) {
    return {
        Slot{slot}, test::secret(head), {Epoch{slot - 1}, test::secret(slot - 1)}, {Epoch{slot}, test::secret(target)}};
}

TEST(Hits, source_within_a_slot_target_on_this_chain_head_right_at_once) {
    const World world = with_blocks();
    EXPECT_EQ(hits_of(world.state, world.spec, vote(19, 19, 19)), (Hits{true, true, true}));
    EXPECT_EQ(hits_of(world.state, world.spec, vote(19, 18, 19)), (Hits{true, true, false}));
    EXPECT_EQ(hits_of(world.state, world.spec, vote(19, 19, 18)), (Hits{true, false, true}));
    EXPECT_EQ(hits_of(world.state, world.spec, vote(18, 18, 18)), (Hits{false, true, false}));
}

TEST(Hits, the_source_may_be_isqrt_of_an_epoch_late) {
    World world = with_blocks();
    world.spec.slots_per_epoch = 32;
    AttestationData data = vote(15, 15, 0);
    data.target = {Epoch{0}, test::secret(0)};
    EXPECT_EQ(hits_of(world.state, world.spec, data), (Hits{true, true, false}));
    data.slot = Slot{14};
    EXPECT_EQ(hits_of(world.state, world.spec, data), (Hits{false, true, false}));
}

TEST(Hits, count_in_the_era_of_the_target_and_pay_the_proposer_once_a_block) {
    World world = with_blocks();
    const std::vector<ValidatorIndex> three{ValidatorIndex{0}, ValidatorIndex{1}, ValidatorIndex{3}};
    const std::vector<ValidatorIndex> one{ValidatorIndex{2}};
    HitRecorder recorder(world.state, world.spec, ValidatorIndex{1});
    recorder.record(vote(19, 19, 19), {true, true, true}, three);
    recorder.record(vote(15, 15, 15), {false, true, false}, one);
    recorder.record(vote(7, 7, 7), {false, true, false}, one);
    EXPECT_EQ(world.state.proposer_reward[1], Amount{});
    recorder.credit_proposer();
    EXPECT_EQ(world.state.hits.target, (HitColumn{1, 1, 0, 1}));
    EXPECT_EQ(world.state.hits.source, (HitColumn{1, 1, 0, 1}));
    EXPECT_EQ(world.state.hits.head, (HitColumn{1, 1, 0, 1}));
    EXPECT_EQ(world.state.previous_hits.target[2], 8U + 1);
    EXPECT_EQ(world.state.previous_hits.source[2], 8U);
    EXPECT_EQ(world.state.proposer_reward[1], Amount{base * (3 * 54 + 26) * 8 / (64 * 56 * 8)});
    EXPECT_EQ(world.state.proposer_reward[0], Amount{});
}

TEST(Hits, the_proposers_reward_is_posted_at_the_next_boundary) {
    World world = with_blocks();
    world.state.proposer_reward.set(1, Amount{777});
    world.run_to(3);
    EXPECT_EQ(reward_of(world, 1).proposer, Amount{777});
    EXPECT_EQ(world.state.proposer_reward[1], Amount{});
}

} // namespace

} // namespace quoin::staking
