#include <quoin/base/checked.hpp>
#include <quoin/types/genesis.hpp>

#include <string>

namespace quoin::inline types {

namespace {

constexpr std::uint64_t basis_points = 10'000;

/// Gathers the first rule that is broken.
class SpecRules {
public:
    explicit SpecRules(const Spec& spec) : spec_(spec) {}

    Result<void> verdict() {
        clocks();
        duties();
        stake();
        evidence_and_leak();
        fees_and_limits();
        return verdict_;
    }

private:
    void demand(bool holds, const char* key, const char* rule) {
        if (!holds && verdict_.ok()) {
            verdict_ = Fault{Reason::genesis_invalid, std::string{"spec."} + key, rule};
        }
    }
    void between(std::uint64_t value, std::uint64_t low, std::uint64_t high, const char* key) {
        if ((value < low || value > high) && verdict_.ok()) {
            verdict_ = Fault{Reason::genesis_invalid, std::string{"spec."} + key,
                             "must be from " + std::to_string(low) + " to " + std::to_string(high) + ", is " +
                                 std::to_string(value)};
        }
    }

    void clocks() {
        between(spec_.slot_ms, 10, 3'600'000, "slot_ms");
        between(spec_.slots_per_epoch, 1, 1'024, "slots_per_epoch");
        between(spec_.epochs_per_era, 1, 1'024, "epochs_per_era");
        // A window of K epochs, the epoch that opens, and three more of justified checkpoints (STATE.md "State").
        between(spec_.inclusion_window_epochs, 2, type_limits.open_epochs - 4, "inclusion_window_epochs");
        demand(spec_.slots_per_epoch * spec_.inclusion_window_epochs >= 4, "inclusion_window_epochs",
               "the window must reach over at least four slots");
        if (verdict_.ok()) {
            demand(spec_.inclusion_window_epochs / spec_.epochs_per_era + 4 <= type_limits.eras_kept, "epochs_per_era",
                   "the inclusion window must not touch more eras than a state keeps");
            demand(2 * spec_.slots_per_epoch * spec_.epochs_per_era <= type_limits.schedule_slots, "epochs_per_era",
                   "two eras must fit the proposer schedule");
        }
        demand(spec_.pacing == Pacing::timer || spec_.slots_per_epoch == 1, "pacing",
               "can be responsive only when an epoch is one slot");
        demand(!spec_.view_merge || spec_.slots_per_epoch == 1, "view_merge", "needs epochs of one slot");
        between(spec_.pacing_backoff_slots, 1, 1 << 10, "pacing_backoff_slots");
        between(spec_.min_slot_ms, 1, 3'600'000, "min_slot_ms");
        between(spec_.slot_ms_max, 1, 3'600'000, "slot_ms_max");
        demand(spec_.min_slot_ms <= spec_.slot_ms, "min_slot_ms", "must not be above slot_ms");
        demand(spec_.slot_ms <= spec_.slot_ms_max, "slot_ms_max", "must not be below slot_ms");
    }

    void duties() {
        between(spec_.attestation_due_bps, 1, basis_points - 1, "attestation_due_bps");
        between(spec_.aggregate_due_bps, spec_.attestation_due_bps, basis_points, "aggregate_due_bps");
        between(spec_.freeze_bps, spec_.attestation_due_bps, basis_points, "freeze_bps");
        between(spec_.target_committee_size, 1, type_limits.validators, "target_committee_size");
        between(spec_.max_committees_per_slot, 1, type_limits.validators, "max_committees_per_slot");
        between(spec_.target_aggregators_per_committee, 1, type_limits.validators, "target_aggregators_per_committee");
        between(spec_.proposer_boost_percent, 0, 100, "proposer_boost_percent");
        demand(spec_.slots_per_epoch > 1 || spec_.proposer_boost_percent == 0, "proposer_boost_percent",
               "must be 0 when an epoch is one slot");
    }

    void stake() {
        const std::uint64_t money_max = std::uint64_t{1} << 62;
        between(spec_.effective_balance_increment, 1, money_max, "effective_balance_increment");
        between(spec_.max_effective_balance, spec_.effective_balance_increment, money_max, "max_effective_balance");
        demand(spec_.effective_balance_increment == 0 ||
                   spec_.max_effective_balance % spec_.effective_balance_increment == 0,
               "max_effective_balance", "must be a whole number of increments");
        between(spec_.min_self_stake, spec_.effective_balance_increment, money_max, "min_self_stake");
        between(spec_.ejection_balance, 0, spec_.min_self_stake, "ejection_balance");
        demand(spec_.ejection_balance < spec_.max_effective_balance, "ejection_balance",
               "must be below max_effective_balance");
        between(spec_.base_reward_factor, 0, 1 << 20, "base_reward_factor");
        between(spec_.hysteresis_quotient, 1, 1 << 20, "hysteresis_quotient");
        between(spec_.hysteresis_downward_multiplier, 0, 1 << 20, "hysteresis_downward_multiplier");
        between(spec_.hysteresis_upward_multiplier, 0, 1 << 20, "hysteresis_upward_multiplier");
        between(spec_.churn_limit_quotient, 1, money_max, "churn_limit_quotient");
        between(spec_.min_churn, 1, money_max, "min_churn");
        between(spec_.unbonding_eras, 1, 1 << 15, "unbonding_eras");
    }

    void evidence_and_leak() {
        between(spec_.evidence_max_age_eras, 1, 1 << 15, "evidence_max_age_eras");
        demand(spec_.evidence_max_age_eras <= spec_.unbonding_eras, "evidence_max_age_eras",
               "must not be above unbonding_eras, or stake could leave before its offence is proved");
        between(spec_.min_slash_quotient, 1, 1 << 20, "min_slash_quotient");
        between(spec_.correlation_multiplier, 0, 1 << 10, "correlation_multiplier");
        demand(spec_.reporter_reward_quotient >= spec_.min_slash_quotient, "reporter_reward_quotient",
               "must not be below min_slash_quotient, or slashing oneself could pay");
        between(spec_.leak_after_epochs, 1, 1 << 20, "leak_after_epochs");
        between(spec_.leak_half_life_eras, 2, 1 << 24, "leak_half_life_eras");
        between(spec_.inactivity_score_bias, 1, 1 << 10, "inactivity_score_bias");
        between(spec_.inactivity_score_recovery, 1, 1 << 10, "inactivity_score_recovery");
    }

    void fees_and_limits() {
        between(spec_.base_fee_initial, 1, std::uint64_t{1} << 40, "base_fee_initial");
        between(spec_.base_fee_change_denominator, 1, 1 << 20, "base_fee_change_denominator");
        between(spec_.block_units_target, 1, std::uint64_t{1} << 32, "block_units_target");
        between(spec_.block_units_limit, spec_.block_units_target, std::uint64_t{1} << 32, "block_units_limit");
        between(spec_.max_validators, 1, type_limits.validators, "max_validators");
        between(spec_.max_attestations_per_block, 1, type_limits.attestations, "max_attestations_per_block");
        between(spec_.max_transactions_per_block, 0, type_limits.transactions, "max_transactions_per_block");
        between(spec_.max_proposer_slashings_per_block, 1, type_limits.proposer_slashings,
                "max_proposer_slashings_per_block");
        between(spec_.max_attester_slashings_per_block, 1, type_limits.attester_slashings,
                "max_attester_slashings_per_block");
    }

    const Spec& spec_;
    Result<void> verdict_;
};

} // namespace

Result<void> validate_spec(const Spec& spec) {
    return SpecRules{spec}.verdict();
}

} // namespace quoin::inline types
