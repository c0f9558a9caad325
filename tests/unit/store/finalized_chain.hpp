#pragma once

#include <quoin/ports/stores.hpp>
#include <quoin/transition/transition.hpp>

#include <vector>

namespace quoin::store::test {

/// A chain of 4 validators with eras of 8 slots, made once: genesis, then blocks with transfers, deposits, withdrawals
/// of stake, failing transactions, two slashings, an empty slot now and then, and the votes for it all.
const Chain& sample_chain();
const std::vector<ports::FinalizedBlock>& finalized_chain();
inline constexpr std::size_t finalized_blocks = 170;

} // namespace quoin::store::test
