#include "penalty.hpp"

namespace quoin::staking {

Amount penalty_of(const State& state, const PoolKey& key, Fraction fraction) {
    return Amount{mul_div_up(share_pool(state, key).pool.tokens.value, fraction.numerator, fraction.denominator)};
}

Amount burn_shares(State& state, const PoolKey& key, Fraction fraction) {
    const SharePool pool = share_pool(state, key);
    const Amount penalty = penalty_of(state, key, fraction);
    const Shares burned = operator_burn(pool.pool, pool.operator_shares, penalty);
    set_shares(state, key, pool.pool.shares - burned, pool.operator_shares - burned);
    return penalty;
}

void close_emptied(State& state, std::span<const PoolKey> keys) {
    for (const PoolKey& key : keys) {
        close_if_empty(state, key);
    }
}

} // namespace quoin::staking
