#include "pacemaker.hpp"

#include <quoin/types/clock.hpp>

#include <gtest/gtest.h>
#include <support/sample_genesis.hpp>

namespace quoin::engine {

namespace {

constexpr std::uint64_t genesis_ms = 1'000'000;

Spec spec_with(Pacing pacing) {
    Spec spec;
    spec.slot_ms = 100;
    spec.slots_per_epoch = 1;
    spec.epochs_per_era = 8;
    spec.pacing = pacing;
    spec.min_slot_ms = 20;
    spec.slot_ms_max = 700;
    spec.attestation_due_bps = 2'500;
    spec.pacing_backoff_slots = 2;
    return spec;
}

/// Four validators of equal weight.
EraSets four() {
    EraSets sets;
    for (std::uint64_t i = 0; i < 4; ++i) {
        sets.weights.push_back(Weight{10});
        sets.previous_weights.push_back(Weight{10});
    }
    sets.total = {Weight{40}, Weight{40}};
    return sets;
}

} // namespace

TEST(Pacemaker, a_timer_follows_the_clock_alone) {
    const Spec spec = spec_with(Pacing::timer);
    Pacemaker pacemaker(spec, genesis_ms);
    EXPECT_EQ(pacemaker.due_slot(genesis_ms - 1), Slot{0});
    EXPECT_EQ(pacemaker.due_slot(genesis_ms + 1'234), Slot{12});
    pacemaker.enter(Slot{12}, genesis_ms + 1'234);
    EXPECT_EQ(pacemaker.started_ms(), genesis_ms + 1'200) << "however late it was entered";
    EXPECT_EQ(pacemaker.ends_ms(), genesis_ms + 1'300);
    pacemaker.note_justified(Epoch{12});
    pacemaker.note_vote(ValidatorIndex{0}, Slot{40}, four(), genesis_ms + 1'240);
    pacemaker.note_vote(ValidatorIndex{1}, Slot{40}, four(), genesis_ms + 1'240);
    EXPECT_EQ(pacemaker.due_slot(genesis_ms + 1'299), Slot{12});
}

TEST(Pacemaker, a_justified_slot_ends_when_it_is_old_enough) {
    const Spec spec = spec_with(Pacing::responsive);
    Pacemaker pacemaker(spec, genesis_ms);
    EXPECT_EQ(pacemaker.due_slot(genesis_ms + 99), Slot{0});
    EXPECT_EQ(pacemaker.due_slot(genesis_ms + 100), Slot{1});
    pacemaker.enter(Slot{1}, genesis_ms + 100);
    EXPECT_EQ(pacemaker.due_slot(genesis_ms + 119), Slot{1});
    pacemaker.note_justified(Epoch{1});
    EXPECT_EQ(pacemaker.due_slot(genesis_ms + 119), Slot{1}) << "min_slot_ms has not passed";
    EXPECT_EQ(pacemaker.due_slot(genesis_ms + 120), Slot{2});
}

TEST(Pacemaker, whoever_is_early_waits_for_a_quorum) {
    const Spec spec = spec_with(Pacing::responsive);
    Pacemaker early(spec, genesis_ms);
    Pacemaker late(spec, genesis_ms);
    early.enter(Slot{1}, genesis_ms + 100);
    late.enter(Slot{1}, genesis_ms + 180);
    for (const auto& [validator, time_ms] : {std::pair{0u, 125u}, {1u, 205u}, {2u, 206u}}) {
        EXPECT_EQ(early.due_slot(genesis_ms + 299), Slot{1}) << "a half is no quorum";
        early.note_vote(ValidatorIndex{validator}, Slot{1}, four(), genesis_ms + time_ms);
        late.note_vote(ValidatorIndex{validator}, Slot{1}, four(), genesis_ms + time_ms);
    }
    EXPECT_EQ(early.ends_ms(), genesis_ms + 206 + 75);
    EXPECT_EQ(late.ends_ms(), early.ends_ms());
}

TEST(Pacemaker, a_quorum_may_be_there_when_a_slot_begins) {
    const Spec spec = spec_with(Pacing::responsive);
    Pacemaker pacemaker(spec, genesis_ms);
    pacemaker.enter(Slot{1}, genesis_ms + 100);
    for (std::uint64_t validator = 0; validator < 3; ++validator) {
        pacemaker.note_vote(ValidatorIndex{validator}, Slot{2}, four(), genesis_ms + 150);
    }
    EXPECT_EQ(pacemaker.due_slot(genesis_ms + 150), Slot{2});
    pacemaker.enter(Slot{2}, genesis_ms + 150);
    EXPECT_EQ(pacemaker.ends_ms(), genesis_ms + 150 + 75);
    pacemaker.enter(Slot{3}, genesis_ms + 225);
    EXPECT_EQ(pacemaker.ends_ms(), genesis_ms + 225 + 200) << "nobody has come that far";
}

TEST(Pacemaker, without_finality_the_timer_ends_a_slot_and_grows_up_to_its_bound) {
    const Spec spec = spec_with(Pacing::responsive);
    Pacemaker pacemaker(spec, genesis_ms);
    std::uint64_t now_ms = genesis_ms + 100;
    std::vector<std::uint64_t> lengths;
    for (std::uint64_t slot = 1; slot <= 7; ++slot) {
        pacemaker.enter(Slot{slot}, now_ms);
        lengths.push_back(pacemaker.ends_ms() - now_ms);
        now_ms = pacemaker.ends_ms();
    }
    EXPECT_EQ(lengths, (std::vector<std::uint64_t>{200, 200, 200, 400, 400, 700, 700}));
    pacemaker.note_justified(Epoch{7});
    pacemaker.enter(Slot{8}, now_ms);
    EXPECT_EQ(pacemaker.ends_ms() - now_ms, 700) << "a justified slot does not bring it back";
    pacemaker.note_finalized(Epoch{6});
    EXPECT_EQ(pacemaker.ends_ms() - now_ms, 200) << "a finalized one does";
}

TEST(Pacemaker, votes_of_more_than_a_third_from_later_slots_pull_it_along) {
    const Spec spec = spec_with(Pacing::responsive);
    Pacemaker pacemaker(spec, genesis_ms);
    pacemaker.enter(Slot{1}, genesis_ms + 100);
    pacemaker.note_vote(ValidatorIndex{0}, Slot{900}, four(), genesis_ms + 101);
    EXPECT_EQ(pacemaker.due_slot(genesis_ms + 101), Slot{1}) << "a quarter is not believed";
    pacemaker.note_vote(ValidatorIndex{0}, Slot{901}, four(), genesis_ms + 101);
    EXPECT_EQ(pacemaker.due_slot(genesis_ms + 101), Slot{1}) << "however often it says so";
    pacemaker.note_vote(ValidatorIndex{1}, Slot{5}, four(), genesis_ms + 101);
    EXPECT_EQ(pacemaker.due_slot(genesis_ms + 101), Slot{5}) << "a half has reached 5, only a quarter 901";
}

TEST(Pacemaker, a_slot_justified_elsewhere_is_one_that_others_have_reached) {
    const Spec spec = spec_with(Pacing::responsive);
    Pacemaker pacemaker(spec, genesis_ms);
    pacemaker.enter(Slot{1}, genesis_ms + 100);
    pacemaker.note_justified(Epoch{30});
    EXPECT_EQ(pacemaker.due_slot(genesis_ms + 101), Slot{30});
}

TEST(Pacemaker, messages_from_too_far_ahead_are_told_apart) {
    const Spec timer = spec_with(Pacing::timer);
    Pacemaker by_time(timer, genesis_ms);
    EXPECT_FALSE(by_time.is_too_early(Slot{1}, genesis_ms + 75));
    EXPECT_TRUE(by_time.is_too_early(Slot{1}, genesis_ms + 74)) << "a quarter of a slot early at most";
    const Spec responsive = spec_with(Pacing::responsive);
    Pacemaker by_slots(responsive, genesis_ms);
    EXPECT_FALSE(by_slots.is_too_early(Slot{limits.slots_ahead_max}, genesis_ms));
    EXPECT_TRUE(by_slots.is_too_early(Slot{limits.slots_ahead_max + 1}, genesis_ms));
}

} // namespace quoin::engine
