#pragma once

#include "naive_ledger.hpp"
#include "share_pools.hpp"

#include <quoin/staking/era.hpp>
#include <quoin/staking/queries.hpp>
#include <quoin/staking/report.hpp>
#include <quoin/staking/rewards.hpp>
#include <quoin/staking/slash.hpp>
#include <quoin/staking/transactions.hpp>
#include <quoin/types/clock.hpp>

#include <gtest/gtest.h>
#include <support/sample_genesis.hpp>

#include <set>

namespace quoin::staking {

/// A chain of eras without blocks, for tests of the ledger: what `transition` does around staking, as plainly as can
/// be. Finality keeps up, so every candidate is adopted at the boundary after its own. Books are checked at every step.
class World {
public:
    explicit World(std::uint64_t validators = 4, const Spec& numbers = test::sample_spec())
        : World(test::sample_genesis(validators, numbers)) {}

    explicit World(const Genesis& genesis) : spec(genesis.spec) {
        Books books(state, spec, effects);
        open_ledger(books, genesis);
        state.set_versions.push_back({0, Era{}, Era{}});
        EraSets sets;
        sets.weights = sets.previous_weights = candidate_weights(state, spec, Roll{state});
        sum_up(sets);
        state.sets.push_back(sets);
        state.candidate = Candidate{Era{}, sets.weights};
        check("genesis");
    }

    Era era() const { return era_of(spec, state.slot); }
    Books books() { return Books(state, spec, effects); }
    Amount balance(const Address& address) const {
        const auto position = find_account(state, address);
        return position ? state.accounts[*position].balance : Amount{};
    }
    Amount balance(std::uint64_t account) const { return balance(test::account_address(account)); }
    SharePool pool(std::uint64_t validator) const { return share_pool(state, stake_key(ValidatorIndex{validator})); }
    const Validator& validator(std::uint64_t i) const { return state.validators[i]; }
    ValidatorStatus status(std::uint64_t i) const { return status_of(state, spec, ValidatorIndex{i}); }

    SignedTransaction transaction(std::uint64_t account, const Payload& payload) const {
        SignedTransaction made;
        made.message.payload = payload;
        made.message.sender = test::account_key(account);
        const auto position = find_account(state, test::account_address(account));
        made.message.nonce = position ? state.accounts[*position].next_nonce : 0;
        made.message.max_fee = state.base_fee + Amount{2};
        made.message.tip = Amount{1};
        made.message.valid_until_slot = state.slot + 100;
        return made;
    }

    Result<TransactionOutcome> apply(const SignedTransaction& transaction, std::uint64_t proposer = 3) {
        Books ledger = books();
        auto outcome = apply_transaction(ledger, transaction, ValidatorIndex{proposer});
        ledger.assert_balanced();
        check("transaction");
        return outcome;
    }

    /// Why the payload failed, or nothing; the transaction itself must be good.
    std::optional<Reason> send(std::uint64_t account, const Payload& payload) {
        const auto outcome = apply(transaction(account, payload));
        EXPECT_TRUE(outcome.ok()) << (outcome.ok() ? "" : outcome.fault().text());
        return outcome.ok() ? outcome->failure : std::nullopt;
    }

    SlashingOutcome slash(std::uint64_t validator, Era offence_era, std::uint64_t reporter = 0) {
        Books ledger = books();
        const Root evidence = test::secret(77);
        const auto outcome = slash_validator(ledger, ValidatorIndex{validator}, Offence::double_vote, offence_era,
                                             evidence, test::account_address(reporter));
        ledger.assert_balanced();
        check("slash");
        return outcome;
    }

    /// Everybody on duty hits everything in the era that ends, but `silent`.
    void next_era() {
        for (std::uint64_t i = 0; i < state.validators.size(); ++i) {
            const bool attests = !duty(i).is_zero() && !silent.contains(i) && !state.validators[i].slashed;
            const std::uint64_t duties = spec.epochs_per_era - (era() == Era{} ? 1 : 0);
            const auto hits = static_cast<std::uint32_t>(attests ? duties : 0);
            state.hits.source.set(i, hits);
            state.hits.target.set(i, hits);
            state.hits.head.set(i, hits);
        }
        pass_boundary();
    }

