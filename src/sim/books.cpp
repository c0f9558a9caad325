#include "books.hpp"

#include <quoin/staking/report.hpp>
#include <quoin/transition/transition.hpp>
#include <quoin/types/clock.hpp>

namespace quoin::sim {

namespace {

std::map<LedgerAccount, Int128> balances_of(const State& state) {
    std::map<LedgerAccount, Int128> balances;
    balances[LedgerAccount::issuance()] = -static_cast<Int128>(state.issued);
    balances[LedgerAccount::burned()] = static_cast<Int128>(state.burned);
    for (const Account& account : state.accounts) {
        balances[LedgerAccount::of(account.address)] = account.balance.value;
    }
    for (std::uint64_t i = 0; i < state.validators.size(); ++i) {
        const PoolKey own{PoolKey::Kind::stake, ValidatorIndex{i}, Era{0}, 0};
        balances[LedgerAccount::of(own)] = state.tokens[i].value;
    }
    for (const SidePool& pool : state.side_pools) {
        balances[LedgerAccount::of(pool.key)] = pool.tokens.value;
    }
    return balances;
}

} // namespace

Books::Books(std::shared_ptr<const Chain> chain, Violations& found) : chain_(std::move(chain)), found_(found) {
    const transition::GenesisResult genesis = transition::make_genesis(*chain_);
    state_ = genesis.state;
    book(staking::postings_of(genesis.effects));
}

void Books::add(Slot now, const SignedBlock& block, const std::optional<std::vector<Posting>>& kept) {
    const auto applied = transition::apply_block(*chain_, *state_, block);
    if (!applied) {
        found_.push_back({"state", now, "a finalized block is not valid: " + applied.fault().text()});
        return;
    }
    const std::vector<Posting> postings = staking::postings_of(applied->effects);
    if (kept && *kept != postings) {
        found_.push_back({"S5", now, "a ledger's postings differ from those of its block"});
    }
    const bool is_new_era = era_of(chain_->spec(), state_->slot) != era_of(chain_->spec(), block.message.slot);
    state_ = applied->state;
    book(postings);
    for (const SlashingOutcome& slashing : applied->effects.slashings) {
        ++slashed_[slashing.validator];
    }
    if (is_new_era) {
        compare(now);
    }
}

void Books::book(const std::vector<Posting>& postings) {
    for (const Posting& posting : postings) {
        balances_[posting.debit] -= posting.amount.value;
        balances_[posting.credit] += posting.amount.value;
    }
    posting_count_ += postings.size();
}

void Books::compare(Slot now) {
    Balance sum = 0;
    std::map<LedgerAccount, Balance> unlike = balances_of(*state_);
    for (const auto& [account, balance] : balances_) {
        sum += balance;
        unlike[account] -= balance;
    }
    if (sum != 0) {
        found_.push_back({"S5", now, "the ledger does not sum to zero"});
    }
    for (const auto& [account, difference] : unlike) {
        if (difference != 0) {
            found_.push_back({"S5", now, account.text() + " holds another amount than its postings add up to"});
        }
    }
}

} // namespace quoin::sim
