#include "walk.hpp"

#include <quoin/finality/justification.hpp>
#include <quoin/staking/report.hpp>
#include <quoin/staking/transactions.hpp>

namespace quoin::transition::test {
namespace {

constexpr std::uint64_t fee = 10'000;

SignedTransaction from_account(const Walk& walk, std::uint64_t account, Payload payload) {
    SignedTransaction transaction;
    transaction.message.sender = account_key(account);
    const auto position = find_account(*walk.state, account_address(account));
    transaction.message.nonce = walk.state->accounts[*position].next_nonce;
    transaction.message.max_fee = Amount{fee};
    transaction.message.valid_until_slot = walk.slot + 100;
    transaction.message.payload = std::move(payload);
    return transaction;
}

SignedTransaction stake(const Walk& walk, std::uint64_t account, std::uint64_t key, std::uint64_t coins) {
    Stake payload;
    payload.public_key = validator_key(key);
    payload.proof_of_possession = crypto::FastDouble::prove_possession(payload.public_key);
    payload.withdrawal_address = account_address(account);
    payload.commission = {500, 2'000, 100};
    payload.amount = Amount{coins * coin};
    return from_account(walk, account, payload);
}

Amount balance(const Walk& walk, std::uint64_t account) {
    return walk.state->accounts[*find_account(*walk.state, account_address(account))].balance;
}

std::uint64_t duty_count(const Walk& walk) {
    return current_sets(*walk.state).duty_set.size();
}

TEST(Sets, versions_follow_each_other_once_an_era_while_finality_keeps_up) {
    Walk walk;
    walk.run_to(Slot{8 * 6});
    EXPECT_EQ(current_sets(*walk.state).era, Era{6});
    EXPECT_EQ(current_sets(*walk.state).version, 6U);
    EXPECT_EQ(walk.state->candidate->computed_at, Era{6});
    EXPECT_EQ(walk.state->set_versions.back(), (SetVersion{6, Era{6}, Era{5}}));
    EXPECT_LE(walk.state->sets.size(), 3U);
}

TEST(Sets, the_version_log_reaches_back_to_both_sets_in_force_at_the_oldest_offence) {
    Walk walk;
    walk.run_to(Slot{8 * 12});
    EXPECT_EQ(walk.state->set_versions[0], (SetVersion{7, Era{7}, Era{6}})) << "era 8 is judged by versions 8 and 7";
    EXPECT_EQ(walk.state->set_versions.back().version, 12U);
}

TEST(Sets, without_finality_no_version_is_adopted_and_the_candidate_stays_as_it_was) {
    Walk walk;
    walk.let_vote([](ValidatorIndex validator) { return validator.value < 2; });
    walk.run_to(Slot{30});
    EXPECT_EQ(current_sets(*walk.state).era, Era{3});
    EXPECT_EQ(current_sets(*walk.state).version, 1U) << "genesis itself makes the first candidate final";
    EXPECT_EQ(walk.state->candidate->computed_at, Era{1});
}

TEST(Sets, a_fifth_validator_stakes_attests_and_is_counted) {
    Walk walk;
    walk.run_to(Slot{3});
    walk.transactions.push_back(stake(walk, 6, 100, 1'000));
    walk.step();
    ASSERT_EQ(walk.effects.transactions.size(), 1U);
    EXPECT_EQ(walk.effects.transactions[0].failure, std::nullopt);
    ASSERT_EQ(walk.state->validators.size(), 5U);
    while (duty_count(walk) < 5 && walk.slot < Slot{80}) {
        walk.step();
    }
    EXPECT_EQ(duty_count(walk), 5U) << "slot " << walk.slot.value;
    EXPECT_LE(walk.slot, Slot{48});
    EXPECT_EQ(current_sets(*walk.state).weights[4], Weight{1'000 * coin});
    EXPECT_EQ(current_sets(*walk.state).previous_weights.size(), 5U);
    walk.steps(40);
    EXPECT_EQ(walk.state->finalized.epoch, Epoch{walk.slot.value - 2});
    EXPECT_GT(walk.state->tokens[4], Amount{1'000 * coin}) << "it earns";
    bool proposes = false;
    for (const ValidatorIndex proposer : walk.state->proposers) {
        proposes = proposes || proposer == ValidatorIndex{4};
    }
    EXPECT_TRUE(proposes);
}

TEST(Sets, while_two_versions_overlap_a_checkpoint_needs_both_quorums) {
    // Nine newcomers of equal weight join four: V[v-1] is the four, V[v] all thirteen. All newcomers without the four
    // hold 9/13 of the new set, which is more than two thirds, and nothing of the old.
    Spec spec = sample_spec();
    spec.min_churn = 100'000 * coin;
    Genesis genesis = sample_genesis(4, spec);
    for (GenesisAccount& account : genesis.accounts) {
        account.balance = Amount{100'000 * coin};
    }
    for (std::uint64_t i = 12; i < 20; ++i) {
        genesis.accounts.push_back({account_address(i), Amount{100'000 * coin}, false});
    }
    Walk walk{sample_chain(std::move(genesis))};
    walk.run_to(Slot{3});
    for (std::uint64_t i = 0; i < 9; ++i) {
        walk.transactions.push_back(stake(walk, 4 + i, 100 + i, 1'000));
    }
    while (duty_count(walk) < 13 && walk.slot < Slot{100}) {
        walk.step();
    }
    ASSERT_EQ(duty_count(walk), 13U);
    const EraSets& sets = current_sets(*walk.state);
    ASSERT_EQ(sets.total[0], Weight{13'000 * coin});
    ASSERT_LT(sets.total[1].value, 5'000 * coin);
    const Epoch justified = walk.state->justified.epoch;
    walk.let_vote([](ValidatorIndex validator) { return validator.value >= 4; });
    walk.pool.clear();
    walk.vote();
    walk.step();
    walk.step();
    EXPECT_EQ(walk.state->justified.epoch, justified) << "9 of 13 new, but none of the old";
    walk.let_vote([](ValidatorIndex validator) { return validator.value != 0; });
    walk.step();
    walk.step();
    EXPECT_GT(walk.state->justified.epoch, justified) << "12 of 13 new and 3 of 4 old";
}

TEST(Sets, a_newcomer_is_in_the_candidate_of_the_boundary_that_mints_it_and_on_duty_an_era_later) {
    // Effective balances come after minting and before the set version (PROTOCOL section 7): each era of delay more
    // would be a step out of order.
    Walk walk;
    walk.run_to(Slot{3});
    walk.transactions.push_back(stake(walk, 6, 100, 1'000));
    walk.run_to(Slot{15});
    EXPECT_EQ(walk.state->effective_balance[4], Amount{});
    walk.step();
    EXPECT_EQ(walk.state->effective_balance[4], Amount{1'000 * coin});
    EXPECT_EQ(walk.state->candidate->computed_at, Era{2});
    EXPECT_EQ(walk.state->candidate->weights[4], Weight{1'000 * coin});
    walk.run_to(Slot{23});
    EXPECT_EQ(duty_count(walk), 4U);
    EXPECT_EQ(walk.state->validators[4].last_weight, Weight{});
    walk.step();
    EXPECT_EQ(duty_count(walk), 5U);
    EXPECT_EQ(walk.state->validators[4].last_weight, Weight{1'000 * coin});
    const Attestation& of_last_era = walk.block.message.body.attestations[0];
    EXPECT_EQ(of_last_era.data.slot, Slot{23});
    EXPECT_EQ(of_last_era.bits.size(), 4U) << "a vote is weighed by the era of its target";
    walk.step();
    EXPECT_EQ(walk.block.message.body.attestations[0].bits.size(), 5U);
}

TEST(Sets, three_of_four_replaced_at_once_never_lose_finality) {
    Spec spec = sample_spec();
    spec.min_churn = 100'000 * coin;
    Walk walk{4, spec};
    walk.run_to(Slot{3});
    for (std::uint64_t i = 0; i < 3; ++i) {
        walk.transactions.push_back(stake(walk, 5 + i, 100 + i, 1'000));
    }
    walk.run_to(Slot{15});
    for (std::uint64_t i = 1; i < 4; ++i) {
        walk.transactions.push_back(from_account(walk, i, Unstake{ValidatorIndex{i}, Amount{}, true}));
    }
    while (walk.slot < Slot{80}) {
        walk.step();
        ASSERT_GE(walk.state->finalized.epoch.value + 3, walk.slot.value);
    }
    EXPECT_EQ(duty_count(walk), 4U);
    EXPECT_EQ(current_sets(*walk.state).duty_set[1], ValidatorIndex{4});
}

TEST(Sets, an_empty_candidate_is_never_adopted) {
    Walk walk{1};
    walk.run_to(Slot{3});
    walk.transactions.push_back(from_account(walk, 0, Unstake{ValidatorIndex{0}, Amount{}, true}));
    walk.step();
    ASSERT_EQ(walk.effects.transactions[0].failure, std::nullopt);
    walk.run_to(Slot{80});
    EXPECT_EQ(duty_count(walk), 1U);
    EXPECT_EQ(walk.state->finalized.epoch, Epoch{78});
    EXPECT_EQ(walk.state->candidate, std::nullopt);
}

TEST(Era, each_boundary_settles_the_era_before_the_one_it_ends) {
    Walk walk;
    walk.run_to(Slot{8});
    EXPECT_TRUE(walk.effects.eras.empty());
    walk.run_to(Slot{16});
    ASSERT_EQ(walk.effects.eras.size(), 1U);
    EXPECT_EQ(walk.effects.eras[0].settled, Era{0});
    EXPECT_EQ(staking::rewards_of(walk.effects.eras[0]).size(), 4U);
    const std::vector<Posting> postings = staking::postings_of(walk.effects);
    ASSERT_FALSE(postings.empty());
    EXPECT_EQ(postings[0].kind, PostingKind::reward);
    EXPECT_EQ(postings[0].slot, Slot{16});
}

TEST(Era, boundaries_passed_in_empty_slots_belong_to_the_next_block) {
    Walk walk;
    walk.run_to(Slot{14});
    for (int i = 0; i < 12; ++i) {
        walk.step(false);
    }
    walk.step();
    ASSERT_EQ(walk.state->slot, Slot{27});
    ASSERT_EQ(walk.effects.eras.size(), 2U);
    EXPECT_EQ(walk.effects.eras[0].settled, Era{0});
    EXPECT_EQ(walk.effects.eras[1].settled, Era{1});
    EXPECT_EQ(current_sets(*walk.state).era, Era{3});
}

TEST(Sets, a_validator_that_exits_leaves_both_sets_and_is_paid_in_the_end) {
    Walk walk;
    walk.run_to(Slot{3});
    walk.transactions.push_back(from_account(walk, 3, Unstake{ValidatorIndex{3}, Amount{}, true}));
    walk.step();
    ASSERT_EQ(walk.effects.transactions[0].failure, std::nullopt);
    while (duty_count(walk) == 4 && walk.slot < Slot{200}) {
        walk.step();
    }
    ASSERT_EQ(duty_count(walk), 3U);
    const Amount before = balance(walk, 3);
    bool paid = false;
    while (!paid && walk.slot < Slot{400}) {
        walk.transactions.push_back(from_account(walk, 3, Withdraw{ValidatorIndex{3}}));
        walk.step();
        paid = !walk.effects.transactions.empty() && !walk.effects.transactions[0].failure;
    }
    EXPECT_TRUE(paid);
    EXPECT_GT(balance(walk, 3).value, before.value + 999 * coin);
    EXPECT_EQ(walk.state->tokens[3], Amount{});
    EXPECT_EQ(walk.state->finalized.epoch, Epoch{walk.slot.value - 2});
    EXPECT_GE(walk.state->validators[3].exit_era, Era{2});
    EXPECT_LT(walk.state->validators[3].exit_era, Era::far_future());
    RecordProperty("withdrawn_at_slot", static_cast<int>(walk.slot.value));
}

TEST(Leak, lets_the_chain_finalize_again_after_half_of_it_is_gone) {
    Spec spec = sample_spec();
    spec.leak_half_life_eras = 4;
    spec.base_reward_factor = 64;
    Walk walk{4, spec};
    walk.run_to(Slot{10});
    walk.let_vote([](ValidatorIndex validator) { return validator.value < 2; });
    const Epoch before = walk.state->finalized.epoch;
    walk.run_to(Slot{30});
    EXPECT_TRUE(finality::leak_is_active(*walk.state, spec));
    EXPECT_LE(walk.state->finalized.epoch.value, before.value + 2);
    while (walk.state->finalized.epoch < Epoch{30} && walk.slot < Slot{2'000}) {
        walk.step();
    }
    EXPECT_GE(walk.state->finalized.epoch, Epoch{30});
    EXPECT_LT(current_sets(*walk.state).weights[3].value, 1'000 * coin);
    RecordProperty("recovered_at_slot", static_cast<int>(walk.slot.value));
    walk.steps(60);
    EXPECT_EQ(walk.state->finalized.epoch, Epoch{walk.slot.value - 2});
    EXPECT_FALSE(finality::leak_is_active(*walk.state, spec));
}

TEST(Leak, sets_aside_slashed_stake_at_the_next_boundary) {
    Walk walk;
    walk.run_to(Slot{10});
    for (const std::uint64_t cheat : {2, 3}) {
        BlockHeader header;
        header.slot = Slot{9};
        header.proposer_index = ValidatorIndex{cheat};
        BlockHeader other = header;
        other.body_root[0] = 1;
        walk.proposer_slashings.push_back({{header, {}}, {other, {}}});
    }
    walk.step();
    ASSERT_EQ(walk.effects.slashings.size(), 2U);
    const Epoch stuck = walk.state->finalized.epoch;
    walk.run_to(Slot{24});
    EXPECT_LE(walk.state->finalized.epoch.value, stuck.value + 1) << "half of the frozen weight is gone";
    walk.run_to(Slot{48});
    EXPECT_GE(walk.state->finalized.epoch, Epoch{40});
    EXPECT_EQ(duty_count(walk), 2U);
}

/// Only validator 0 votes on from slot 14 on, when the others' operators have asked for their stake.
Walk with_one_left_after(const Unstake& unstake) {
    Spec spec = sample_spec();
    spec.min_churn = 100'000 * coin;
    Walk walk{4, spec};
    walk.run_to(Slot{13});
    for (std::uint64_t i = 1; i < 4; ++i) {
        walk.transactions.push_back(from_account(walk, i, Unstake{ValidatorIndex{i}, unstake.amount, unstake.exit}));
    }
    walk.step();
    walk.let_vote([](ValidatorIndex validator) { return validator.value == 0; });
    return walk;
}

TEST(Leak, leaves_stake_that_is_exiting_its_vote) {
    Walk walk = with_one_left_after({ValidatorIndex{}, Amount{}, true});
    const Epoch before = walk.state->finalized.epoch;
    walk.run_to(Slot{100});
    ASSERT_TRUE(finality::leak_is_active(*walk.state, walk.spec()));
    ASSERT_EQ(walk.state->effective_balance[1], Amount{}) << "released";
    EXPECT_LE(walk.state->finalized.epoch.value, before.value + 2) << "three quarters of the stake are elsewhere";
}

TEST(Leak, leaves_stake_that_was_undelegated_in_part_its_vote) {
    Walk walk = with_one_left_after({ValidatorIndex{}, Amount{900 * coin}, false});
    const Epoch before = walk.state->finalized.epoch;
    walk.run_to(Slot{100});
    ASSERT_TRUE(finality::leak_is_active(*walk.state, walk.spec()));
    ASSERT_LE(walk.state->effective_balance[1], Amount{100 * coin});
    EXPECT_LE(walk.state->finalized.epoch.value, before.value + 2) << "three quarters of the stake are elsewhere";
}

TEST(Leak, ends_a_stall_whose_cause_is_unbonding) {
    Spec spec = sample_spec();
    spec.min_churn = 100'000 * coin;
    spec.leak_half_life_eras = 4;
    Walk walk{4, spec};
    walk.run_to(Slot{13});
    for (const std::uint64_t i : {2, 3}) {
        walk.transactions.push_back(from_account(walk, i, Unstake{ValidatorIndex{i}, Amount{}, true}));
    }
    walk.step();
    walk.let_vote([](ValidatorIndex validator) { return validator.value < 2; });
    while (walk.state->finalized.epoch < Epoch{30} && walk.slot < Slot{600}) {
        walk.step();
    }
    EXPECT_GE(walk.state->finalized.epoch, Epoch{30});
    RecordProperty("recovered_at_slot", static_cast<int>(walk.slot.value));
}

} // namespace
} // namespace quoin::transition::test
