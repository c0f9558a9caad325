#include "schedule.hpp"
#include "walk.hpp"

#include <map>

namespace quoin::transition::test {
namespace {

std::map<ValidatorIndex, std::uint64_t> turns_in(const State& state, const Spec& spec, Era era) {
    std::map<ValidatorIndex, std::uint64_t> turns;
    for (std::uint64_t i = 0; i < slots_per_era(spec); ++i) {
        ++turns[state.proposers[(first_slot_of(spec, era) + i).value % state.proposers.size()]];
    }
    return turns;
}

TEST(Schedule, gives_turns_in_proportion_to_weight) {
    Spec spec = sample_spec();
    spec.epochs_per_era = 1'024;
    Genesis genesis = sample_genesis(4, spec);
    for (std::uint64_t i = 0; i < 4; ++i) {
        genesis.validators[i].stake = Amount{(i + 1) * 100 * coin};
    }
    Walk walk{sample_chain(std::move(genesis))};
    std::map<ValidatorIndex, std::uint64_t> turns;
    for (std::uint64_t seed = 0; seed < 8; ++seed) {
        State state = *walk.state;
        draw_schedule(state, spec, Era{1}, secret(seed));
        for (const auto& [validator, count] : turns_in(state, spec, Era{1})) {
            turns[validator] += count;
        }
    }
    // 8,192 draws with chances 1:2:3:4; five deviations are below 230.
    for (std::uint64_t i = 0; i < 4; ++i) {
        EXPECT_NEAR(static_cast<double>(turns[ValidatorIndex{i}]), static_cast<double>(i + 1) * 819.2, 230.0);
    }
}

TEST(Schedule, round_robin_gives_everybody_the_same_number_of_turns) {
    Spec spec = sample_spec();
    spec.proposer_schedule = ProposerSchedule::round_robin;
    Walk walk{4, spec};
    EXPECT_EQ(turns_in(*walk.state, spec, Era{1}),
              (std::map<ValidatorIndex, std::uint64_t>{
                  {ValidatorIndex{0}, 2}, {ValidatorIndex{1}, 2}, {ValidatorIndex{2}, 2}, {ValidatorIndex{3}, 2}}));
}

TEST(Schedule, is_known_an_era_ahead_and_stays_as_announced) {
    Walk walk;
    walk.run_to(Slot{9});
    std::vector<ValidatorIndex> announced;
    for (std::uint64_t slot = 16; slot < 24; ++slot) {
        announced.push_back(proposer_of(*walk.state, walk.spec(), Slot{slot}));
    }
    walk.run_to(Slot{17});
    for (std::uint64_t slot = 16; slot < 24; ++slot) {
        EXPECT_EQ(proposer_of(*walk.state, walk.spec(), Slot{slot}), announced[slot - 16]);
    }
}

TEST(Mixes, turn_at_the_era_and_go_on_from_the_last_one) {
    Walk walk;
    walk.run_to(Slot{7});
    const Root last = walk.state->mixes[2];
    const State next = walk.advanced_to(Slot{8});
    EXPECT_EQ(next.mixes[1], last);
    EXPECT_EQ(next.mixes[2], last);
    walk.step();
    EXPECT_EQ(walk.state->mixes[1], last);
    EXPECT_NE(walk.state->mixes[2], last);
}

TEST(Mixes, two_reveals_that_are_equal_do_not_cancel_for_slots_are_signed) {
    State state;
    ValidatorSignature reveal;
    mix_in(state, reveal);
    EXPECT_FALSE(state.mixes[2].is_zero());
    mix_in(state, reveal);
    EXPECT_TRUE(state.mixes[2].is_zero()) << "which is why the reveal is over the slot and never twice the same";
}

TEST(Committees, change_with_the_era) {
    Spec spec = sample_spec();
    spec.slots_per_epoch = 4;
    spec.epochs_per_era = 1;
    spec.inclusion_window_epochs = 2;
    Walk walk{16, spec};
    walk.run_to(Slot{13});
    EXPECT_NE(sets_of(*walk.state, Era{3})->seed, sets_of(*walk.state, Era{2})->seed);
    EXPECT_NE(attesters_of(*walk.state, spec, Slot{12}), attesters_of(*walk.state, spec, Slot{8}));
}

} // namespace
} // namespace quoin::transition::test
