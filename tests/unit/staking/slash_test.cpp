#include "world.hpp"

namespace quoin::staking {

namespace {

using test::account_address;
using test::coin;

PoolKey unbonding(std::uint64_t validator, std::uint64_t era, std::uint64_t slashes = 0) {
    return {PoolKey::Kind::unbonding, ValidatorIndex{validator}, Era{era}, slashes};
}

SidePool side_pool(const World& world, const PoolKey& key) {
    const auto position = find_side_pool(world.state, key);
    EXPECT_TRUE(position.has_value()) << LedgerAccount::of(key).text() << " is not open";
    return position ? world.state.side_pools[*position] : SidePool{};
}

Amount posted(const World& world, PostingKind kind) {
    Amount sum;
    for (const Posting& posting : world.effects.postings) {
        sum += posting.kind == kind ? posting.amount : Amount{};
    }
    return sum;
}

/// floor division up.
std::uint64_t share_up(std::uint64_t tokens, std::uint64_t quotient) {
    return (tokens + quotient - 1) / quotient;
}

/// Eight validators, so that one slashed is no third; rewards off, so that pools stay round.
World eight(std::uint64_t reward_factor = 0) {
    Spec spec = test::sample_spec();
    spec.base_reward_factor = reward_factor;
    return World{8, spec};
}

void take_out(World& world, std::uint64_t validator, std::uint64_t coins) {
    ASSERT_EQ(world.send(validator, Unstake{ValidatorIndex{validator}, Amount{coins * coin}, false}), std::nullopt);
}

TEST(Slash, the_initial_penalty_is_rounded_up_the_reporter_is_paid_out_of_it_and_the_rest_burns) {
    World world = eight(4);
    world.run_to(3);
    const Amount before = world.pool(1).pool.tokens;
    const Amount reporter = world.balance(5);
    const Uint128 burned = world.state.burned;
    const SlashingOutcome outcome = world.slash(1, Era{3}, 5);
    const Amount penalty{share_up(before.value, 32)};
    const Amount reward{1'000 * coin / 512};
    EXPECT_EQ(outcome.taken, penalty);
    EXPECT_EQ(outcome.reward, reward);
    EXPECT_EQ(world.pool(1).pool.tokens, before - penalty);
    EXPECT_EQ(world.balance(5), reporter + reward);
    EXPECT_TRUE(world.state.burned == burned + (penalty - reward).value);
    EXPECT_EQ(posted(world, PostingKind::slash_initial), penalty - reward);
    EXPECT_EQ(posted(world, PostingKind::reporter_reward), reward);
    EXPECT_EQ(world.effects.slashings, std::vector{outcome});
    EXPECT_EQ(world.effects.postings.back().reference, test::secret(77));
}

TEST(Slash, the_reporter_never_gets_more_than_was_taken) {
    World world = eight();
    world.run_to(2);
    world.books().move(LedgerAccount::of(stake_key(ValidatorIndex{1})), LedgerAccount::burned(),
                       Amount{1'000 * coin - 64}, PostingKind::penalty_inactivity);
    const SlashingOutcome outcome = world.slash(1, Era{2});
    EXPECT_EQ(outcome.taken, Amount{2});
    EXPECT_EQ(outcome.reward, Amount{2});
    EXPECT_EQ(posted(world, PostingKind::slash_initial), Amount{});
}

TEST(Slash, operator_shares_burn_first) {
    World world = eight();
    world.delegate(10, 1, Amount{500 * coin});
    world.run_to(2);
    ASSERT_EQ(world.pool(1).pool.tokens, Amount{1'500 * coin});
    world.slash(1, Era{2});
    const SharePool pool = world.pool(1);
    const std::uint64_t penalty = 1'500 * coin / 32;
    EXPECT_EQ(pool.operator_shares, Shares{1'000 * coin - penalty});
    const auto holding = find_holding(world.state, stake_key(ValidatorIndex{1}), account_address(10));
    EXPECT_EQ(worth(pool.pool, world.state.holdings[*holding].shares), Amount{500 * coin});
}

TEST(Slash, what_operator_shares_do_not_cover_falls_on_all_alike) {
    Genesis genesis = test::sample_genesis(8);
    genesis.spec.base_reward_factor = 0;
    genesis.spec.min_slash_quotient = 2;
    World world{genesis};
    world.delegate(10, 1, Amount{4'000 * coin});
    world.delegate(11, 1, Amount{1'000 * coin});
    world.run_to(2);
    world.slash(1, Era{2});
    const SharePool pool = world.pool(1);
    EXPECT_EQ(pool.operator_shares, Shares{});
    EXPECT_EQ(pool.pool, (Pool{Amount{3'000 * coin}, Shares{5'000 * coin}}));
    const auto holding = find_holding(world.state, stake_key(ValidatorIndex{1}), account_address(10));
    EXPECT_EQ(worth(pool.pool, world.state.holdings[*holding].shares), Amount{2'400 * coin});
}

TEST(Slash, a_validator_is_tombstoned_and_leaves) {
    World world = eight();
    world.run_to(3);
    world.slash(1, Era{3});
    const Validator& validator = world.validator(1);
    EXPECT_EQ(validator.slashed, (SlashMark{Era{3}, Era{1}}));
    EXPECT_TRUE(validator.exiting);
    EXPECT_EQ(world.status(1), ValidatorStatus::active_slashed);
    EXPECT_TRUE(candidate_weights(world.state, world.spec, Roll{world.state})[1].is_zero());
    EXPECT_EQ(world.send(1, StakeMore{ValidatorIndex{1}, Amount{1}}), Reason::validator_exiting);
    EXPECT_EQ(world.effects.lifecycle.back(),
              (LifecycleEvent{ValidatorIndex{1}, LifecycleEvent::Kind::slashed, Era{3}}));
    world.run_to(6);
    EXPECT_EQ(world.validator(1).exit_era, Era{5});
    EXPECT_EQ(world.validator(1).withdrawable_era, Era{9});
    EXPECT_EQ(world.status(1), ValidatorStatus::exited_slashed);
    world.run_to(10);
    EXPECT_EQ(world.status(1), ValidatorStatus::withdrawal_possible);
    EXPECT_EQ(world.send(1, Withdraw{ValidatorIndex{1}}), std::nullopt);
    EXPECT_EQ(world.status(1), ValidatorStatus::withdrawal_done);
}

TEST(Slash, a_slashed_validators_entering_stake_does_not_mint_but_matures) {
    World world = eight();
    world.run_to(2);
    ASSERT_EQ(world.send(1, StakeMore{ValidatorIndex{1}, Amount{320 * coin}}), std::nullopt);
    world.slash(1, Era{2});
    const PoolKey key = entering_key(ValidatorIndex{1}, Era{2});
    EXPECT_EQ(side_pool(world, key).tokens, Amount{310 * coin}) << "implicated, so it paid 1/32";
    world.run_to(6);
    EXPECT_EQ(side_pool(world, key).matures, world.validator(1).withdrawable_era);
    EXPECT_GT(side_pool(world, key).tokens, Amount{});
}

TEST(Reach, the_older_of_the_two_sets_in_force_dates_it) {
    World world = eight();
    world.run_to(6);
    EXPECT_EQ(reach_of(world.state, Era{0}), Era{0}) << "version 0 and V[-1] are of era 0";
    EXPECT_EQ(reach_of(world.state, Era{1}), Era{0});
    EXPECT_EQ(reach_of(world.state, Era{2}), Era{0});
    EXPECT_EQ(reach_of(world.state, Era{3}), Era{1});
    EXPECT_EQ(reach_of(world.state, Era{6}), Era{4});
}

TEST(Reach, an_era_older_than_the_log_reaches_everything) {
    World world = eight();
    world.run_to(6);
    world.state.set_versions.erase_front(3);
    EXPECT_EQ(reach_of(world.state, Era{2}), Era{0});
    EXPECT_EQ(reach_of(world.state, Era{3}), Era{0}) << "the version before is not in the log";
    EXPECT_EQ(reach_of(world.state, Era{4}), Era{2});
}

TEST(Slash, implicated_are_unmatured_pools_from_the_reach_on) {
    World world = eight();
    world.run_to(2);
    take_out(world, 1, 32);
    world.run_to(4);
    take_out(world, 1, 64);
    world.run_to(6);
    const SlashingOutcome outcome = world.slash(1, Era{5});
    ASSERT_EQ(reach_of(world.state, Era{5}), Era{3});
    EXPECT_EQ(side_pool(world, unbonding(1, 2)).tokens, Amount{32 * coin}) << "left before: stopped voting";
    EXPECT_FALSE(side_pool(world, unbonding(1, 2)).initial_taken);
    EXPECT_EQ(side_pool(world, unbonding(1, 4)).tokens, Amount{62 * coin});
    EXPECT_TRUE(side_pool(world, unbonding(1, 4)).initial_taken);
    EXPECT_EQ(world.pool(1).pool.tokens, Amount{904 * coin - 904 * coin / 32});
    EXPECT_EQ(outcome.taken, Amount{2 * coin + 904 * coin / 32});
}

TEST(Slash, a_matured_pool_is_out_of_reach) {
    World world = eight();
    world.run_to(2);
    take_out(world, 1, 32);
    world.run_to(9);
    ASSERT_EQ(side_pool(world, unbonding(1, 2)).matures, Era{9});
    world.slash(1, Era{1});
    EXPECT_EQ(side_pool(world, unbonding(1, 2)).tokens, Amount{32 * coin});
}

TEST(Slash, moves_the_maturity_of_implicated_pools_to_the_withdrawable_era) {
    World world = eight();
    world.run_to(2);
    take_out(world, 1, 64);
    world.run_to(6);
    ASSERT_EQ(side_pool(world, unbonding(1, 2)).matures, Era{9});
    world.slash(1, Era{3});
    EXPECT_EQ(side_pool(world, unbonding(1, 2)).matures, Era::far_future()) << "until it has left";
    world.run_to(9);
    EXPECT_EQ(world.validator(1).exit_era, Era{8});
    EXPECT_EQ(side_pool(world, unbonding(1, 2)).matures, Era{8 + 4});
    EXPECT_EQ(world.send(1, Withdraw{ValidatorIndex{1}}), Reason::nothing_to_withdraw);
}

TEST(Slash, older_evidence_that_follows_slashes_only_untouched_pools_by_the_same_fraction) {
    World world = eight();
    world.run_to(2);
    take_out(world, 1, 32);
    world.run_to(4);
    take_out(world, 1, 64);
    world.run_to(6);
    world.slash(1, Era{5});
    const SharePool stake = world.pool(1);
    EXPECT_FALSE(slash_has_effect(world.state, world.spec, ValidatorIndex{1}, Era{5}));
    EXPECT_TRUE(slash_has_effect(world.state, world.spec, ValidatorIndex{1}, Era{4}));
    const SlashingOutcome outcome = world.slash(1, Era{4});
    EXPECT_EQ(outcome.taken, Amount{1 * coin});
    EXPECT_EQ(outcome.reward, Amount{1 * coin}) << "base / 512 is more";
    EXPECT_EQ(world.pool(1).pool, stake.pool);
    EXPECT_EQ(side_pool(world, unbonding(1, 2)).tokens, Amount{31 * coin});
    EXPECT_EQ(side_pool(world, unbonding(1, 4)).tokens, Amount{62 * coin});
    EXPECT_EQ(world.validator(1).slashed, (SlashMark{Era{6}, Era{2}}));
    EXPECT_EQ(world.state.slashed_weights.size(), 1U);
    EXPECT_EQ(world.state.slashed_weights[0].weight, Weight{1'000 * coin - 96 * coin}) << "counted once";
    EXPECT_FALSE(slash_has_effect(world.state, world.spec, ValidatorIndex{1}, Era{0}));
}

TEST(Correlation, takes_the_slashed_fraction_times_the_multiplier_after_half_the_unbonding_time) {
    World world = eight();
    world.run_to(4);
    take_out(world, 1, 96);
    world.slash(1, Era{4});
    world.slash(2, Era{4});
    const Amount left = world.pool(1).pool.tokens;
    const Amount side = side_pool(world, unbonding(1, 4)).tokens;
    const Amount other = world.pool(2).pool.tokens;
    ASSERT_EQ(side, Amount{93 * coin});
    world.run_to(5);
    EXPECT_EQ(side_pool(world, unbonding(1, 4)).tokens, side);
    ASSERT_EQ(side_pool(world, unbonding(1, 4, 1)).tokens, left) << "let go at the first boundary";
    EXPECT_EQ(posted(world, PostingKind::slash_correlation), Amount{});
    world.run_to(6);
    // S = 2,000; W of the newest set in era 5, without the two: 6,000. So all is taken, and the last share with it.
    EXPECT_EQ(find_side_pool(world.state, unbonding(1, 4)), std::nullopt);
    EXPECT_EQ(find_side_pool(world.state, unbonding(1, 4, 1)), std::nullopt);
    EXPECT_EQ(posted(world, PostingKind::slash_correlation), left + side + other);
    EXPECT_EQ(world.pool(1).pool.tokens, Amount{});
}

TEST(Correlation, one_alone_loses_its_own_part_only) {
    Genesis genesis = test::sample_genesis(8);
    genesis.spec.base_reward_factor = 0;
    genesis.spec.correlation_multiplier = 1;
    World world{genesis};
    world.run_to(4);
    take_out(world, 1, 96);
    world.slash(1, Era{4});
    const Amount in_stake = world.pool(1).pool.tokens;
    world.run_to(6);
    const std::uint64_t whole = 7'000;
    const std::uint64_t side = 93 * coin;
    EXPECT_EQ(side_pool(world, unbonding(1, 4)).tokens, Amount{side - share_up(side * 1'000, whole)});
    const Amount after_slash = side_pool(world, unbonding(1, 4, 1)).tokens;
    const Amount due{narrow((Uint128{in_stake.value} * 1'000 + whole - 1) / whole)};
    EXPECT_EQ(after_slash, in_stake - due) << "stake that left after the slash pays it too";
    EXPECT_EQ(posted(world, PostingKind::slash_correlation), due + Amount{share_up(side * 1'000, whole)});
    const Amount before = posted(world, PostingKind::slash_correlation);
    world.run_to(12);
    EXPECT_EQ(posted(world, PostingKind::slash_correlation), before) << "L7";
}

TEST(Correlation, counts_the_weight_slashed_within_the_unbonding_time) {
    World world = eight();
    world.run_to(4);
    world.slash(1, Era{4});
    world.run_to(6);
    world.slash(2, Era{6});
    EXPECT_EQ(world.state.slashed_weights.size(), 2U);
    world.run_to(8);
    EXPECT_EQ(world.state.slashed_weights.size(), 2U) << "eras 4 to 7 are the last four";
    world.run_to(9);
    ASSERT_EQ(world.state.slashed_weights.size(), 1U);
    EXPECT_EQ(world.state.slashed_weights[0].era, Era{6});
}

TEST(Correlation, a_slash_that_comes_after_the_exit_still_waits_for_it) {
    World world = eight();
    world.run_to(1);
    ASSERT_EQ(world.send(1, Unstake{ValidatorIndex{1}, Amount{}, true}), std::nullopt);
    world.run_to(7);
    ASSERT_EQ(world.validator(1).withdrawable_era, Era{3 + 4});
    ASSERT_EQ(side_pool(world, unbonding(1, 1)).matures, Era{8});
    world.slash(1, Era{2});
    EXPECT_EQ(side_pool(world, unbonding(1, 1)).matures, Era{10});
    world.run_to(9);
    EXPECT_TRUE(side_pool(world, unbonding(1, 1)).correlation_taken);
    EXPECT_NE(posted(world, PostingKind::slash_correlation), Amount{});
}

TEST(Correlation, stake_let_go_after_it_was_taken_does_not_pay_it_again) {
    Genesis genesis = test::sample_genesis(8);
    genesis.spec.base_reward_factor = 0;
    genesis.spec.correlation_multiplier = 1;
    genesis.spec.churn_limit_quotient = 1'000'000;
    genesis.spec.min_churn = 125 * coin;
    World world{genesis};
    world.run_to(1);
    ASSERT_EQ(world.send(0, Unstake{ValidatorIndex{0}, Amount{}, true}), std::nullopt);
    world.slash(1, Era{1});
    world.run_to(3);
    const Amount taken = posted(world, PostingKind::slash_correlation);
    EXPECT_NE(taken, Amount{});
    world.run_to(8);
    EXPECT_EQ(world.validator(1).exit_era, Era{3}) << "it left the sets while it waited to be let go";
    EXPECT_NE(world.pool(1).pool.tokens, Amount{});
    world.run_to(9);
    const SidePool late = side_pool(world, unbonding(1, 8, 1));
    EXPECT_TRUE(late.initial_taken && late.correlation_taken);
    world.run_to(12);
    EXPECT_EQ(posted(world, PostingKind::slash_correlation), taken);
    EXPECT_EQ(side_pool(world, late.key).matures, Era{11 + 4}) << "its own clock, not the validator's";
}

TEST(Slash, void_shares_of_a_matured_pool_are_cleared_away) {
    World world = eight();
    world.delegate(10, 1, Amount{100 * coin});
    world.run_to(1);
    for (std::uint64_t i : {1U, 2U, 3U}) {
        world.slash(i, Era{1});
    }
    world.run_to(4);
    const PoolKey key = entering_key(ValidatorIndex{1}, Era{0});
    EXPECT_EQ(side_pool(world, key).tokens, Amount{}) << "3 * 3,000 is more than all";
    world.run_to(8);
    EXPECT_EQ(find_side_pool(world.state, key), std::nullopt);
    EXPECT_EQ(find_holding(world.state, key, account_address(10)), std::nullopt);
}

} // namespace

} // namespace quoin::staking
