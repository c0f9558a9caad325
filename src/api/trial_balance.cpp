#include "trial_balance.hpp"

namespace quoin::api {

namespace {

constexpr std::size_t accounts_per_read = 1'000;

} // namespace

Int128 parse_balance(const std::string& text) {
    const bool is_negative = !text.empty() && text.front() == '-';
    Int128 number = 0;
    for (std::size_t i = is_negative ? 1 : 0; i < text.size(); ++i) {
        number = number * 10 + (text[i] - '0');
    }
    return is_negative ? -number : number;
}

TrialBalance::Sums TrialBalance::sums() {
    const std::lock_guard lock(mutex_);
    const auto tip = ledger_.tip();
    const std::uint64_t number = tip ? tip->number : 0;
    if (!sums_ || sums_->block_number != number) {
        sums_ = sum_up(number);
    }
    return *sums_;
}

TrialBalance::Sums TrialBalance::sum_up(std::uint64_t tip) {
    for (int attempt = 0;; ++attempt) {
        Sums sums;
        sums.block_number = tip;
        std::string after;
        for (bool has_more = true; has_more;) {
            const auto rows = ledger_.balances(after, accounts_per_read);
            for (const ports::BalanceRow& row : rows) {
                const Int128 balance = parse_balance(row.balance);
                sums.total += balance;
                sums.by_kind[row.account.substr(0, row.account.find(':'))] += balance;
                ++sums.accounts;
            }
            has_more = rows.size() == accounts_per_read;
            after = has_more ? rows.back().account : after;
        }
        // A batch that was appended between two reads would show as an imbalance that is not there.
        const auto now = ledger_.tip();
        constexpr int attempts_max = 8;
        if ((now ? now->number : 0) == tip || attempt == attempts_max) {
            return sums;
        }
        tip = now ? now->number : 0;
    }
}

} // namespace quoin::api
