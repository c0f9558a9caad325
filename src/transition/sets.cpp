#include "sets.hpp"

#include "schedule.hpp"

#include <quoin/base/mutant.hpp>
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

/// V[v] u V[v-1]. Where it is as before, chunks stay shared.
void renew_duty_set(EraSets& sets) {
    auto& duty = sets.duty_set;
    std::size_t count = 0;
    const auto add = [&](std::uint64_t validator) {
        if (count == duty.size()) {
            duty.push_back(ValidatorIndex{validator});
        } else {
            duty.set(count, ValidatorIndex{validator});
        }
        ++count;
    };
    QUOIN_ASSERT(sets.previous_weights.size() <= sets.weights.size(), "the registry only grows");
    auto older = sets.previous_weights.begin();
    std::uint64_t i = 0;
    for (const Weight weight : sets.weights) {
        const bool is_older = older != sets.previous_weights.end();
        const bool was_in = is_older && !(*older).is_zero() && !is_planted(Mutant::duty_set_without_the_previous);
        if (is_older) {
            ++older;
        }
        if (!weight.is_zero() || was_in) {
            add(i);
        }
        ++i;
    }
    duty.resize(count);
}

void sum_up(EraSets& sets, const Spec& spec) {
    sets.total = {total_of(sets.weights, spec), total_of(sets.previous_weights, spec)};
    renew_duty_set(sets);
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
    if (is_planted(Mutant::set_adopted_before_its_finality)) {
        return true;
    }
    return state.finalized.epoch >= first_epoch_of(spec, candidate.computed_at) &&
           version_in(state, era_of(spec, state.finalized.epoch)) == current_sets(state).version;
}

void without_those_out(const State& state, const Spec& spec, const staking::Roll& roll, Weights& weights) {
    for (std::uint64_t i = 0; i < weights.size(); ++i) {
        if ((roll[i].slashed || roll[i].exiting) && staking::is_out(roll[i], spec, state.effective_balance[i])) {
            weights.set(i, Weight{});
        }
    }
}

/// A slashing is measured by what its validator weighed when it last was in a new version.
void remember_weights(State& state, const staking::Roll& roll, const Weights& weights) {
    std::uint64_t i = 0;
    for (const Weight weight : weights) {
        if (!weight.is_zero() && roll[i].last_weight != weight) {
            state.validators.edit(i).last_weight = weight;
        }
        ++i;
    }
}

void forget_old_versions(State& state, const Spec& spec, Era now) {
    auto& log = state.set_versions;
    const Era oldest_offence = now.saturating_minus(spec.evidence_max_age_eras);
    // Both sets in force at the oldest offence are needed, so one more entry stays than that era touches.
    while (log.size() > 2 && log[2].started <= oldest_offence) {
        log.erase_front(1);
    }
}

void adopt(State& state, const Spec& spec, const staking::Roll& roll, EraSets& sets) {
    Candidate candidate = std::move(*state.candidate);
    state.candidate.reset();
    without_those_out(state, spec, roll, candidate.weights);
    if (is_empty(candidate.weights)) {
        return;
    }
    sets.previous_weights = std::move(sets.weights);
    sets.weights = std::move(candidate.weights);
    ++sets.version;
    remember_weights(state, roll, sets.weights);
    state.set_versions.push_back({sets.version, sets.era, candidate.computed_at});
    forget_old_versions(state, spec, sets.era);
}

void propose_candidate(State& state, const Spec& spec, const staking::Roll& roll, Era now) {
    Weights weights = staking::candidate_weights(state, spec, roll);
    if (!is_empty(weights)) {
        state.candidate = Candidate{now, std::move(weights)};
    }
}

/// A frozen weight loses what its pool loses to the leak, and nothing else: stake on its way out has to leak away like
/// any other, or a side of a partition that lets the rest unbond would be two thirds of what is left.
void leak(const Spec& spec, const staking::Roll& roll, const std::vector<Weight>& lost, Weights& weights) {
    for (std::uint64_t i = 0; i < weights.size(); ++i) {
        const Weight left = weights[i] - std::min(weights[i], lost[i]);
        const bool votes = !roll[i].slashed && left.value >= spec.ejection_balance;
        weights.set(i, votes ? left : Weight{});
    }
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

void update_set_version(State& state, const Spec& spec, const staking::Roll& roll) {
    EraSets sets = current_sets(state);
    sets.era = era_of(spec, state.slot);
    if (state.candidate && is_final(state, spec, *state.candidate)) {
        adopt(state, spec, roll, sets);
    }
    if (!state.candidate) {
        propose_candidate(state, spec, roll, sets.era);
    }
    state.sets.push_back(std::move(sets));
}

void apply_leak_weights(State& state, const Spec& spec, const staking::Roll& roll) {
    const std::vector<Weight> lost = staking::lost_to_leak(state, spec, era_of(spec, state.slot) - 1);
    leak(spec, roll, lost, state.sets.back().weights);
    leak(spec, roll, lost, state.sets.back().previous_weights);
    if (state.candidate) {
        leak(spec, roll, lost, state.candidate->weights);
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
    const staking::Roll roll{state};
    sets.weights = staking::candidate_weights(state, spec, roll);
    sets.previous_weights = sets.weights;
    remember_weights(state, roll, sets.weights);
    state.candidate = Candidate{Era{}, sets.weights};
    state.set_versions.push_back({0, Era{}, Era{}});
    state.sets.push_back(std::move(sets));
    state.proposers.resize(2 * slots_per_era(spec));
    draw_schedule(state, spec, Era{}, state.mixes[0]);
    open_era(state, spec);
}

} // namespace quoin::transition
