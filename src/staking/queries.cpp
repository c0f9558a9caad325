#include "registry.hpp"
#include "share_pools.hpp"

#include <quoin/staking/queries.hpp>
#include <quoin/types/clock.hpp>

#include <array>

namespace quoin::staking {

namespace {

/// What a validator's pools still hold once it has left.
struct Remains {
    bool tokens = false;
    bool unmatured = false; ///< some of it in a side pool that is not to be withdrawn yet
};

Remains remains_of(const State& state, ValidatorIndex validator, Era now) {
    Remains remains;
    remains.tokens = !state.tokens[validator.value].is_zero();
    for (const PoolKey::Kind kind : {PoolKey::Kind::entering, PoolKey::Kind::unbonding}) {
        const Positions positions = side_pools_of(state, kind, validator);
        for (std::size_t i = positions.begin; i < positions.end; ++i) {
            remains.tokens = remains.tokens || !state.side_pools[i].tokens.is_zero();
            remains.unmatured = remains.unmatured || state.side_pools[i].matures > now;
        }
    }
    return remains;
}

} // namespace

std::string_view to_string(ValidatorStatus status) {
    static constexpr std::array<std::string_view, 9> names{
        "pending_initialized", "pending_queued", "active_ongoing",      "active_exiting", "active_slashed",
        "exited_unslashed",    "exited_slashed", "withdrawal_possible", "withdrawal_done"};
    const auto position = static_cast<std::size_t>(status);
    QUOIN_ASSERT(position < names.size(), "enumeration has a name");
    return names[position];
}

ValidatorStatus status_of(const State& state, const Spec& spec, ValidatorIndex index) {
    const Validator& validator = state.validators[index.value];
    if (validator.exit_era != Era::far_future()) {
        const Era now = era_of(spec, state.slot);
        const Remains remains = remains_of(state, index, now);
        if (validator.withdrawable_era > now || remains.unmatured) {
            return validator.slashed ? ValidatorStatus::exited_slashed : ValidatorStatus::exited_unslashed;
        }
        return remains.tokens ? ValidatorStatus::withdrawal_possible : ValidatorStatus::withdrawal_done;
    }
    if (validator.slashed) {
        return ValidatorStatus::active_slashed;
    }
    if (validator.activation_era == Era::far_future()) {
        return is_waiting_in(state.entry_queue, index) ? ValidatorStatus::pending_queued
                                                       : ValidatorStatus::pending_initialized;
    }
    return validator.exiting ? ValidatorStatus::active_exiting : ValidatorStatus::active_ongoing;
}

std::vector<PoolPart> operator_parts(const State& state, ValidatorIndex validator) {
    std::vector<PoolPart> parts;
    for (const PoolKey::Kind kind : {PoolKey::Kind::entering, PoolKey::Kind::unbonding}) {
        const Positions positions = side_pools_of(state, kind, validator);
        for (std::size_t i = positions.begin; i < positions.end; ++i) {
            const SidePool& pool = state.side_pools[i];
            if (!pool.operator_shares.is_zero()) {
                const Amount tokens = worth({pool.tokens, pool.shares}, pool.operator_shares);
                parts.push_back({pool.key, pool.operator_shares, tokens, pool.matures});
            }
        }
    }
    return parts;
}

Amount self_stake_of(const State& state, ValidatorIndex validator) {
    const SharePool pool = share_pool(state, stake_key(validator));
    return worth(pool.pool, pool.operator_shares);
}

} // namespace quoin::staking
