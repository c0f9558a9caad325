#pragma once

#include <quoin/base/field.hpp>
#include <quoin/types/numbers.hpp>

#include <array>
#include <cstdint>
#include <string_view>

namespace quoin::inline types {

/// How proposers are drawn (PROTOCOL section 6).
enum class ProposerSchedule : std::uint8_t { weighted, round_robin };
/// When a slot ends (PROTOCOL section 1). Only `timer` is accepted so far.
enum class Pacing : std::uint8_t { timer, responsive };

inline constexpr std::array<std::string_view, 2> proposer_schedule_names{"weighted", "round_robin"};
inline constexpr std::array<std::string_view, 2> pacing_names{"timer", "responsive"};
constexpr const auto& names_of(ProposerSchedule) {
    return proposer_schedule_names;
}
constexpr const auto& names_of(Pacing) {
    return pacing_names;
}

/// Every number of the chain, from the genesis file (PROTOCOL section 1). Amounts are base units, `_bps` are parts of
/// ten thousand of a slot.
struct Spec {
    std::uint64_t slot_ms = 0;
    std::uint64_t slots_per_epoch = 0;
    std::uint64_t epochs_per_era = 0;
    std::uint64_t target_committee_size = 0;
    std::uint64_t max_committees_per_slot = 0;
    std::uint64_t inclusion_window_epochs = 0;
    std::uint64_t attestation_due_bps = 0;
    std::uint64_t aggregate_due_bps = 0;
    std::uint64_t freeze_bps = 0;
    bool view_merge = false;
    std::uint64_t proposer_boost_percent = 0;
    ProposerSchedule proposer_schedule = ProposerSchedule::weighted;
    Pacing pacing = Pacing::timer;
    std::uint64_t min_slot_ms = 0;
    std::uint64_t pacing_backoff_slots = 0;
    std::uint64_t slot_ms_max = 0;
    std::uint64_t block_time_drift_ms_max = 0;
    std::uint64_t effective_balance_increment = 0;
    std::uint64_t max_effective_balance = 0;
    std::uint64_t ejection_balance = 0;
    std::uint64_t min_self_stake = 0;
    std::uint64_t base_reward_factor = 0;
    std::uint64_t min_slash_quotient = 0;
    std::uint64_t correlation_multiplier = 0;
    std::uint64_t reporter_reward_quotient = 0;
    std::uint64_t leak_after_epochs = 0;
    std::uint64_t leak_half_life_eras = 0;
    std::uint64_t inactivity_score_bias = 0;
    std::uint64_t inactivity_score_recovery = 0;
    std::uint64_t hysteresis_quotient = 0;
    std::uint64_t hysteresis_downward_multiplier = 0;
    std::uint64_t hysteresis_upward_multiplier = 0;
    std::uint64_t target_aggregators_per_committee = 0;
    std::uint64_t unbonding_eras = 0;
    std::uint64_t evidence_max_age_eras = 0;
    std::uint64_t churn_limit_quotient = 0;
    std::uint64_t min_churn = 0;
    std::uint64_t base_fee_initial = 0;
    std::uint64_t base_fee_change_denominator = 0;
    std::uint64_t block_units_target = 0;
    std::uint64_t block_units_limit = 0;
    std::uint64_t max_validators = 0;
    std::uint64_t max_attestations_per_block = 0;
    std::uint64_t max_transactions_per_block = 0;
    std::uint64_t max_proposer_slashings_per_block = 0;
    std::uint64_t max_attester_slashings_per_block = 0;

    bool operator==(const Spec&) const = default;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(
            field("slot_ms", slot_ms), field("slots_per_epoch", slots_per_epoch),
            field("epochs_per_era", epochs_per_era), field("target_committee_size", target_committee_size),
            field("max_committees_per_slot", max_committees_per_slot),
            field("inclusion_window_epochs", inclusion_window_epochs),
            field("attestation_due_bps", attestation_due_bps), field("aggregate_due_bps", aggregate_due_bps),
            field("freeze_bps", freeze_bps), field("view_merge", view_merge),
            field("proposer_boost_percent", proposer_boost_percent), field("proposer_schedule", proposer_schedule),
            field("pacing", pacing), field("min_slot_ms", min_slot_ms),
            field("pacing_backoff_slots", pacing_backoff_slots), field("slot_ms_max", slot_ms_max),
            field("block_time_drift_ms_max", block_time_drift_ms_max),
            field("effective_balance_increment", effective_balance_increment),
            field("max_effective_balance", max_effective_balance), field("ejection_balance", ejection_balance),
            field("min_self_stake", min_self_stake), field("base_reward_factor", base_reward_factor),
            field("min_slash_quotient", min_slash_quotient), field("correlation_multiplier", correlation_multiplier),
            field("reporter_reward_quotient", reporter_reward_quotient), field("leak_after_epochs", leak_after_epochs),
            field("leak_half_life_eras", leak_half_life_eras), field("inactivity_score_bias", inactivity_score_bias),
            field("inactivity_score_recovery", inactivity_score_recovery),
            field("hysteresis_quotient", hysteresis_quotient),
            field("hysteresis_downward_multiplier", hysteresis_downward_multiplier),
            field("hysteresis_upward_multiplier", hysteresis_upward_multiplier),
            field("target_aggregators_per_committee", target_aggregators_per_committee),
            field("unbonding_eras", unbonding_eras), field("evidence_max_age_eras", evidence_max_age_eras),
            field("churn_limit_quotient", churn_limit_quotient), field("min_churn", min_churn),
            field("base_fee_initial", base_fee_initial),
            field("base_fee_change_denominator", base_fee_change_denominator),
            field("block_units_target", block_units_target), field("block_units_limit", block_units_limit),
            field("max_validators", max_validators), field("max_attestations_per_block", max_attestations_per_block),
            field("max_transactions_per_block", max_transactions_per_block),
            field("max_proposer_slashings_per_block", max_proposer_slashings_per_block),
            field("max_attester_slashings_per_block", max_attester_slashings_per_block));
    }
};

} // namespace quoin::inline types
