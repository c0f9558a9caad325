#include "registry.hpp"
#include "reward_base.hpp"
#include "share_pools.hpp"

#include <quoin/staking/era.hpp>
#include <quoin/types/clock.hpp>

#include <algorithm>

namespace quoin::staking {

namespace {

constexpr std::uint64_t basis_points = 10'000;

/// Products here outgrow 128 bits only with a genesis whose numbers no chain has; better to stop than to pay wrongly.
Uint128 times(Uint128 a, Uint128 b) {
    Uint128 product = 0;
    QUOIN_ASSERT(!__builtin_mul_overflow(a, b, &product), "a reward fits 128 bits");
    return product;
}

/// What one era's settlement knows before it comes to the single validator.
struct Settlement {
    Settlement(const State& state, const Spec& era_spec, const EraSets& era_sets, bool leak_active)
        : spec(era_spec), sets(era_sets), base(reward_base_of(era_sets, era_spec)), leak(leak_active),
          duties(era_spec.epochs_per_era - (era_sets.era == Era{} ? 1 : 0)) {
        for (std::uint64_t i = 0; i < state.validators.size(); ++i) {
            const std::uint64_t increments = increments_of(ValidatorIndex{i});
            source += Uint128{increments} * hits(state.previous_hits.source, i);
            target += Uint128{increments} * hits(state.previous_hits.target, i);
            head += Uint128{increments} * hits(state.previous_hits.head, i);
        }
    }

    std::uint64_t increments_of(ValidatorIndex validator) const {
        return duty_weight_of(sets, validator).value / spec.effective_balance_increment;
    }

    std::uint64_t hits(const ValidatorColumn<std::uint32_t>& column, std::uint64_t i) const {
        return std::min<std::uint64_t>(column[i], duties);
    }

    /// base * w * hits * S / (64 * P^2 * A)
    Amount part(std::uint64_t validator_base, std::uint64_t weight, std::uint64_t own, Uint128 all) const {
        const Uint128 epochs = spec.epochs_per_era;
        const Uint128 earned = times(times(Uint128{validator_base} * weight, own), all);
        return Amount{narrow(earned / times(reward_denominator * epochs * epochs, base.increments))};
    }

