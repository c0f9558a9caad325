#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace quoin::inline base {

/// Faults planted on purpose, one at a time, to show that the tests would notice (RELIABILITY "Simulator"). Only a
/// build with `QUOIN_MUTANTS` has the switch; in every other build `is_planted` is the constant false and leaves no
/// trace.
enum class Mutant : std::uint8_t {
    none,
    quorum_of_half,
    quorum_of_a_third,
    more_than_the_threshold,
    threshold_wraps_at_64_bits,
    link_of_two_without_its_middle,
    tally_by_target_alone,
    source_may_equal_target,
    source_from_the_view,
    versions_added_up,
    set_adopted_before_its_finality,
    duty_set_without_the_previous,
    guard_without_surround,
    guard_without_double_vote,
    signature_before_its_record,
    certificate_told_before_it_is_durable,
    lock_moves_at_any_time,
    no_view_merge,
    viable_without_finalized,
    equivocators_still_count,
    inclusion_window_of_two,
    boost_of_forty_percent,
    leak_leaves_the_weights,
    reward_paid_again_on_replay,
    slashed_pool_pays_twice,
    unbonding_escapes_the_slash,
    correlation_after_maturity,
    randao_signed_per_era,
    orphans_without_bound,
};
inline constexpr std::array<std::string_view, 29> mutant_names{
    "none",
    "quorum_of_half",
    "quorum_of_a_third",
    "more_than_the_threshold",
    "threshold_wraps_at_64_bits",
    "link_of_two_without_its_middle",
    "tally_by_target_alone",
    "source_may_equal_target",
    "source_from_the_view",
    "versions_added_up",
    "set_adopted_before_its_finality",
    "duty_set_without_the_previous",
    "guard_without_surround",
    "guard_without_double_vote",
    "signature_before_its_record",
    "certificate_told_before_it_is_durable",
    "lock_moves_at_any_time",
    "no_view_merge",
    "viable_without_finalized",
    "equivocators_still_count",
    "inclusion_window_of_two",
    "boost_of_forty_percent",
    "leak_leaves_the_weights",
    "reward_paid_again_on_replay",
    "slashed_pool_pays_twice",
    "unbonding_escapes_the_slash",
    "correlation_after_maturity",
    "randao_signed_per_era",
    "orphans_without_bound",
};
inline constexpr std::size_t mutant_count = mutant_names.size() - 1;

#ifdef QUOIN_MUTANTS
inline Mutant planted_mutant = Mutant::none;
inline bool is_planted(Mutant mutant) {
    return planted_mutant == mutant;
}
#else
constexpr bool is_planted(Mutant) {
    return false;
}
#endif

} // namespace quoin::inline base
