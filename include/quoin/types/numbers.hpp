#pragma once

#include <quoin/base/bytes.hpp>
#include <quoin/base/strong.hpp>

namespace quoin::inline types {

using Slot = Ordinal<struct SlotTag>;
using Epoch = Ordinal<struct EpochTag>;
using Era = Ordinal<struct EraTag>;
using ValidatorIndex = Ordinal<struct ValidatorIndexTag>;

/// Money, in base units.
using Amount = Quantity<struct AmountTag>;
/// Claims on a pool's tokens (LEDGER "Pools").
using Shares = Quantity<struct SharesTag>;
/// Stake in votes: effective balances, frozen per set version (PROTOCOL section 2).
using Weight = Quantity<struct WeightTag>;

/// The first 20 bytes of SHA-256 of an account's Ed25519 public key.
using Address = Bytes<20>;
using AccountKey = Bytes<32>;
using AccountSignature = Bytes<64>;
using ValidatorKey = Bytes<48>;
using ValidatorSignature = Bytes<96>;
using ForkVersion = Bytes<4>;

} // namespace quoin::inline types
