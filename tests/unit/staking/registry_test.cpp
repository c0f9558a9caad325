#include "world.hpp"

namespace quoin::staking {

namespace {

using test::account_address;
using test::coin;

/// Account `account` registers a validator whose withdrawals go to account 40 + account.
void register_one(World& world, std::uint64_t account, std::uint64_t coins) {
    Stake stake;
    stake.public_key = test::validator_key(account);
    stake.withdrawal_address = account_address(40 + account);
    stake.commission = {500, 2'000, 100};
    stake.amount = Amount{coins * coin};
    ASSERT_EQ(world.send(account, stake), std::nullopt);
}

std::vector<LifecycleEvent> events_of(const World& world, std::uint64_t validator) {
    std::vector<LifecycleEvent> events;
    for (const LifecycleEvent& event : world.effects.lifecycle) {
        if (event.validator == ValidatorIndex{validator}) {
            events.push_back(event);
        }
    }
    return events;
}

const SidePool* side_pool(const World& world, const PoolKey& key) {
    const auto position = find_side_pool(world.state, key);
    return position ? &world.state.side_pools[*position] : nullptr;
}

PoolKey unbonding(std::uint64_t validator, std::uint64_t era, std::uint64_t slashes = 0) {
    return {PoolKey::Kind::unbonding, ValidatorIndex{validator}, Era{era}, slashes};
}

Unstake leave(std::uint64_t validator) {
    return {ValidatorIndex{validator}, Amount{}, true};
}

TEST(Registry, new_stake_enters_mints_activates_and_attests_era_by_era) {
    World world;
    register_one(world, 6, 32);
    const ValidatorIndex index{4};
    EXPECT_EQ(world.pool(4).pool, Pool{});
    EXPECT_EQ(share_pool(world.state, entering_key(index, Era{0})).operator_shares, Shares{32 * coin});
    EXPECT_EQ(world.status(4), ValidatorStatus::pending_initialized);
    const StakeForecast forecast = forecast_activation(world.state, world.spec, index);
    world.run_to(1);
    EXPECT_EQ(world.pool(4).pool, Pool{}) << "minted after the era that follows";
    world.run_to(2);
    EXPECT_EQ(world.pool(4).pool, (Pool{Amount{32 * coin}, Shares{32 * coin}}));
    EXPECT_EQ(world.state.side_pools.size(), 0U);
    EXPECT_EQ(world.validator(4).activation_era, Era{2});
    EXPECT_EQ(world.state.effective_balance[4], Amount{32 * coin});
    EXPECT_TRUE(weight_of(current_sets(world.state), index)[0].is_zero());
    EXPECT_EQ(world.status(4), ValidatorStatus::active_ongoing);
    world.run_to(3);
    EXPECT_EQ(weight_of(current_sets(world.state), index)[0], Weight{32 * coin});
    EXPECT_EQ(forecast.minted, Era{2});
    EXPECT_EQ(forecast.activated, Era{2});
    EXPECT_EQ(forecast.on_duty, Era{3});
    const std::vector<LifecycleEvent> expected{{index, LifecycleEvent::Kind::deposited, Era{0}},
                                               {index, LifecycleEvent::Kind::activated, Era{2}}};
    EXPECT_EQ(events_of(world, 4), expected);
}

TEST(Registry, stake_of_the_last_slot_takes_nothing_of_an_era_earned_by_others) {
    World world;
    world.run_to(3);
    world.state.slot = Slot{31};
    const Amount added{500 * coin};
    ASSERT_EQ(world.send(0, StakeMore{ValidatorIndex{0}, added}), std::nullopt);
    world.run_to(4);
    const SharePool before = world.pool(0);
    world.run_to(5);
    const SharePool after = world.pool(0);
    EXPECT_GT(after.pool.tokens, before.pool.tokens + added);
    const Shares minted = after.pool.shares - before.pool.shares;
    EXPECT_LT(minted, Shares{added.value}) << "at the price that the settled era raised";
    EXPECT_LE(worth(after.pool, minted), added + Amount{rewards_of(world.effects.eras.back())[0].commission});
}

TEST(Registry, stake_below_the_minimum_waits_outside_the_queue_until_it_is_enough) {
    Genesis genesis = test::sample_genesis();
    genesis.spec.ejection_balance = 40 * coin;
    World world{genesis};
    register_one(world, 6, 32);
    world.run_to(4);
    EXPECT_EQ(world.status(4), ValidatorStatus::pending_initialized);
    ASSERT_EQ(world.send(6, StakeMore{ValidatorIndex{4}, Amount{8 * coin}}), std::nullopt);
    world.run_to(6);
    EXPECT_EQ(world.validator(4).activation_era, Era{6});
}

TEST(Queues, unused_budget_stays_while_somebody_waits_for_it) {
    World world;
    for (std::uint64_t account : {5U, 6U, 7U}) {
        register_one(world, account, 600);
    }
    world.run_to(2);
    EXPECT_EQ(world.validator(4).activation_era, Era{2});
    EXPECT_EQ(world.status(5), ValidatorStatus::pending_queued);
    EXPECT_EQ(world.state.entry_queue.waiting.size(), 2U);
    EXPECT_EQ(world.state.entry_queue.carried, Weight{400 * coin});
    const StakeForecast last = forecast_activation(world.state, world.spec, ValidatorIndex{6});
    EXPECT_EQ(last.queue_position, 1U);
    const QueueForecast queue = entry_queue_of(world.state, world.spec);
    EXPECT_EQ(queue.length, 2U);
    EXPECT_EQ(queue.waiting, Weight{1'200 * coin});
    EXPECT_EQ(queue.churn, Weight{1'000 * coin});
    EXPECT_EQ(queue.last_leaves, Era{3});
    world.run_to(3);
    EXPECT_EQ(world.validator(5).activation_era, Era{3});
    EXPECT_EQ(world.validator(6).activation_era, Era{3});
    EXPECT_EQ(last.activated, Era{3});
    EXPECT_EQ(world.state.entry_queue.carried, Weight{}) << "nobody waits for what is left";
}

TEST(Queues, who_outweighs_an_eras_budget_waits_for_several) {
    World world;
    register_one(world, 6, 2'500);
    const StakeForecast forecast = forecast_activation(world.state, world.spec, ValidatorIndex{4});
    world.run_to(2);
    EXPECT_EQ(world.status(4), ValidatorStatus::pending_queued);
    world.run_to(4);
    EXPECT_EQ(world.validator(4).activation_era, Era{4});
    EXPECT_EQ(forecast.activated, Era{4});
}

TEST(Queues, who_leaves_while_he_waits_to_enter_is_out_of_the_entry_queue) {
    World world;
    register_one(world, 6, 2'500);
    world.run_to(2);
    ASSERT_EQ(world.send(6, leave(4)), std::nullopt);
    EXPECT_EQ(world.state.entry_queue.waiting.size(), 0U);
    EXPECT_EQ(world.state.entry_queue.carried, Weight{});
    world.run_to(3);
    EXPECT_EQ(world.validator(4).activation_era, Era::far_future());
    EXPECT_EQ(world.status(4), ValidatorStatus::exited_unslashed);
    const SidePool* pool = side_pool(world, unbonding(4, 2));
    ASSERT_NE(pool, nullptr);
    EXPECT_EQ(pool->tokens, Amount{2'500 * coin});
}

TEST(Registry, an_exit_from_request_to_withdrawal) {
    Genesis genesis = test::sample_genesis();
    genesis.validators[0].withdrawal_address = account_address(40);
    World world{genesis};
    world.run_to(1);
    ASSERT_EQ(world.send(0, leave(0)), std::nullopt);
    EXPECT_EQ(world.status(0), ValidatorStatus::active_exiting);
    const UnstakeForecast forecast = forecast_exit(world.state, world.spec, ValidatorIndex{0});
    EXPECT_EQ(forecast.queue_position, 0U);
    EXPECT_EQ(exit_queue_of(world.state, world.spec).length, 1U);

    world.run_to(2);
    EXPECT_EQ(world.pool(0).pool, Pool{}) << "released: all operator shares undelegated";
    const SidePool* pool = side_pool(world, unbonding(0, 1));
    ASSERT_NE(pool, nullptr) << "with u = the era that the boundary ends";
    const Amount all = pool->tokens;
    EXPECT_GT(all, Amount{1'000 * coin});
    EXPECT_EQ(forecast.released, Era{2});

    world.run_to(4);
    EXPECT_EQ(world.validator(0).exit_era, Era{3});
    EXPECT_EQ(world.validator(0).withdrawable_era, Era{3 + 4});
    EXPECT_EQ(forecast.left, Era{3});
    world.run_to(7);
    EXPECT_EQ(side_pool(world, unbonding(0, 1))->matures, Era{4 + 4})
        << "V[v-1] was computed after u from the start of era 4 on";
    EXPECT_EQ(world.status(0), ValidatorStatus::exited_unslashed);
    EXPECT_EQ(world.send(0, Withdraw{ValidatorIndex{0}}), Reason::nothing_to_withdraw);
    world.run_to(8);
    EXPECT_EQ(forecast.withdrawable, Era{8});
    EXPECT_EQ(forecast.slashable_until, Era{8});
    EXPECT_EQ(world.status(0), ValidatorStatus::withdrawal_possible);
    EXPECT_EQ(world.send(0, Withdraw{ValidatorIndex{0}}), std::nullopt);
    EXPECT_EQ(world.balance(40), all);
    EXPECT_EQ(world.status(0), ValidatorStatus::withdrawal_done);
    const std::vector<LifecycleEvent> expected{{ValidatorIndex{0}, LifecycleEvent::Kind::deposited, Era{0}},
                                               {ValidatorIndex{0}, LifecycleEvent::Kind::activated, Era{0}},
                                               {ValidatorIndex{0}, LifecycleEvent::Kind::exit_requested, Era{1}},
                                               {ValidatorIndex{0}, LifecycleEvent::Kind::exited, Era{3}},
                                               {ValidatorIndex{0}, LifecycleEvent::Kind::withdrawn, Era{8}}};
    EXPECT_EQ(events_of(world, 0), expected);
}

TEST(Registry, delegators_stay_when_the_operator_goes_and_pay_no_commission) {
    Spec spec = test::sample_spec();
    spec.min_churn = 2'000 * coin;
    World world{4, spec};
    world.delegate(8, 0, Amount{300 * coin});
    world.run_to(2);
    ASSERT_EQ(world.send(0, leave(0)), std::nullopt);
    world.run_to(3);
    EXPECT_EQ(world.pool(0).operator_shares, Shares{});
    const SharePool before = world.pool(0);
    EXPECT_GE(before.pool.tokens, Amount{300 * coin});
    EXPECT_TRUE(candidate_weights(world.state, world.spec, Roll{world.state})[0].is_zero())
        << "released, though it has weight enough";
    world.run_to(4);
    EXPECT_EQ(world.pool(0).operator_shares, Shares{});
    EXPECT_GT(world.pool(0).pool.tokens, before.pool.tokens) << "still on duty in V[v-1]";
    EXPECT_EQ(world.pool(0).pool.shares, before.pool.shares);
}

TEST(Registry, stake_that_was_entering_when_its_validator_was_let_go_comes_back) {
    World world;
    world.run_to(1);
    ASSERT_EQ(world.send(0, StakeMore{ValidatorIndex{0}, Amount{50 * coin}}), std::nullopt);
    ASSERT_EQ(world.send(0, leave(0)), std::nullopt);
    world.run_to(3);
    const SidePool* pool = side_pool(world, entering_key(ValidatorIndex{0}, Era{1}));
    ASSERT_NE(pool, nullptr);
    EXPECT_EQ(pool->matures, Era{3});
    const Amount before = world.balance(0);
    const SignedTransaction transaction = world.transaction(0, Withdraw{ValidatorIndex{0}});
    ASSERT_EQ(world.apply(transaction, 1)->failure, std::nullopt);
    EXPECT_EQ(world.balance(0) + Amount{101 * units_of(transaction)}, before + Amount{50 * coin});
}

TEST(Registry, a_part_taken_out_matures_after_it_stopped_voting) {
    World world;
    world.run_to(2);
    ASSERT_EQ(world.send(0, Unstake{ValidatorIndex{0}, Amount{100 * coin}, false}), std::nullopt);
    const UnstakeForecast forecast = forecast_unstake(world.state, world.spec);
    world.run_to(6);
    EXPECT_EQ(side_pool(world, unbonding(0, 2))->matures, Era{5 + 4});
    EXPECT_EQ(forecast.left, Era{5});
    EXPECT_EQ(forecast.withdrawable, Era{9});
    world.run_to(8);
    EXPECT_EQ(world.send(0, Withdraw{ValidatorIndex{0}}), Reason::nothing_to_withdraw);
    world.run_to(9);
    EXPECT_EQ(world.send(0, Withdraw{ValidatorIndex{0}}), std::nullopt);
    EXPECT_EQ(world.status(0), ValidatorStatus::active_ongoing);
}

TEST(Registry, nothing_matures_while_finality_stalls) {
    World world;
    world.run_to(2);
    ASSERT_EQ(world.send(0, Unstake{ValidatorIndex{0}, Amount{100 * coin}, false}), std::nullopt);
    ASSERT_EQ(world.send(1, leave(1)), std::nullopt);
    world.finality_stalls = true;
    world.run_to(20);
    EXPECT_EQ(side_pool(world, unbonding(0, 2))->matures, Era::far_future());
    EXPECT_EQ(world.validator(1).exit_era, Era::far_future());
    world.finality_stalls = false;
    world.run_to(24);
    EXPECT_EQ(side_pool(world, unbonding(0, 2))->matures, Era{23 + 4})
        << "adopted at 21 is the candidate of era 2, at 22 that of 21, which is the older of the two at 23";
    EXPECT_EQ(world.validator(1).exit_era, Era{22});
}

TEST(Registry, whom_a_held_candidate_will_bring_has_not_left) {
    World world;
    register_one(world, 6, 100);
    world.delegate(8, 4, Amount{300 * coin});
    world.run_to(2);
    world.finality_stalls = true;
    ASSERT_EQ(world.send(6, leave(4)), std::nullopt);
    world.run_to(6);
    EXPECT_EQ(world.pool(4).operator_shares, Shares{}) << "released";
    EXPECT_EQ(world.validator(4).exit_era, Era::far_future());
    world.finality_stalls = false;
    world.run_to(7);
    EXPECT_EQ(weight_of(current_sets(world.state), ValidatorIndex{4})[0], Weight{400 * coin});
    world.run_to(10);
    EXPECT_EQ(world.validator(4).exit_era, Era{9});
}

TEST(Registry, effective_balance_below_the_ejection_balance_is_an_exit) {
    World world;
    world.run_to(2);
    world.books().move(LedgerAccount::of(stake_key(ValidatorIndex{2})), LedgerAccount::burned(), Amount{985 * coin},
                       PostingKind::penalty_inactivity);
    world.run_to(3);
    EXPECT_FALSE(world.validator(2).exiting) << "ejection reads the effective balance of the boundary before";
    world.run_to(4);
    EXPECT_TRUE(world.validator(2).exiting);
    EXPECT_TRUE(is_out(world.state, world.spec, ValidatorIndex{2}));
    EXPECT_TRUE(candidate_weights(world.state, world.spec, Roll{world.state})[2].is_zero());
    EXPECT_EQ(events_of(world, 2).back(), (LifecycleEvent{ValidatorIndex{2}, LifecycleEvent::Kind::ejected, Era{4}}));
    world.run_to(5);
    EXPECT_EQ(world.pool(2).pool, Pool{});
    EXPECT_EQ(events_of(world, 2).size(), 3U) << "ejected once";
}

TEST(Registry, exits_share_the_churn_budget) {
    World world;
    world.run_to(1);
    for (std::uint64_t i : {0U, 1U, 2U}) {
        ASSERT_EQ(world.send(i, leave(i)), std::nullopt);
    }
    EXPECT_EQ(forecast_exit(world.state, world.spec, ValidatorIndex{2}).released, Era{4});
    EXPECT_EQ(forecast_exit(world.state, world.spec, ValidatorIndex{3}).released, Era{5}) << "were it to ask now";
    for (std::uint64_t era = 2; era <= 4; ++era) {
        world.run_to(era);
        EXPECT_EQ(world.state.exit_queue.waiting.size(), 4 - era) << era;
    }
}

TEST(Registry, a_key_that_left_never_returns) {
    World world;
    world.run_to(1);
    ASSERT_EQ(world.send(0, leave(0)), std::nullopt);
    world.run_to(10);
    ASSERT_EQ(world.send(0, Withdraw{ValidatorIndex{0}}), std::nullopt);
    Stake again;
    again.public_key = test::validator_key(0);
    again.withdrawal_address = account_address(0);
    again.amount = Amount{100 * coin};
    EXPECT_EQ(world.send(0, again), Reason::validator_exists);
}

TEST(Statuses, have_the_names_of_the_beacon_apis) {
    EXPECT_EQ(to_string(ValidatorStatus::pending_initialized), "pending_initialized");
    EXPECT_EQ(to_string(ValidatorStatus::active_ongoing), "active_ongoing");
    EXPECT_EQ(to_string(ValidatorStatus::exited_slashed), "exited_slashed");
    EXPECT_EQ(to_string(ValidatorStatus::withdrawal_done), "withdrawal_done");
}

} // namespace

} // namespace quoin::staking
