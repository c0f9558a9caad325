#pragma once

#include "share_pools.hpp"

#include <span>

namespace quoin::staking {

/// The part of a pool that a slash takes, rounded up; the denominator is not zero.
struct Fraction {
    std::uint64_t numerator = 0;
    std::uint64_t denominator = 1;
};

Amount penalty_of(const State& state, const PoolKey& key, Fraction fraction);

/// Burns the operator's shares first; whatever price falls then falls for all who are left. Returns the tokens to take,
/// which the caller moves.
Amount burn_shares(State& state, const PoolKey& key, Fraction fraction);

/// Drops those of the side pools whose last share a penalty burned.
void close_emptied(State& state, std::span<const PoolKey> keys);

} // namespace quoin::staking
