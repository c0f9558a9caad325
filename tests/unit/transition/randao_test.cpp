#include "walk.hpp"

#include <set>

namespace quoin::transition::test {
namespace {

constexpr std::uint64_t era_slots = 8;
using Schedule = std::vector<ValidatorIndex>;

/// Who proposes in an era, as the state at the walk's slot has it.
Schedule schedule_of(const Walk& walk, Era era) {
    const State state = walk.advanced();
    Schedule schedule;
    for (std::uint64_t i = 0; i < era_slots; ++i) {
        schedule.push_back(proposer_of(state, walk.spec(), Slot{era.value * era_slots + i}));
    }
    return schedule;
}

/// The last slots of an era are one adversary's, who withholds any of their blocks, and with them the reveals (PROTOCOL
/// section 6).
TEST(Randao, withholding_the_tail_moves_nothing_that_is_drawn_and_gains_a_choice_of_two_to_the_k) {
    constexpr std::uint64_t tail = 3;
    Walk before;
    before.run_to(Slot{4 * era_slots - tail - 1});
    std::set<Root> newest_mixes;
    std::set<Schedule> of_this_era;
    std::set<Schedule> of_the_next;
    std::set<Schedule> of_the_one_after;
    for (std::uint64_t choice = 0; choice < (1U << tail); ++choice) {
        Walk walk = before;
        for (std::uint64_t i = 0; i < tail; ++i) {
            walk.step((choice >> i & 1) != 0);
        }
        newest_mixes.insert(walk.state->mixes.back());
        of_this_era.insert(schedule_of(walk, Era{4}));
        while (walk.slot < Slot{5 * era_slots}) {
            walk.step();
        }
        of_the_next.insert(schedule_of(walk, Era{5}));
        of_the_one_after.insert(schedule_of(walk, Era{6}));
    }
    EXPECT_EQ(newest_mixes.size(), 1U << tail) << "what is drawn from the newest mix is the adversary's choice";
    EXPECT_EQ(of_this_era.size(), 1U) << "drawn before the tail";
    EXPECT_LE(of_the_next.size(), 1U << tail);
    EXPECT_LE(of_the_one_after.size(), 1U << tail);
    EXPECT_GT(std::max(of_the_next.size(), of_the_one_after.size()), 1U) << "the bias is bounded, not gone";
}

} // namespace
} // namespace quoin::transition::test
