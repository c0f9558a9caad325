#include "sets.hpp"

#include "schedule.hpp"

#include <quoin/staking/era.hpp>

#include <algorithm>

namespace quoin::transition {

namespace {

using Weights = Column<Weight, type_limits.validators>;

bool is_empty(const Weights& weights) {
    return std::all_of(weights.begin(), weights.end(), [](Weight weight) { return weight.is_zero(); });
}

/// W of PROTOCOL section 2.
Weight total_of(const Weights& weights, const Spec& spec) {
    Uint128 sum = 0;
    for (const Weight weight : weights) {
        sum += weight.value;
    }
    return Weight{std::max(spec.effective_balance_increment, narrow(sum))};
}

void sum_up(EraSets& sets, const Spec& spec) {
    sets.total = {total_of(sets.weights, spec), total_of(sets.previous_weights, spec)};
    const std::size_t size = std::max(sets.weights.size(), sets.previous_weights.size());
    std::vector<ValidatorIndex> duty;
    for (std::uint64_t i = 0; i < size; ++i) {
        const JointWeight weight = weight_of(sets, ValidatorIndex{i});
        if (!weight[0].is_zero() || !weight[1].is_zero()) {
            duty.emplace_back(i);
        }
    }
    sets.duty_set.assign(duty.begin(), duty.end());
}

/// The set version in force in an era that the log still reaches.
std::uint64_t version_in(const State& state, Era era) {
    std::uint64_t version = state.set_versions.front().version;
    for (const SetVersion& entry : state.set_versions) {
        if (entry.started <= era) {
            version = entry.version;
        }
    }
    return version;
}

bool is_final(const State& state, const Spec& spec, const Candidate& candidate) {
    return state.finalized.epoch >= first_epoch_of(spec, candidate.computed_at) &&
           version_in(state, era_of(spec, state.finalized.epoch)) == current_sets(state).version;
}

void without_those_out(const State& state, const Spec& spec, Weights& weights) {
    for (std::uint64_t i = 0; i < weights.size(); ++i) {
        if (!weights[i].is_zero() && staking::is_out(state, spec, ValidatorIndex{i})) {
            weights.set(i, Weight{});
        }
    }
}

/// A slashing is measured by what its validator weighed when it last was in a new version.
void remember_weights(State& state, const Weights& weights) {
    for (std::uint64_t i = 0; i < weights.size(); ++i) {
        if (!weights[i].is_zero() && state.validators[i].last_weight != weights[i]) {
            state.validators.edit(i).last_weight = weights[i];
        }
    }
}

void forget_old_versions(State& state, const Spec& spec, Era now) {
    auto& log = state.set_versions;
    const Era oldest_offence = now.saturating_minus(spec.evidence_max_age_eras);
    // Both sets in force at the oldest offence are needed, so one more entry stays than that era touches.
    while (log.size() > 2 && log[2].started <= oldest_offence) {
        log.erase(log.begin());
    }
}

void adopt(State& state, const Spec& spec, EraSets& sets) {
    Candidate candidate = std::move(*state.candidate);
    state.candidate.reset();
    without_those_out(state, spec, candidate.weights);
    if (is_empty(candidate.weights)) {
        return;
    }
    sets.previous_weights = std::move(sets.weights);
    sets.weights = std::move(candidate.weights);
    ++sets.version;
    remember_weights(state, sets.weights);
    state.set_versions.push_back({sets.version, sets.era, candidate.computed_at});
    forget_old_versions(state, spec, sets.era);
}

void propose_candidate(State& state, const Spec& spec, Era now) {
    Weights weights = staking::candidate_weights(state, spec);
    if (!is_empty(weights)) {
        state.candidate = Candidate{now, std::move(weights)};
    }
}

/// min(frozen, effective), and nothing for those who are out.
void leak(const State& state, const Spec& spec, Weights& weights) {
    for (std::uint64_t i = 0; i < weights.size(); ++i) {
        weights.set(i, std::min(weights[i], Weight{state.effective_balance[i].value}));
    }
    without_those_out(state, spec, weights);
}

void forget_old_sets(State& state, const Spec& spec, Era now) {
    const Epoch oldest_vote = first_epoch_of(spec, now).saturating_minus(spec.inclusion_window_epochs - 1);
    const Era settled_next = now.saturating_minus(1);
    const Era keep_from = std::min(era_of(spec, oldest_vote), settled_next);
    while (state.sets.front().era < keep_from) {
        state.sets.erase(state.sets.begin());
    }
}

} // namespace

void update_set_version(State& state, const Spec& spec) {
    EraSets sets = current_sets(state);
    sets.era = era_of(spec, state.slot);
    if (state.candidate && is_final(state, spec, *state.candidate)) {
        adopt(state, spec, sets);
    }
    if (!state.candidate) {
        propose_candidate(state, spec, sets.era);
    }
    state.sets.push_back(std::move(sets));
}

void apply_leak_weights(State& state, const Spec& spec) {
    leak(state, spec, state.sets.back().weights);
    leak(state, spec, state.sets.back().previous_weights);
    if (state.candidate) {
        leak(state, spec, state.candidate->weights);
    }
}

void open_era(State& state, const Spec& spec) {
    EraSets& sets = state.sets.back();
    sum_up(sets, spec);
    sets.seed = committee_seed(state, sets.era);
    draw_schedule(state, spec, sets.era + 1, state.mixes[1]);
    forget_old_sets(state, spec, sets.era);
}

void open_genesis_sets(State& state, const Spec& spec) {
    EraSets sets;
    sets.weights = staking::candidate_weights(state, spec);
    sets.previous_weights = sets.weights;
    remember_weights(state, sets.weights);
    state.candidate = Candidate{Era{}, sets.weights};
    state.set_versions.push_back({0, Era{}, Era{}});
    state.sets.push_back(std::move(sets));
    state.proposers.resize(2 * slots_per_era(spec));
    draw_schedule(state, spec, Era{}, state.mixes[0]);
    open_era(state, spec);
}

} // namespace quoin::transition
