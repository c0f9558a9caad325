#include "fakes.hpp"

#include <quoin/codec/ssz.hpp>
#include <quoin/staking/report.hpp>

#include <algorithm>
#include <stdexcept>

namespace quoin::test {

namespace {

template <class Row, class Keep>
std::vector<Row> pick(const std::vector<Row>& rows, const Keep& keep, std::size_t limit = ~std::size_t{0}) {
    std::vector<Row> picked;
    for (const Row& row : rows) {
        if (picked.size() < limit && keep(row)) {
            picked.push_back(row);
        }
    }
    return picked;
}

template <class Row>
bool is_after(const Row& row, const std::optional<ports::RowCursor>& after) {
    return !after || row.block_number > after->block_number ||
           (row.block_number == after->block_number && row.index > after->index);
}

std::string decimal(Int128 number) {
    const bool is_negative = number < 0;
    std::string digits;
    for (Int128 rest = is_negative ? -number : number; rest != 0 || digits.empty(); rest /= 10) {
        digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(rest % 10)));
    }
    return is_negative ? "-" + digits : digits;
}

} // namespace

void FakeLedger::read() const {
    if (fails) {
        throw std::runtime_error("disk I/O error in /secret/path/ledger.db");
    }
}

void FakeLedger::move(const std::string& account, Int128 amount) {
    balances_[account] += amount;
}

void FakeLedger::append(std::span<const ports::FinalizedBlock> blocks) {
    const std::lock_guard lock(mutex_);
    for (const ports::FinalizedBlock& block : blocks) {
        append_one(block);
    }
}

void FakeLedger::append_one(const ports::FinalizedBlock& block) {
    const Block& message = block.block.message;
    ports::BlockRow row;
    row.number = block.number;
    row.slot = message.slot;
    row.root = block.root;
    row.parent_root = message.parent_root;
    row.state_root = message.state_root;
    row.proposer = message.proposer_index;
    row.time_ms = message.time_ms;
    row.transactions = message.body.transactions.size();
    row.attestations = message.body.attestations.size();
    const std::vector<Posting> postings = staking::postings_of(block.effects);
    row.postings = postings.size();
    rows_.push_back(row);
    blocks_.push_back(block.block);
    for (std::size_t i = 0; i < postings.size(); ++i) {
        const Posting& posting = postings[i];
        postings_.push_back({block.number, i, block.root, posting});
        move(posting.debit.text(), -Int128{posting.amount.value});
        move(posting.credit.text(), Int128{posting.amount.value});
    }
    for (std::size_t i = 0; i < block.effects.transactions.size(); ++i) {
        transactions_.push_back(
            {block.number, i, message.slot, block.effects.transactions[i], message.body.transactions[i]});
    }
    for (const ProposerSlashing& evidence : message.body.proposer_slashings) {
        evidence_.push_back(
            {evidence_.size() + 1, block.number, message.slot, engine::Evidence{evidence}, hash_tree_root(evidence)});
    }
    for (std::size_t i = 0; i < block.effects.slashings.size(); ++i) {
        slashings_.push_back({block.number, i, message.slot, block.effects.slashings[i]});
    }
    for (std::size_t i = 0; i < block.effects.lifecycle.size(); ++i) {
        lifecycle_.push_back({block.number, i, block.effects.lifecycle[i]});
    }
    for (const EraReport& report : block.effects.eras) {
        for (const ValidatorReward& reward : staking::rewards_of(report)) {
            rewards_.push_back({report.settled, block.number, reward});
        }
    }
}

std::optional<ports::BlockRow> FakeLedger::tip() {
    const std::lock_guard lock(mutex_);
    read();
    return rows_.empty() ? std::nullopt : std::optional{rows_.back()};
}

std::optional<ports::BlockRow> FakeLedger::block_by_number(std::uint64_t number) {
    const std::lock_guard lock(mutex_);
    read();
    ++block_reads;
    return number < rows_.size() && number >= first_kept ? std::optional{rows_[number]} : std::nullopt;
}

std::optional<ports::BlockRow> FakeLedger::block_by_slot(Slot slot) {
    const std::lock_guard lock(mutex_);
    const auto found = pick(rows_, [&](const auto& row) { return row.slot == slot; });
    return found.empty() ? std::nullopt : std::optional{found.front()};
}

std::optional<ports::BlockRow> FakeLedger::block_by_root(const Root& root) {
    const std::lock_guard lock(mutex_);
    const auto found = pick(rows_, [&](const auto& row) { return row.root == root; });
    return found.empty() ? std::nullopt : std::optional{found.front()};
}

std::vector<ports::BlockRow> FakeLedger::blocks_after(std::uint64_t number, std::size_t limit) {
    const std::lock_guard lock(mutex_);
    return pick(
        rows_, [&](const auto& row) { return row.number > number && row.number >= first_kept; }, limit);
}

std::optional<SignedBlock> FakeLedger::signed_block(std::uint64_t number) {
    const std::lock_guard lock(mutex_);
    return number < blocks_.size() ? std::optional{blocks_[number]} : std::nullopt;
}

std::vector<ports::PostingRow> FakeLedger::postings_of_block(std::uint64_t number) {
    const std::lock_guard lock(mutex_);
    return pick(postings_, [&](const auto& row) { return row.block_number == number; });
}

