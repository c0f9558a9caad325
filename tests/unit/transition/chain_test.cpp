#include "walk.hpp"

#include <quoin/base/random.hpp>

namespace quoin::transition::test {
namespace {

bool all_but_the_last(ValidatorIndex validator) {
    return validator != ValidatorIndex{3};
}

TEST(Genesis, is_justified_and_finalized_once_it_has_a_root) {
    Walk walk;
    EXPECT_EQ(walk.state->finalized, Checkpoint{});
    EXPECT_EQ(latest_block_root(*walk.state), walk.head);
    const State first = walk.advanced_to(Slot{1});
    EXPECT_EQ(first.finalized, (Checkpoint{Epoch{}, walk.head}));
    EXPECT_EQ(first.justified, first.finalized);
    EXPECT_TRUE(is_justified(first, first.finalized));
    EXPECT_EQ(walk.state->validators.size(), 4U);
    EXPECT_EQ(current_sets(*walk.state).total[0], Weight{4'000 * coin});
}

TEST(Genesis, is_the_same_whenever_it_is_made) {
    const Chain chain = sample_chain();
    EXPECT_EQ(make_genesis(chain).block_root, make_genesis(chain).block_root);
}

TEST(Chain, with_all_votes_a_slot_is_justified_in_the_next_and_finalized_one_later) {
    Walk walk;
    walk.step();
    EXPECT_EQ(walk.state->justified.epoch, Epoch{0});
    for (std::uint64_t slot = 2; slot <= 40; ++slot) {
        walk.step();
        ASSERT_EQ(walk.state->slot, Slot{slot});
        EXPECT_EQ(walk.state->justified.epoch, Epoch{slot - 1});
        EXPECT_EQ(walk.state->finalized.epoch, Epoch{slot - 2});
        EXPECT_EQ(walk.state->block_number, slot);
    }
}

TEST(Chain, three_of_four_validators_finalize_as_fast_and_two_never) {
    Walk three;
    three.let_vote(all_but_the_last);
    three.run_to(Slot{30});
    EXPECT_EQ(three.state->finalized.epoch, Epoch{28});

    Walk two;
    two.let_vote([](ValidatorIndex validator) { return validator.value < 2; });
    two.run_to(Slot{15});
    EXPECT_EQ(two.state->justified.epoch, Epoch{0});
    EXPECT_EQ(two.state->finalized.epoch, Epoch{0});
}

TEST(Chain, an_empty_slot_is_justified_as_the_block_before_it) {
    Walk walk;
    walk.run_to(Slot{5});
    const Root before = walk.head;
    walk.step(false);
    walk.step();
    EXPECT_EQ(walk.state->justified, (Checkpoint{Epoch{6}, before}));
    EXPECT_EQ(block_root_at(*walk.state, Slot{6}), before);
    EXPECT_EQ(block_root_at(*walk.state, Slot{5}), before);
}

TEST(Chain, two_empty_slots_delay_finality_and_do_not_stop_it) {
    Walk walk;
    walk.run_to(Slot{5});
    walk.step(false);
    walk.step(false);
    walk.run_to(Slot{10});
    EXPECT_EQ(walk.state->finalized.epoch, Epoch{8});
}

TEST(Chain, votes_that_come_one_slot_late_still_finalize) {
    Walk walk;
    std::vector<Attestation> late;
    for (std::uint64_t slot = 1; slot <= 20; ++slot) {
        walk.step();
        std::swap(walk.pool, late);
    }
    EXPECT_GE(walk.state->justified.epoch, Epoch{17});
    EXPECT_GE(walk.state->finalized.epoch, Epoch{16});
}

TEST(Chain, silent_slots_at_random_never_stop_it_nor_undo_finality) {
    constexpr std::uint64_t seed = 7;
    SCOPED_TRACE(seed);
    SeededRandom random{seed};
    Walk walk;
    Epoch finalized;
    for (std::uint64_t slot = 1; slot <= 200; ++slot) {
        walk.step(!random.chance(33));
        ASSERT_GE(walk.state->finalized.epoch, finalized);
        finalized = walk.state->finalized.epoch;
    }
    EXPECT_GE(finalized.value, 180U);
}

TEST(Chain, the_same_blocks_give_the_same_states_however_far_the_parent_was_advanced) {
    Walk walk;
    walk.run_to(Slot{9});
    BlockEffects effects;
    State advanced = advance(walk.chain, *walk.parent, Slot{9}, effects);
    CommitteeCache committees;
    const Result<Applied> applied = apply_to_advanced(walk.chain, std::move(advanced), effects, walk.block,
                                                      hash_tree_root(walk.block.message.body), committees);
    ASSERT_TRUE(applied) << applied.fault().text();
    EXPECT_EQ(*applied->state, *walk.state);
    EXPECT_EQ(applied->effects, walk.effects);
}

TEST(Chain, two_walks_with_equal_inputs_end_in_the_same_root_and_another_reveal_in_another) {
    Walk one;
    Walk same;
    one.run_to(Slot{20});
    same.run_to(Slot{20});
    EXPECT_EQ(one.head, same.head);
    ++one.slot;
    ++same.slot;
    BlockInputs inputs = one.inputs();
    one.extend(inputs);
    inputs.randao_reveal[5] ^= 1;
    same.extend(inputs);
    EXPECT_NE(one.head, same.head);
    EXPECT_NE(one.state->mixes[2], same.state->mixes[2]);
}

TEST(Chain, with_many_slots_an_epoch_it_finalizes_in_two_epochs) {
    Spec spec = sample_spec();
    spec.slots_per_epoch = 4;
    spec.epochs_per_era = 2;
    spec.inclusion_window_epochs = 2;
    Walk walk{16, spec};
    walk.run_to(Slot{41});
    EXPECT_GE(walk.state->justified.epoch, Epoch{9});
    EXPECT_GE(walk.state->finalized.epoch, Epoch{8});
}

TEST(Chain, with_the_numbers_of_mainnet_it_finalizes_in_two_to_three_epochs) {
    Spec spec = sample_spec();
    spec.slots_per_epoch = 32;
    spec.epochs_per_era = 1;
    spec.inclusion_window_epochs = 2;
    Walk walk{40, spec};
    walk.run_to(Slot{6 * 32 + 1});
    EXPECT_GE(walk.state->justified.epoch, Epoch{5});
    EXPECT_GE(walk.state->finalized.epoch, Epoch{4});
}

TEST(Chain, of_one_validator_finalizes) {
    Walk walk{1};
    walk.run_to(Slot{20});
    EXPECT_EQ(walk.state->finalized.epoch, Epoch{18});
}

} // namespace
} // namespace quoin::transition::test
