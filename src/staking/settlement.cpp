#include "settlement.hpp"

#include "pool.hpp"
#include "registry.hpp"

#include <quoin/staking/era.hpp>

namespace quoin::staking {

namespace {

constexpr std::uint64_t basis_points = 10'000;

/// Products here outgrow 128 bits only with a genesis whose numbers no chain has; better to stop than to pay wrongly.
Uint128 times(Uint128 a, Uint128 b) {
    Uint128 product = 0;
    QUOIN_ASSERT(!__builtin_mul_overflow(a, b, &product), "a reward fits 128 bits");
    return product;
}

const EraSets& kept_sets(const State& state, Era era) {
    const EraSets* sets = sets_of(state, era);
    QUOIN_ASSERT(sets != nullptr, "the sets of the settled era are kept");
    return *sets;
}

/// bias * Q of LEDGER "Rewards and penalties".
Uint128 inactivity_quotient(const Spec& spec) {
    const Uint128 square = Uint128{spec.leak_half_life_eras} * spec.leak_half_life_eras;
    return spec.inactivity_score_bias * std::max<Uint128>(1, square * 1'000 / 1'386);
}

} // namespace

std::vector<Weight> lost_to_leak(const State& state, const Spec& spec, Era ended) {
    std::vector<Weight> lost(state.validators.size());
    if (ended == Era{}) {
        return lost;
    }
    const EraSets& sets = kept_sets(state, ended - 1);
    const Uint128 quotient = inactivity_quotient(spec);
    for (std::size_t i = 0; i < lost.size(); ++i) {
        const Uint128 weight = duty_weight_of(sets, ValidatorIndex{i}).value;
        lost[i] = Weight{narrow(weight * state.inactivity_score[i] / quotient)};
    }
    return lost;
}

Settlement::Settlement(const State& before, const Spec& spec, Era settled, bool leak_active)
    : before_(before), spec_(spec), sets_(kept_sets(before, settled)), base_(reward_base_of(sets_, spec)),
      leak_(leak_active), duties_(spec.epochs_per_era - (settled == Era{} ? 1 : 0)),
      inactivity_quotient_(inactivity_quotient(spec)), leaving_(waiting_in(before, before.exit_queue)) {
    sum_hits();
}

void Settlement::sum_hits() {
    for_each_stretch(before_.validators.size(), [this](std::size_t begin, std::size_t end) {
        const Stretch rows{before_, sets_, begin};
        for (std::size_t i = begin; i < end; ++i) {
            const Weight weight = rows.weights[i].is_zero() ? rows.previous_weights[i] : rows.weights[i];
            const Uint128 increments = increments_of(weight);
            source_ += increments * hits(rows.source[i]);
            target_ += increments * hits(rows.target[i]);
            head_ += increments * hits(rows.head[i]);
        }
    });
}

std::uint64_t Settlement::increments_of(Weight weight) {
    if (weight != last_weight_) {
        last_weight_ = weight;
        last_increments_ = weight.value / spec_.effective_balance_increment;
    }
    return last_increments_;
}

const Entitlement& Settlement::entitlement_of(const Claim& claim) {
    const std::uint64_t mixed = ((claim.increments * 1'025 + claim.source) * 1'025 + claim.target) * 1'025 + claim.head;
    Known& known = known_[mixed % known_.size()];
    if (known.claim != claim) {
        known = {claim, work_out(claim)};
    }
    return known.entitlement;
}

Entitlement Settlement::work_out(const Claim& claim) const {
    const std::uint64_t base = claim.increments * base_.per_increment;
    Entitlement due;
    if (!leak_) {
        due.source = part(base, source_weight, claim.source, source_);
        due.target = part(base, target_weight, claim.target, target_);
        due.head = part(base, head_weight, claim.head, head_);
        due.ideal = part(base, source_weight, duties_, source_) + part(base, target_weight, duties_, target_) +
                    part(base, head_weight, duties_, head_);
    }
    const Uint128 misses =
        Uint128{source_weight} * (duties_ - claim.source) + Uint128{target_weight} * (duties_ - claim.target);
    due.missed = Amount{narrow(base * misses / (reward_denominator * Uint128{spec_.epochs_per_era}))};
    return due;
}

/// base * w * hits * S / (64 * P^2 * A)
Amount Settlement::part(std::uint64_t validator_base, std::uint64_t weight, std::uint64_t own, Uint128 all) const {
    const Uint128 epochs = spec_.epochs_per_era;
    const Uint128 earned = times(times(Uint128{validator_base} * weight, own), all);
    return Amount{narrow(earned / times(reward_denominator * epochs * epochs, base_.increments))};
}

std::uint64_t Settlement::score_after(std::uint64_t score, std::uint64_t target_hits) const {
    if (target_hits * 3 >= 2 * duties_) {
        score -= std::min<std::uint64_t>(1, score);
    } else {
        score += spec_.inactivity_score_bias;
    }
    return leak_ ? score : score - std::min(spec_.inactivity_score_recovery, score);
}

Amount Settlement::inactive(Weight weight, std::uint64_t score) const {
    if (!leak_ || score == 0) {
        return {};
    }
    return Amount{narrow(Uint128{weight.value} * score / inactivity_quotient_)};
}

/// A pool whose tokens are gone is paid nothing: its shares stay void (L5). A penalty takes at most what is there.
Settled Settlement::settle(const Stretch& rows, std::size_t i, Weight weight, const Roll::Entry& record) {
    const std::uint64_t target_hits = hits(rows.target[i]);
    const Entitlement& due =
        entitlement_of({increments_of(weight), hits(rows.source[i]), target_hits, hits(rows.head[i])});
    Settled settled;
    settled.score_before = rows.score[i];
    settled.score = weight.is_zero() ? rows.score[i] : score_after(rows.score[i], target_hits);
    settled.has_proposed = !rows.proposer[i].is_zero();
    ValidatorReward& reward = settled.reward;
    reward.validator = ValidatorIndex{i};
    reward.ideal = due.ideal;
    if (rows.tokens[i].is_zero()) {
        return settled;
    }
    reward.source = due.source;
    reward.target = due.target;
    reward.head = due.head;
    reward.proposer = rows.proposer[i];
    const Amount earned = earned_by(reward);
    const Amount held = rows.tokens[i] + earned;
    reward.penalty_missed = std::min(due.missed, held);
    reward.penalty_inactivity = std::min(inactive(weight, settled.score), held - reward.penalty_missed);
    const Amount lost = lost_by(reward);
    const bool has_operator = !record.slashed && (!record.exiting || leaving_[i]);
    if (has_operator && earned > lost) {
        // Shares for the commission on the net gain, at the price without it.
        const Amount commission{mul_div((earned - lost).value, record.commission_rate_bps, basis_points)};
        if (const auto minted = mint({held - lost - commission, rows.shares[i]}, commission)) {
            reward.commission = commission;
            settled.minted = *minted;
        }
    }
    return settled;
}

} // namespace quoin::staking