std::vector<ports::PostingRow>
FakeLedger::postings_of_account(const std::string& account, std::optional<ports::RowCursor> after, std::size_t limit) {
    const std::lock_guard lock(mutex_);
    return pick(
        postings_,
        [&](const auto& row) {
            const bool touches = row.posting.debit.text() == account || row.posting.credit.text() == account;
            return touches && is_after(row, after);
        },
        limit);
}

std::optional<ports::TransactionRow> FakeLedger::transaction(const Root& hash) {
    const std::lock_guard lock(mutex_);
    read();
    const auto found = pick(transactions_, [&](const auto& row) { return row.outcome.hash == hash; });
    return found.empty() ? std::nullopt : std::optional{found.front()};
}

std::vector<ports::TransactionRow> FakeLedger::transactions_of_block(std::uint64_t number) {
    const std::lock_guard lock(mutex_);
    return pick(transactions_, [&](const auto& row) { return row.block_number == number; });
}

std::vector<ports::TransactionRow>
FakeLedger::transactions_of_account(const Address& sender, std::optional<ports::RowCursor> after, std::size_t limit) {
    const std::lock_guard lock(mutex_);
    return pick(
        transactions_, [&](const auto& row) { return row.outcome.sender == sender && is_after(row, after); }, limit);
}

std::vector<ports::EvidenceRow> FakeLedger::evidence_after(std::uint64_t id, std::size_t limit) {
    const std::lock_guard lock(mutex_);
    return pick(
        evidence_, [&](const auto& row) { return row.id > id; }, limit);
}

std::optional<ports::EvidenceRow> FakeLedger::evidence(const Root& evidence_root) {
    const std::lock_guard lock(mutex_);
    const auto found = pick(evidence_, [&](const auto& row) { return row.evidence_root == evidence_root; });
    return found.empty() ? std::nullopt : std::optional{found.front()};
}

std::vector<ports::EvidenceRow> FakeLedger::evidence_of_block(std::uint64_t number) {
    const std::lock_guard lock(mutex_);
    return pick(evidence_, [&](const auto& row) { return row.block_number == number; });
}

std::vector<ports::SlashingRow> FakeLedger::slashings_of_block(std::uint64_t number) {
    const std::lock_guard lock(mutex_);
    return pick(slashings_, [&](const auto& row) { return row.block_number == number; });
}

std::vector<ports::SlashingRow> FakeLedger::slashings_of_validator(ValidatorIndex validator) {
    const std::lock_guard lock(mutex_);
    return pick(slashings_, [&](const auto& row) { return row.outcome.validator == validator; });
}

std::vector<ports::SlashingRow> FakeLedger::slashings_after(std::optional<ports::RowCursor> after, std::size_t limit) {
    const std::lock_guard lock(mutex_);
    return pick(
        slashings_, [&](const auto& row) { return is_after(row, after); }, limit);
}

std::vector<ports::LifecycleRow> FakeLedger::lifecycle_of_block(std::uint64_t number) {
    const std::lock_guard lock(mutex_);
    return pick(lifecycle_, [&](const auto& row) { return row.block_number == number; });
}

std::vector<ports::LifecycleRow> FakeLedger::lifecycle_of_validator(ValidatorIndex validator) {
    const std::lock_guard lock(mutex_);
    return pick(lifecycle_, [&](const auto& row) { return row.event.validator == validator; });
}

std::vector<ports::RewardRow> FakeLedger::rewards_of_validator(ValidatorIndex validator, Era from, Era to,
                                                               std::size_t limit) {
    const std::lock_guard lock(mutex_);
    return pick(
        rewards_,
        [&](const auto& row) { return row.reward.validator == validator && row.era >= from && row.era <= to; }, limit);
}

std::vector<ports::RewardRow> FakeLedger::rewards_of_block(std::uint64_t number) {
    const std::lock_guard lock(mutex_);
    return pick(rewards_, [&](const auto& row) { return row.block_number == number; });
}

std::vector<ports::BalanceRow> FakeLedger::balances(const std::string& after_account, std::size_t limit) {
    const std::lock_guard lock(mutex_);
    std::vector<ports::BalanceRow> rows;
    for (auto at = balances_.upper_bound(after_account); at != balances_.end() && rows.size() < limit; ++at) {
        rows.push_back({at->first, decimal(at->second)});
    }
    return rows;
}

std::vector<Result<Root>> FakeInbox::judge(const Item& what) const {
    std::vector<Root> hashes;
    if (const auto* transactions = std::get_if<engine::Transactions>(&what)) {
        for (const SignedTransaction& transaction : transactions->items) {
            hashes.push_back(hash_tree_root(transaction));
        }
    } else {
        hashes.push_back(std::visit([](const auto& evidence) { return hash_tree_root(evidence); },
                                    std::get<engine::Evidence>(what)));
    }
    std::vector<Result<Root>> outcomes;
    for (std::size_t i = 0; i < hashes.size(); ++i) {
        outcomes.push_back(verdict ? verdict(i, hashes[i]) : Result<Root>{hashes[i]});
    }
    return outcomes;
}

void FakeInbox::submit(Item what, Completion done) {
    ++submissions_;
    auto complete = [outcomes = judge(what), done = std::move(done)] { done(outcomes); };
    if (!holds) {
        return complete();
    }
    const std::lock_guard lock(mutex_);
    kept_.push_back(std::move(complete));
}

void FakeInbox::release() {
    std::vector<std::function<void()>> due;
    {
        const std::lock_guard lock(mutex_);
        due.swap(kept_);
    }
    for (const auto& complete : due) {
        complete();
    }
}

} // namespace quoin::test
