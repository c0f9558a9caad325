#pragma once

#include "reward_base.hpp"
#include "rows.hpp"

#include <quoin/staking/roll.hpp>
#include <quoin/types/effects.hpp>

#include <array>
#include <vector>

namespace quoin::staking {

/// What the hits of an era are worth to a validator of so many increments, before its pool is looked at.
struct Entitlement {
    Amount source;
    Amount target;
    Amount head;
    Amount ideal;
    Amount missed;
};

/// What settling an era does to one validator.
struct Settled {
    ValidatorReward reward;
    Shares minted;                  ///< to the operator, for its commission
    std::uint64_t score_before = 0; ///< of inactivity
    std::uint64_t score = 0;
    bool has_proposed = false;
};

/// The arithmetic of settling one era (LEDGER "Rewards and penalties"), on the state before it: pure, so that whoever
/// writes the ledger gets from a report's columns the rows that the boundary acted by.
class Settlement {
public:
    /// The three outlive it. `settled` is the era, whose sets `before` keeps.
    Settlement(const State& before, const Spec& spec, Era settled, bool leak_active);

    /// Calls `visit(validator index, Settled)` for everybody of a stretch who was on duty or proposed. `record_of`
    /// tells a validator's `Roll::Entry`.
    template <class RecordOf, class Visit>
    void for_each(std::size_t begin, std::size_t end, const RecordOf& record_of, const Visit& visit);

private:
    struct Stretch {
        Stretch(const State& state, const EraSets& sets, std::size_t begin)
            : weights(sets.weights, begin), previous_weights(sets.previous_weights, begin),
              source(state.previous_hits.source, begin), target(state.previous_hits.target, begin),
              head(state.previous_hits.head, begin), score(state.inactivity_score, begin),
              proposer(state.proposer_reward, begin), tokens(state.tokens, begin), shares(state.shares, begin) {}

        Rows<Weight> weights;
        Rows<Weight> previous_weights;
        Rows<std::uint32_t> source;
        Rows<std::uint32_t> target;
        Rows<std::uint32_t> head;
        Rows<std::uint64_t> score;
        Rows<Amount> proposer;
        Rows<Amount> tokens;
        Rows<Shares> shares;
    };

    /// What an entitlement depends on; most validators of an era share a few.
    struct Claim {
        std::uint64_t increments = 0;
        std::uint64_t source = 0;
        std::uint64_t target = 0;
        std::uint64_t head = 0;

        bool operator==(const Claim&) const = default;
    };
    struct Known {
        Claim claim; ///< the empty one entitles to what an untouched `Known` says: nothing
        Entitlement entitlement;
    };

    void sum_hits();
    std::uint64_t hits(std::uint32_t counted) const { return std::min<std::uint64_t>(counted, duties_); }
    std::uint64_t increments_of(Weight weight);
    const Entitlement& entitlement_of(const Claim& claim);
    Entitlement work_out(const Claim& claim) const;
    Amount part(std::uint64_t validator_base, std::uint64_t weight, std::uint64_t own, Uint128 all) const;
    std::uint64_t score_after(std::uint64_t score, std::uint64_t target_hits) const;
    Amount inactive(Weight weight, std::uint64_t score) const;
    Settled settle(const Stretch& rows, std::size_t i, Weight weight, const Roll::Entry& record);

    const State& before_;
    const Spec& spec_;
    const EraSets& sets_;
    RewardBase base_;
    bool leak_;
    std::uint64_t duties_; ///< epochs a validator could attest in: nobody attests in the genesis epoch
    Uint128 inactivity_quotient_ = 1;
    Uint128 source_ = 0; ///< S of each duty: sum of increments * hits
    Uint128 target_ = 0;
    Uint128 head_ = 0;
    std::vector<bool> leaving_;
    Weight last_weight_;
    std::uint64_t last_increments_ = 0;
    std::array<Known, 1'024> known_{};
};

template <class RecordOf, class Visit>
void Settlement::for_each(std::size_t begin, std::size_t end, const RecordOf& record_of, const Visit& visit) {
    const Stretch rows{before_, sets_, begin};
    for (std::size_t i = begin; i < end; ++i) {
        const Weight weight = rows.weights[i].is_zero() ? rows.previous_weights[i] : rows.weights[i];
        if (!weight.is_zero() || !rows.proposer[i].is_zero()) {
            visit(i, settle(rows, i, weight, record_of(i)));
        }
    }
}

} // namespace quoin::staking
