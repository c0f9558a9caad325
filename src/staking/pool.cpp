#include "pool.hpp"

#include <algorithm>
#include <limits>

namespace quoin::staking {

std::optional<Shares> mint(const Pool& pool, Amount tokens) {
    if (tokens.is_zero()) {
        return std::nullopt;
    }
    if (pool.shares.is_zero()) {
        return Shares{tokens.value};
    }
    if (pool.tokens.is_zero()) {
        return std::nullopt;
    }
    const Uint128 minted = Uint128{tokens.value} * pool.shares.value / pool.tokens.value;
    if (minted == 0 || minted > std::numeric_limits<std::uint64_t>::max() - pool.shares.value) {
        return std::nullopt;
    }
    return Shares{narrow(minted)};
}

Amount worth(const Pool& pool, Shares shares) {
    QUOIN_ASSERT(shares <= pool.shares, "L3");
    return pool.shares.is_zero() ? Amount{} : Amount{mul_div(shares.value, pool.tokens.value, pool.shares.value)};
}

std::optional<Amount> redeem(const Pool& pool, Shares shares) {
    const Amount tokens = worth(pool, shares);
    return tokens.is_zero() ? std::nullopt : std::optional{tokens};
}

std::optional<Part> part_for(const Pool& pool, Shares held, Amount tokens) {
    if (tokens.is_zero() || tokens > pool.tokens) {
        return std::nullopt;
    }
    const Uint128 product = Uint128{tokens.value} * pool.shares.value;
    const Uint128 shares = (product + pool.tokens.value - 1) / pool.tokens.value;
    if (shares > held.value) {
        return std::nullopt;
    }
    const Shares leaving{narrow(shares)};
    return Part{leaving, leaving == pool.shares ? pool.tokens : tokens};
}

Shares operator_burn(const Pool& pool, Shares operator_shares, Amount penalty) {
    QUOIN_ASSERT(penalty <= pool.tokens && operator_shares <= pool.shares, "L4");
    if (penalty.is_zero()) {
        return {};
    }
    const Shares due{mul_div_up(penalty.value, pool.shares.value, pool.tokens.value)};
    const Shares most = penalty == pool.tokens ? pool.shares : pool.shares - Shares{1};
    return std::min({due, operator_shares, most});
}

} // namespace quoin::staking
