#pragma once

#include <quoin/types/numbers.hpp>

#include <optional>

namespace quoin::staking {

// The arithmetic of LEDGER "Pools": pure, and always rounded against the one who takes out.

/// What a share pool is worth and how many claims there are on it.
struct Pool {
    Amount tokens;
    Shares shares;

    bool operator==(const Pool&) const = default;
};

/// Shares for `tokens` put in: floor(x * H / T), one to one into an empty pool. Nothing when that is zero or does not
/// fit, or when the pool's shares are void (no tokens behind them).
std::optional<Shares> mint(const Pool& pool, Amount tokens);

/// Tokens for `shares` of the pool taken out: floor(s * T / H). Nothing when that is zero.
std::optional<Amount> redeem(const Pool& pool, Shares shares);

/// As `redeem`, zero included: what a holder is shown.
Amount worth(const Pool& pool, Shares shares);

/// Shares and tokens that leave together.
struct Part {
    Shares shares;
    Amount tokens;

    bool operator==(const Part&) const = default;
};

/// What leaves when the holder of `held` shares asks for `tokens`: ceil(x * H / T) shares for exactly that, or all
/// tokens when it takes every share there is. Nothing when zero is asked for or `held` does not suffice.
std::optional<Part> part_for(const Pool& pool, Shares held, Amount tokens);

/// Operator shares that burn when a penalty takes `penalty` of the pool: ceil(p * H / T), as far as there are. While
/// tokens remain, a share remains that owns them (L5).
Shares operator_burn(const Pool& pool, Shares operator_shares, Amount penalty);

} // namespace quoin::staking
