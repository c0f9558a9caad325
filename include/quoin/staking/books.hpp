#pragma once

#include <quoin/types/effects.hpp>
#include <quoin/types/genesis.hpp>

#include <span>

namespace quoin::staking {

/// The double-entry ledger of a state that is being edited (LEDGER "Accounts", "Postings"). `move` writes
/// the balances of a posting, `settle_pools` those of a whole era's; nothing else in the project writes a balance, of
/// an account, a pool, issuance or burned. Made for one block (with the empty slots before it) and thrown away; the
/// three referents outlive it.
class Books {
public:
    Books(State& state, const Spec& spec, BlockEffects& effects);

    /// Moves `amount` (more than zero) from `debit`, which must hold it, to `credit`, and appends the posting, dated by
    /// the state's slot. An account that is credited for the first time is opened; a side pool must exist.
    /// `reference` is the hash of the transaction or evidence, or zero.
    void move(const LedgerAccount& debit, const LedgerAccount& credit, Amount amount, PostingKind kind,
              const Root& reference = {});

    /// What the rewards and penalties of a settled era do to the pools of the validators from `first` on, in one go:
    /// `earned` from issuance, then `lost` to burned. The postings are those of the era's report.
    void settle_pools(ValidatorIndex first, std::span<const Amount> earned, std::span<const Amount> lost);

    /// Appends to the lifecycle events, dated by `era`.
    void note(ValidatorIndex validator, LifecycleEvent::Kind kind, Era era);

    /// The cheap form of L1 and L2, for the end of every block: issuance and burned changed by what was posted and by
    /// nothing else. Asserts.
    void assert_balanced() const;

    /// For shares, queues and the registry; balances are `move`'s alone.
    State& state() { return state_; }
    const State& state() const { return state_; }
    const Spec& spec() const { return spec_; }
    BlockEffects& effects() { return effects_; }
    /// The era of the state's slot.
    Era era() const;

private:
    void take(const LedgerAccount& account, Amount amount);
    void give(const LedgerAccount& account, Amount amount);

    State& state_;
    const Spec& spec_;
    BlockEffects& effects_;
    Uint128 issued_; ///< what the state's must be
    Uint128 burned_;
};

/// Fills the money and the registry of an otherwise empty state: balances issued, validators registered and active from
/// era 0 with their stake as operator shares one to one, effective balances, base fee. The genesis file has been
/// checked.
void open_ledger(Books& books, const Genesis& genesis);

/// The full invariants L1 to L5 and L7 of LEDGER, and that the columns agree in length and order: a pass over
/// everything, for era boundaries, loaded snapshots and tests. A fault is `corrupt`, its path the invariant's number.
Result<void> check_books(const State& state, const Spec& spec);

} // namespace quoin::staking
