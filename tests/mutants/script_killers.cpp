#include "killer.hpp"

#include <gtest/gtest.h>
#include <scenario.hpp>

#include <fstream>

// Attacks of tests/scripts/attacks without the rule that stops them: each must then succeed.

namespace quoin::mutants {

namespace {

void play(const char* script) {
    std::ifstream file(std::string{"tests/scripts/attacks/"} + script + ".txt");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    ASSERT_FALSE(text.empty()) << "there is no such script";
    sim::Scenario scenario(sim::parse_script(text), {});
    const Result<void> done = scenario.run();
    ASSERT_TRUE(done) << done.fault().text();
    for (const sim::Violation& violation : scenario.violations()) {
        FAIL() << violation.promise << " at slot " << violation.slot.value << ": " << violation.text;
    }
}

Killer without(Mutant mutant, const char* script) {
    return {mutant, script, [script] { play(script); }};
}

} // namespace

Killers script_killers() {
    return {
        without(Mutant::quorum_of_half, "finality_is_withheld"),
        without(Mutant::quorum_of_half, "halves_that_meet_again_finalize"),
        without(Mutant::quorum_of_a_third, "two_thirds_finalize_alone_and_the_third_follows"),
        without(Mutant::source_from_the_view, "silent_proposers_at_a_half"),
        without(Mutant::set_adopted_before_its_finality, "exits_and_a_split_finalize_once"),
        without(Mutant::duty_set_without_the_previous, "three_of_four_are_replaced_during_a_split"),
        without(Mutant::guard_without_surround, "a_clock_far_off_stops_one_node_and_signs_nothing_wrong"),
        without(Mutant::lock_moves_at_any_time, "saved_votes_make_nobody_bounce"),
        without(Mutant::lock_moves_at_any_time, "saved_votes_make_nobody_bounce_in_long_epochs"),
        without(Mutant::no_view_merge, "balancing_stops_nothing"),
        without(Mutant::equivocators_still_count, "balancing_by_double_votes_ends_in_slashing"),
        without(Mutant::inclusion_window_of_two, "a_network_whose_votes_are_a_slot_late_finalizes"),
        without(Mutant::inclusion_window_of_two, "votes_saved_for_a_slot_delay_finality_and_undo_nothing"),
        without(Mutant::leak_leaves_the_weights, "a_third_finalizes_both_sides_of_a_split"),
        without(Mutant::leak_leaves_the_weights, "halves_that_never_meet_leak_to_two_chains"),
    };
}

} // namespace quoin::mutants
