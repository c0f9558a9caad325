#pragma once

#include <quoin/crypto/bls.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace quoin::crypto {

struct BatchOutcome {
    std::vector<std::uint8_t> verdicts;
    std::size_t pairing_checks = 0; ///< one when all were good: falling back would hide a broken sum from tests
};

/// What `verify_batch` does, with its cost.
BatchOutcome judge_batch(std::span<const BatchItem> items, const Root& seed);

} // namespace quoin::crypto
