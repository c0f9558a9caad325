#pragma once

#include <quoin/types/effects.hpp>

#include <vector>

namespace quoin::staking {

// The rows that an era's report stands for (STATE.md "State"): for the ledger writer, the audit and tests. Worked out
// anew by each call.

/// Of everybody who was on duty or proposed, ascending by validator.
std::vector<ValidatorReward> rewards_of(const EraReport& report);

/// All postings of a block in their order, those of settlements among them.
std::vector<Posting> postings_of(const BlockEffects& effects);

} // namespace quoin::staking
