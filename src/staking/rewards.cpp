#include "reward_base.hpp"
#include "rows.hpp"

#include <quoin/staking/rewards.hpp>
#include <quoin/types/clock.hpp>

#include <algorithm>

namespace quoin::staking {

Weight duty_weight_of(const EraSets& sets, ValidatorIndex validator) {
    const JointWeight weight = weight_of(sets, validator);
    return weight[0].is_zero() ? weight[1] : weight[0];
}

RewardBase reward_base_of(const EraSets& sets, const Spec& spec) {
    // Weights are whole increments (effective balances, or the least of two), so that the sum may be divided.
    Uint128 weight = 0;
    for_each_stretch(std::max(sets.weights.size(), sets.previous_weights.size()),
                     [&](std::size_t begin, std::size_t end) {
                         const Rows<Weight> newer{sets.weights, begin};
                         const Rows<Weight> older{sets.previous_weights, begin};
                         for (std::size_t i = begin; i < end; ++i) {
                             weight += (newer[i].is_zero() ? older[i] : newer[i]).value;
                         }
                     });
    const std::uint64_t increments = std::max<std::uint64_t>(1, narrow(weight / spec.effective_balance_increment));
    const std::uint64_t root = integer_square_root(narrow(Uint128{increments} * spec.effective_balance_increment));
    return {increments, mul_div(spec.effective_balance_increment, spec.base_reward_factor, root)};
}

Hits hits_of(const State& state, const Spec& spec, const AttestationData& data) {
    const std::uint64_t delay = state.slot - data.slot;
    Hits hits;
    hits.source = delay <= std::max<std::uint64_t>(1, integer_square_root(spec.slots_per_epoch));
    hits.target = checkpoint_at(state, spec, data.target.epoch) == data.target;
    hits.head = delay == 1 && block_root_at(state, data.slot) == data.head;
    return hits;
}

HitRecorder::HitRecorder(State& state, const Spec& spec, ValidatorIndex proposer)
    : state_(state), spec_(spec), proposer_(proposer) {}

std::uint64_t HitRecorder::base_per_increment(const EraSets& sets) {
    const auto [found, fresh] = base_per_increment_.try_emplace(sets.era, 0);
    if (fresh) {
        found->second = reward_base_of(sets, spec_).per_increment;
    }
    return found->second;
}

void HitRecorder::record(const AttestationData& data, const Hits& hits, std::span<const ValidatorIndex> new_voters) {
    const Era now = era_of(spec_, state_.slot);
    const Era era = era_of(spec_, data.target.epoch);
    const EraSets* sets = sets_of(state_, era);
    if (era + 1 < now || sets == nullptr) {
        return;
    }
    EraHits& counts = era == now ? state_.hits : state_.previous_hits;
    const std::uint64_t weight =
        (hits.source ? source_weight : 0) + (hits.target ? target_weight : 0) + (hits.head ? head_weight : 0);
    const std::uint64_t per_increment = base_per_increment(*sets);
    for (const ValidatorIndex voter : new_voters) {
        const std::size_t i = voter.value;
        if (hits.source) {
            counts.source.increment(i);
        }
        if (hits.target) {
            counts.target.increment(i);
        }
        if (hits.head) {
            counts.head.increment(i);
        }
        const std::uint64_t increments = duty_weight_of(*sets, voter).value / spec_.effective_balance_increment;
        earned_ += Uint128{increments} * per_increment * weight;
    }
}

void HitRecorder::credit_proposer() {
    const Uint128 shares = Uint128{reward_denominator} * (reward_denominator - proposer_weight) * spec_.epochs_per_era;
    const Amount earned{narrow(earned_ * proposer_weight / shares)};
    earned_ = 0;
    if (!earned.is_zero()) {
        state_.proposer_reward.edit(proposer_.value) += earned;
    }
}

} // namespace quoin::staking
