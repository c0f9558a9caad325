#pragma once

#include "violation.hpp"

#include <quoin/base/checked.hpp>
#include <quoin/types/effects.hpp>
#include <quoin/types/genesis.hpp>

#include <map>
#include <set>

namespace quoin::sim {

/// S5 from outside: follows the finalized blocks with a second copy of the state, keeps every balance by adding up
/// postings, and compares. Also counts who is slashed.
class Books {
public:
    Books(std::shared_ptr<const Chain> chain, Violations& found);

    /// The next finalized block. `kept` is what a node's own ledger booked for it, if it keeps one.
    void add(Slot now, const SignedBlock& block, const std::optional<std::vector<Posting>>& kept);

    /// Compares every balance with the state now.
    void compare(Slot now);

    /// How often each validator was slashed.
    const std::map<ValidatorIndex, std::uint64_t>& slashed() const { return slashed_; }
    const SealedState& state() const { return state_; }
    std::uint64_t postings() const { return posting_count_; }

private:
    using Balance = Int128;

    void book(const std::vector<Posting>& postings);

    std::shared_ptr<const Chain> chain_;
    Violations& found_;
    SealedState state_;
    std::map<LedgerAccount, Balance> balances_;
    std::map<ValidatorIndex, std::uint64_t> slashed_;
    std::uint64_t posting_count_ = 0;
};

} // namespace quoin::sim
