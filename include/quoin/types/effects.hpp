#pragma once

#include <quoin/base/reason.hpp>
#include <quoin/types/state.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace quoin::inline types {

/// One account of the double-entry ledger (LEDGER "Accounts").
struct LedgerAccount {
    enum class Kind : std::uint8_t { account, stake, entering, unbonding, issuance, burned };
    Kind kind = Kind::issuance;
    Address address;           ///< account
    ValidatorIndex validator;  ///< stake, entering, unbonding
    Era era;                   ///< entering, unbonding
    std::uint64_t slashes = 0; ///< unbonding

    auto operator<=>(const LedgerAccount&) const = default;

    static LedgerAccount of(const Address& address);
    static LedgerAccount of(const PoolKey& pool);
    static LedgerAccount issuance();
    static LedgerAccount burned();

    /// `account:0x..`, `stake:3`, `entering:3:17`, `unbonding:3:17:0`, `issuance`, `burned`.
    std::string text() const;
};

enum class PostingKind : std::uint8_t {
    genesis,
    transfer,
    base_fee,
    tip,
    stake,
    delegate,
    mint_entering,
    undelegate,
    withdraw,
    reward,
    penalty_missed,
    penalty_inactivity,
    slash_initial,
    slash_correlation,
    reporter_reward,
    dust,
};
std::string_view to_string(PostingKind kind);

/// `amount` moves from `debit` to `credit`. Its id is (block root, index in the block's list). `reference` is the hash
/// of the transaction or evidence that caused it, or zero.
struct Posting {
    Slot slot;
    Era era;
    LedgerAccount debit;
    LedgerAccount credit;
    Amount amount;
    PostingKind kind = PostingKind::genesis;
    Root reference;

    bool operator==(const Posting&) const = default;
};

/// What became of a transaction in its block. A failing payload keeps fee and nonce and has no other effect.
struct TransactionOutcome {
    Root hash; ///< hash-tree-root of the signed transaction
    Address sender;
    std::uint64_t nonce = 0;
    std::optional<Reason> failure;
    Amount fee_burned;
    Amount fee_tip;

    bool operator==(const TransactionOutcome&) const = default;
};

enum class Offence : std::uint8_t { double_proposal, double_vote, surround_vote };
std::string_view to_string(Offence offence);

/// A validator slashed by a block (LEDGER "Slashing").
struct SlashingOutcome {
    ValidatorIndex validator;
    Offence offence = Offence::double_proposal;
    Root evidence; ///< hash-tree-root of the evidence
    Era offence_era;
    Amount taken;  ///< by the initial penalty, of all pools
    Amount reward; ///< of it, to the reporter
    Address reporter;

    bool operator==(const SlashingOutcome&) const = default;
};

/// A settled era of one validator (LEDGER "Rewards and penalties"): `ideal` is what full participation had earned.
struct ValidatorReward {
    ValidatorIndex validator;
    Amount source;
    Amount target;
    Amount head;
    Amount proposer;
    Amount penalty_missed;
    Amount penalty_inactivity;
    Amount ideal;
    Amount commission;

    bool operator==(const ValidatorReward&) const = default;
};

/// A step in a validator's life, as the `validator_lifecycle` topic and `validator_events` show it.
struct LifecycleEvent {
    enum class Kind : std::uint8_t { deposited, activated, exit_requested, exited, slashed, ejected, withdrawn };
    ValidatorIndex validator;
    Kind kind = Kind::deposited;
    Era era;

    bool operator==(const LifecycleEvent&) const = default;
};
std::string_view to_string(LifecycleEvent::Kind kind);

/// What issuance paid, before penalties.
inline Amount earned_by(const ValidatorReward& reward) {
    return reward.source + reward.target + reward.head + reward.proposer;
}
inline Amount lost_by(const ValidatorReward& reward) {
    return reward.penalty_missed + reward.penalty_inactivity;
}

/// The settlement at the boundary that ended `settled + 1` (PROTOCOL section 7): what it went by, in columns that are
/// shared with the state. Rows are made of it only by who writes them: <quoin/staking/report.hpp>.
struct EraReport {
    Era settled;
    Spec spec;
    bool leak_active = false;
    std::uint64_t postings_before = 0; ///< how many of `BlockEffects::postings` come before those of the settlement
    std::shared_ptr<const State> before;

    bool operator==(const EraReport& other) const {
        return settled == other.settled && leak_active == other.leak_active &&
               postings_before == other.postings_before && *before == *other.before;
    }
};

/// What a block (with the empty slots before it) did besides changing the state. Era postings come first. The ledger
/// writer makes rows of it; nothing in it feeds back into the state.
struct BlockEffects {
    std::vector<Posting> postings; ///< but those of settlements, which the reports stand for
    std::vector<TransactionOutcome> transactions;
    std::vector<SlashingOutcome> slashings;
    std::vector<LifecycleEvent> lifecycle;
    std::vector<EraReport> eras;

    bool operator==(const BlockEffects&) const = default;
};

} // namespace quoin::inline types