    /// The boundary alone: hits are as the test made them.
    void pass_boundary() {
        const Era ended = era();
        state.slot = first_slot_of(spec, ended + 1);
        Books ledger = books();
        Roll roll{state};
        settle_era(ledger, roll, ended, leak);
        mint_entering(ledger, ended);
        correlation_penalties(ledger, ended);
        update_registry(ledger, roll, ended);
        ASSERT_EQ(roll, Roll{state}) << "a record was written and its entry not renewed";
        update_effective_balances(state, spec);
        ledger.assert_balanced();
        adopt_and_compute(ended + 1);
        reset_hits(state);
        check("boundary");
    }

    void run_to(std::uint64_t target) {
        while (era().value < target) {
            next_era();
        }
    }

    /// All since genesis, those of settlements among them, up to the last check.
    const std::vector<Posting>& postings() const { return postings_; }

    /// The full invariants, and every balance rebuilt from the postings alone.
    void check(const char* where) const {
        const auto verdict = check_books(state, spec);
        ASSERT_TRUE(verdict.ok()) << where << " in era " << era().value << ": " << verdict.fault().text();
        replay();
        ASSERT_EQ(replayed_, NaiveLedger::of(state)) << where << " in era " << era().value;
        ASSERT_TRUE(replayed_.sum() == 0) << where << " in era " << era().value;
    }

    /// As a delegation will do it: into the entering pool of this era, with shares of the account's own.
    void delegate(std::uint64_t account, std::uint64_t validator, Amount amount) {
        SidePool fresh;
        fresh.key = entering_key(ValidatorIndex{validator}, era());
        open_side_pool(state, fresh);
        const SharePool before = share_pool(state, fresh.key);
        const Shares minted = mint(before.pool, amount).value();
        books().move(LedgerAccount::of(test::account_address(account)), LedgerAccount::of(fresh.key), amount,
                     PostingKind::delegate);
        set_shares(state, fresh.key, before.pool.shares + minted, before.operator_shares);
        add_holding(state, fresh.key, test::account_address(account), minted);
        check("delegation");
    }

    Spec spec;
    State state;
    BlockEffects effects;
    std::set<std::uint64_t> silent;
    bool leak = false;
    bool finality_stalls = false; ///< no candidate is adopted

private:
    void replay() const {
        BlockEffects fresh;
        fresh.postings.assign(effects.postings.begin() + static_cast<std::ptrdiff_t>(postings_replayed_),
                              effects.postings.end());
        for (; reports_replayed_ < effects.eras.size(); ++reports_replayed_) {
            fresh.eras.push_back(effects.eras[reports_replayed_]);
            fresh.eras.back().postings_before -= postings_replayed_;
        }
        postings_replayed_ = effects.postings.size();
        for (const Posting& posting : postings_of(fresh)) {
            replayed_.add(posting);
            postings_.push_back(posting);
        }
    }

    Weight duty(std::uint64_t i) const {
        const JointWeight weight = weight_of(current_sets(state), ValidatorIndex{i});
        return weight[0].is_zero() ? weight[1] : weight[0];
    }

    void sum_up(EraSets& sets) const {
        sets.total = {Weight{}, Weight{}};
        for (const Weight& weight : sets.weights) {
            sets.total[0] += weight;
        }
        for (const Weight& weight : sets.previous_weights) {
            sets.total[1] += weight;
        }
        for (std::size_t i = 0; i < 2; ++i) {
            sets.total[i] = std::max(sets.total[i], Weight{spec.effective_balance_increment});
        }
    }

    void adopt_and_compute(Era coming) {
        EraSets sets = current_sets(state);
        sets.era = coming;
        if (!finality_stalls) {
            sets.previous_weights = sets.weights;
            sets.weights = state.candidate->weights;
            for (std::uint64_t i = 0; i < sets.weights.size(); ++i) {
                if (is_out(state, spec, ValidatorIndex{i})) {
                    sets.weights.set(i, Weight{});
                } else if (!sets.weights[i].is_zero()) {
                    state.validators.edit(i).last_weight = sets.weights[i];
                }
            }
            ++sets.version;
            state.set_versions.push_back({sets.version, coming, state.candidate->computed_at});
            state.candidate = Candidate{coming, candidate_weights(state, spec, Roll{state})};
        }
        sum_up(sets);
        state.sets.push_back(sets);
        if (state.sets.size() > 3) {
            state.sets.erase(state.sets.begin());
        }
    }

    mutable NaiveLedger replayed_; ///< of the postings so far
    mutable std::vector<Posting> postings_;
    mutable std::size_t postings_replayed_ = 0;
    mutable std::size_t reports_replayed_ = 0;
};

} // namespace quoin::staking
