#pragma once

#include <quoin/types/effects.hpp>

#include <map>
#include <ostream>
#include <string>

namespace quoin::staking {

/// The double-entry ledger as a schoolbook has it: a signed balance for every name.
struct NaiveLedger {
    std::map<std::string, Int128> balances; ///< no zeros

    void add(const Posting& posting) {
        add(posting.debit, -Int128{posting.amount.value});
        add(posting.credit, Int128{posting.amount.value});
    }

    static NaiveLedger of(const State& state) {
        NaiveLedger ledger;
        for (const Account& account : state.accounts) {
            ledger.add(LedgerAccount::of(account.address), Int128{account.balance.value});
        }
        for (std::uint64_t i = 0; i < state.tokens.size(); ++i) {
            const PoolKey key{PoolKey::Kind::stake, ValidatorIndex{i}, Era{}, 0};
            ledger.add(LedgerAccount::of(key), Int128{state.tokens[i].value});
        }
        for (const SidePool& pool : state.side_pools) {
            ledger.add(LedgerAccount::of(pool.key), Int128{pool.tokens.value});
        }
        ledger.add(LedgerAccount::issuance(), -static_cast<Int128>(state.issued));
        ledger.add(LedgerAccount::burned(), static_cast<Int128>(state.burned));
        return ledger;
    }

    Int128 sum() const {
        Int128 all = 0;
        for (const auto& [name, balance] : balances) {
            all += balance;
        }
        return all;
    }

    bool operator==(const NaiveLedger&) const = default;

    friend std::ostream& operator<<(std::ostream& out, const NaiveLedger& ledger) {
        for (const auto& [name, balance] : ledger.balances) {
            out << name << " " << static_cast<std::int64_t>(balance) << "\n";
        }
        return out;
    }

private:
    void add(const LedgerAccount& account, Int128 amount) {
        const std::string name = account.text();
        if ((balances[name] += amount) == 0) {
            balances.erase(name);
        }
    }
};

} // namespace quoin::staking