    const Spec& spec;
    const EraSets& sets;
    RewardBase base;
    bool leak;
    std::uint64_t duties; ///< epochs a validator could attest in: nobody attests in the genesis epoch
    Uint128 source = 0;   ///< S of each duty: sum of increments * hits
    Uint128 target = 0;
    Uint128 head = 0;
};

/// Q of LEDGER "Rewards and penalties".
std::uint64_t leak_quotient(const Spec& spec) {
    const Uint128 square = Uint128{spec.leak_half_life_eras} * spec.leak_half_life_eras;
    return std::max<std::uint64_t>(1, narrow(square * 1'000 / 1'386));
}

std::uint64_t score_after(const Settlement& era, std::uint64_t score, std::uint64_t target_hits) {
    if (target_hits * 3 >= 2 * era.duties) {
        score -= std::min<std::uint64_t>(1, score);
    } else {
        score += era.spec.inactivity_score_bias;
    }
    return era.leak ? score : score - std::min(era.spec.inactivity_score_recovery, score);
}

Amount missed(const Settlement& era, std::uint64_t validator_base, std::uint64_t source_hits,
              std::uint64_t target_hits) {
    const Uint128 misses =
        Uint128{source_weight} * (era.duties - source_hits) + Uint128{target_weight} * (era.duties - target_hits);
    return Amount{narrow(validator_base * misses / (reward_denominator * Uint128{era.spec.epochs_per_era}))};
}

Amount inactive(const Settlement& era, Weight weight, std::uint64_t score) {
    if (!era.leak) {
        return {};
    }
    const Uint128 quotient = Uint128{era.spec.inactivity_score_bias} * leak_quotient(era.spec);
    return Amount{narrow(Uint128{weight.value} * score / quotient)};
}

/// What the formulas give one validator, before its pool is looked at.
ValidatorReward due_to(const Settlement& era, const State& state, ValidatorIndex validator, std::uint64_t score) {
    const std::size_t i = validator.value;
    const std::uint64_t source_hits = era.hits(state.previous_hits.source, i);
    const std::uint64_t target_hits = era.hits(state.previous_hits.target, i);
    const std::uint64_t base = era.increments_of(validator) * era.base.per_increment;
    ValidatorReward reward;
    reward.validator = validator;
    reward.proposer = state.proposer_reward[i];
    if (!era.leak) {
        reward.source = era.part(base, source_weight, source_hits, era.source);
        reward.target = era.part(base, target_weight, target_hits, era.target);
        reward.head = era.part(base, head_weight, era.hits(state.previous_hits.head, i), era.head);
        reward.ideal = era.part(base, source_weight, era.duties, era.source) +
                       era.part(base, target_weight, era.duties, era.target) +
                       era.part(base, head_weight, era.duties, era.head);
    }
    reward.penalty_missed = missed(era, base, source_hits, target_hits);
    reward.penalty_inactivity = inactive(era, duty_weight_of(era.sets, validator), score);
    return reward;
}

Amount earned_by(const ValidatorReward& reward) {
    return reward.source + reward.target + reward.head + reward.proposer;
}

/// Takes at most what the pool has; says what it took.
Amount penalize(Books& books, ValidatorIndex validator, Amount penalty, PostingKind kind) {
    const Amount taken = std::min(penalty, books.state().tokens[validator.value]);
    if (!taken.is_zero()) {
        books.move(LedgerAccount::of(stake_key(validator)), LedgerAccount::burned(), taken, kind);
    }
    return taken;
}

/// Commission on a net gain that the pool holds already: shares minted to the operator at the price without it.
Amount pay_commission(State& state, ValidatorIndex validator, Amount gain) {
    const std::uint64_t rate = state.validators[validator.value].commission.rate_bps;
    const Amount commission{mul_div(gain.value, rate, basis_points)};
    const SharePool pool = share_pool(state, stake_key(validator));
    const auto minted = mint({pool.pool.tokens - commission, pool.pool.shares}, commission);
    if (!minted) {
        return {};
    }
    set_shares(state, stake_key(validator), pool.pool.shares + *minted, pool.operator_shares + *minted);
    return commission;
}

/// Posts a validator's rewards and penalties. A pool whose tokens are gone is paid nothing: its shares stay void (L5).
void post(Books& books, ValidatorReward& reward, bool has_operator) {
    const LedgerAccount pool = LedgerAccount::of(stake_key(reward.validator));
    if (books.state().tokens[reward.validator.value].is_zero()) {
        reward = ValidatorReward{reward.validator, {}, {}, {}, {}, {}, {}, reward.ideal, {}};
        return;
    }
    const Amount earned = earned_by(reward);
    if (!earned.is_zero()) {
        books.move(LedgerAccount::issuance(), pool, earned, PostingKind::reward);
    }
    reward.penalty_missed = penalize(books, reward.validator, reward.penalty_missed, PostingKind::penalty_missed);
    reward.penalty_inactivity =
        penalize(books, reward.validator, reward.penalty_inactivity, PostingKind::penalty_inactivity);
    const Amount lost = reward.penalty_missed + reward.penalty_inactivity;
    if (has_operator && earned > lost) {
        reward.commission = pay_commission(books.state(), reward.validator, earned - lost);
    }
}

} // namespace

void settle_era(Books& books, Era ended, bool leak_active) {
    if (ended == Era{}) {
        return;
    }
    State& state = books.state();
    const EraSets* sets = sets_of(state, ended - 1);
    QUOIN_ASSERT(sets != nullptr, "the sets of the settled era are kept");
    const Settlement era{state, books.spec(), *sets, leak_active};
    const std::vector<bool> leaving = waiting_in(state, state.exit_queue);
    EraReport report;
    report.settled = ended - 1;
    for (std::uint64_t i = 0; i < state.validators.size(); ++i) {
        const ValidatorIndex validator{i};
        const bool on_duty = !duty_weight_of(*sets, validator).is_zero();
        if (!on_duty && state.proposer_reward[i].is_zero()) {
            continue;
        }
        if (on_duty) {
            const std::uint64_t target_hits = era.hits(state.previous_hits.target, i);
            state.inactivity_score.set(i, score_after(era, state.inactivity_score[i], target_hits));
        }
        ValidatorReward reward = due_to(era, state, validator, state.inactivity_score[i]);
        const Validator& record = state.validators[i];
        post(books, reward, !record.slashed && (!record.exiting || leaving[i]));
        state.proposer_reward.set(i, Amount{});
        report.rewards.push_back(reward);
    }
    books.effects().eras.push_back(std::move(report));
}

} // namespace quoin::staking
