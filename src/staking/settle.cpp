#include "settlement.hpp"
#include "share_pools.hpp"

#include <quoin/staking/era.hpp>
#include <quoin/staking/report.hpp>

namespace quoin::staking {

namespace {

/// The reward postings of a settled era, appended.
void add_postings(const EraReport& report, std::vector<Posting>& postings) {
    const Slot slot = report.before->slot;
    const Era era = report.settled + 2;
    for (const ValidatorReward& reward : rewards_of(report)) {
        const LedgerAccount pool = LedgerAccount::of(stake_key(reward.validator));
        const auto post = [&](const LedgerAccount& debit, const LedgerAccount& credit, Amount amount,
                              PostingKind kind) {
            if (!amount.is_zero()) {
                postings.push_back({slot, era, debit, credit, amount, kind, Root{}});
            }
        };
        post(LedgerAccount::issuance(), pool, earned_by(reward), PostingKind::reward);
        post(pool, LedgerAccount::burned(), reward.penalty_missed, PostingKind::penalty_missed);
        post(pool, LedgerAccount::burned(), reward.penalty_inactivity, PostingKind::penalty_inactivity);
    }
}

} // namespace

namespace {

/// What settling writes for a stretch of validators.
struct StretchChange {
    std::array<Amount, rows_together> earned{};
    std::array<Amount, rows_together> lost{};
    std::array<Shares, rows_together> minted{};

    static bool any(const auto& items, std::size_t count) {
        return std::any_of(items.begin(), items.begin() + count, [](const auto& item) { return !item.is_zero(); });
    }

    void write(Books& books, std::size_t begin, std::size_t count) const {
        State& state = books.state();
        if (any(earned, count) || any(lost, count)) {
            books.settle_pools(ValidatorIndex{begin}, std::span(earned).first(count), std::span(lost).first(count));
        }
        if (any(minted, count)) {
            EditedRows<Shares> shares{state.shares, begin};
            EditedRows<Shares> operator_shares{state.operator_shares, begin};
            for (std::size_t i = begin; i < begin + count; ++i) {
                shares[i] += minted[i - begin];
                operator_shares[i] += minted[i - begin];
            }
        }
    }
};

void settle_stretch(Books& books, Settlement& settlement, const Roll& roll, std::size_t begin, std::size_t end) {
    State& state = books.state();
    StretchChange change;
    settlement.for_each(
        begin, end, [&roll](std::size_t i) { return roll[i]; },
        [&](std::size_t i, const Settled& settled) {
            change.earned[i - begin] = earned_by(settled.reward);
            change.lost[i - begin] = lost_by(settled.reward);
            change.minted[i - begin] = settled.minted;
            if (settled.score != settled.score_before) {
                state.inactivity_score.edit(i) = settled.score;
            }
            if (settled.has_proposed) {
                state.proposer_reward.edit(i) = Amount{};
            }
        });
    change.write(books, begin, end - begin);
}

} // namespace

void settle_era(Books& books, const Roll& roll, Era ended, bool leak_active) {
    if (ended == Era{}) {
        return;
    }
    EraReport report;
    report.settled = ended - 1;
    report.spec = books.spec();
    report.leak_active = leak_active;
    report.postings_before = books.effects().postings.size();
    report.before = std::make_shared<const State>(books.state());
    Settlement settlement{*report.before, books.spec(), report.settled, leak_active};
    for_each_stretch(report.before->validators.size(),
                     [&](std::size_t begin, std::size_t end) { settle_stretch(books, settlement, roll, begin, end); });
    books.effects().eras.push_back(std::move(report));
}

std::vector<ValidatorReward> rewards_of(const EraReport& report) {
    Settlement settlement{*report.before, report.spec, report.settled, report.leak_active};
    const Roll roll{*report.before};
    std::vector<ValidatorReward> rewards;
    for_each_stretch(roll.size(), [&](std::size_t begin, std::size_t end) {
        settlement.for_each(
            begin, end, [&roll](std::size_t i) { return roll[i]; },
            [&rewards](std::size_t, const Settled& settled) { rewards.push_back(settled.reward); });
    });
    return rewards;
}

std::vector<Posting> postings_of(const BlockEffects& effects) {
    std::vector<Posting> postings;
    postings.reserve(effects.postings.size());
    std::size_t posted = 0;
    const auto post_up_to = [&](std::size_t end) {
        for (; posted < end; ++posted) {
            postings.push_back(effects.postings[posted]);
        }
    };
    for (const EraReport& report : effects.eras) {
        post_up_to(report.postings_before);
        add_postings(report, postings);
    }
    post_up_to(effects.postings.size());
    return postings;
}

} // namespace quoin::staking
