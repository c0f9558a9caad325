#include "killer.hpp"

#include <quoin/transition/signatures.hpp>

#include <unit/transition/walk.hpp>

namespace quoin::mutants {

using transition::advance;
using transition::randao_signing_root;
using transition::test::Walk;

namespace {

SignedTransaction from_account(const Walk& walk, std::uint64_t account, Payload payload) {
    SignedTransaction transaction;
    transaction.message.sender = test::account_key(account);
    const auto position = find_account(*walk.state, test::account_address(account));
    transaction.message.nonce = walk.state->accounts[*position].next_nonce;
    transaction.message.max_fee = Amount{10'000};
    transaction.message.valid_until_slot = walk.slot + 100;
    transaction.message.payload = std::move(payload);
    return transaction;
}

/// Validators 4 to 6 join with as much as the others have, and 1 to 3 leave.
Walk with_three_of_four_replaced() {
    Spec spec = test::sample_spec();
    spec.min_churn = 100'000 * test::coin;
    spec.leak_after_epochs = 1'000; // a leak would let those who stayed finalize alone
    Walk walk{4, spec};
    walk.run_to(Slot{3});
    for (std::uint64_t i = 0; i < 3; ++i) {
        Stake stake;
        stake.public_key = test::validator_key(100 + i);
        stake.proof_of_possession = crypto::FastDouble::prove_possession(stake.public_key);
        stake.withdrawal_address = test::account_address(5 + i);
        stake.commission = {500, 2'000, 100};
        stake.amount = Amount{1'000 * test::coin};
        walk.transactions.push_back(from_account(walk, 5 + i, stake));
    }
    walk.run_to(Slot{13});
    for (std::uint64_t i = 1; i < 4; ++i) {
        walk.transactions.push_back(from_account(walk, i, Unstake{ValidatorIndex{i}, Amount{}, true}));
    }
    walk.step();
    return walk;
}

/// The old majority is behind a partition, where it goes on finalizing: this branch must not.
void a_branch_without_the_old_set_adopts_no_other() {
    Walk walk = with_three_of_four_replaced();
    const Epoch before = walk.state->finalized.epoch;
    walk.let_vote([](ValidatorIndex validator) { return validator.value == 0 || validator.value > 3; });
    walk.run_to(Slot{100});
    EXPECT_LE(walk.state->finalized.epoch.value, before.value + 2)
        << "newcomers made a branch final of which three of the four who let them in know nothing";
}

void replacing_three_of_four_at_once_does_not_stop_finality() {
    Walk walk = with_three_of_four_replaced();
    while (walk.slot < Slot{80}) {
        walk.step();
        ASSERT_GE(walk.state->finalized.epoch.value + 3, walk.slot.value) << "finality waits for votes of the old set";
    }
}

/// With eager justification the target is justified in the middle of its epoch: to vote from it to itself is then the
/// only condition that a block breaks.
void a_vote_from_a_checkpoint_to_itself_enters_no_block() {
    Spec spec = test::sample_spec();
    spec.slots_per_epoch = 8;
    Walk walk{8, spec};
    const auto is_late_in_a_justified_epoch = [&] {
        return walk.slot > Slot{16} && walk.state->justified.epoch == walk.epoch() && !walk.pool.empty();
    };
    while (!is_late_in_a_justified_epoch() && walk.slot < Slot{100}) {
        walk.step();
    }
    ASSERT_TRUE(is_late_in_a_justified_epoch());
    for (Attestation& vote : walk.pool) {
        vote.data.source = vote.data.target;
    }
    walk.step();
    for (const Attestation& included : walk.block.message.body.attestations) {
        EXPECT_LT(included.data.source.epoch, included.data.target.epoch)
            << "its voters are marked as having voted, and count for nothing";
    }
}

void votes_one_slot_late_still_finalize() {
    Walk walk;
    std::vector<Attestation> late;
    for (std::uint64_t slot = 1; slot <= 20; ++slot) {
        walk.step();
        std::swap(walk.pool, late);
    }
    EXPECT_GE(walk.state->finalized.epoch, Epoch{16}) << "a network one slot late never finalizes";
}

void a_leak_ends_a_stall() {
    Spec spec = test::sample_spec();
    spec.leak_half_life_eras = 4;
    spec.base_reward_factor = 64;
    Walk walk{4, spec};
    walk.run_to(Slot{10});
    walk.let_vote([](ValidatorIndex validator) { return validator.value < 2; });
    while (walk.state->finalized.epoch < Epoch{30} && walk.slot < Slot{600}) {
        walk.step();
    }
    EXPECT_GE(walk.state->finalized.epoch, Epoch{30}) << "half the stake is gone for good, and with it finality";
}

/// A restart computes states from other blocks on than the first run did.
void a_state_does_not_depend_on_where_its_computation_began() {
    Walk walk;
    walk.run_to(Slot{23});
    const State at_the_boundary = walk.advanced_to(Slot{24});
    BlockEffects ignored;
    const State again = advance(walk.chain, at_the_boundary, Slot{26}, ignored);
    const State straight = walk.advanced_to(Slot{26});
    EXPECT_EQ(again.tokens[0], straight.tokens[0]) << "an era's rewards were paid twice to a node that started again";
    EXPECT_TRUE(again == straight);
}

void reveals_of_one_proposer_in_one_era_do_not_cancel() {
    const Walk walk;
    const auto reveal = [&](std::uint64_t slot) {
        return crypto::FastDouble::sign(test::validator_key(0), randao_signing_root(walk.chain, Slot{slot}));
    };
    EXPECT_NE(reveal(3), reveal(5)) << "two blocks of a proposer take each other out of the mix";
}

} // namespace

Killers chain_killers() {
    return {
        {Mutant::source_may_equal_target, "a vote from a checkpoint to itself enters no block",
         a_vote_from_a_checkpoint_to_itself_enters_no_block},
        {Mutant::set_adopted_before_its_finality, "a branch without the old set adopts no other",
         a_branch_without_the_old_set_adopts_no_other},
        {Mutant::duty_set_without_the_previous, "replacing three of four at once does not stop finality",
         replacing_three_of_four_at_once_does_not_stop_finality},
        {Mutant::inclusion_window_of_two, "votes one slot late still finalize", votes_one_slot_late_still_finalize},
        {Mutant::leak_leaves_the_weights, "a leak ends a stall", a_leak_ends_a_stall},
        {Mutant::reward_paid_again_on_replay, "a state does not depend on where its computation began",
         a_state_does_not_depend_on_where_its_computation_began},
        {Mutant::randao_signed_per_era, "reveals of one proposer in one era do not cancel",
         reveals_of_one_proposer_in_one_era_do_not_cancel},
    };
}

} // namespace quoin::mutants
