#include "mempool.hpp"

#include <quoin/codec/ssz.hpp>
#include <quoin/staking/transactions.hpp>

#include <queue>

namespace quoin::engine {

namespace {

/// The least tip that replaces `held`: a tenth more.
std::uint64_t replacement_tip(Amount held) {
    return held.value + held.value / 10 + 1;
}

std::uint64_t next_nonce_of(const State& state, const Address& sender) {
    const auto account = find_account(state, sender);
    return account ? state.accounts[*account].next_nonce : 0;
}

} // namespace

Result<void> Mempool::check(const State& head, const Spec& spec, const SignedTransaction& transaction) const {
    if (const Result<void> plausible = staking::check_transaction(head, spec, transaction); !plausible) {
        return plausible;
    }
    const auto line = lines_.find(staking::address_of(transaction.message.sender));
    if (line != lines_.end()) {
        const auto held = line->second.find(transaction.message.nonce);
        if (held != line->second.end()) {
            const std::uint64_t least = replacement_tip(held->second.transaction.message.tip);
            if (transaction.message.tip.value < least) {
                return Fault{Reason::replacement_underpriced, "message.tip",
                             "a transaction with this nonce waits already; replacing it takes a tip of " +
                                 std::to_string(least)};
            }
            return {};
        }
        if (line->second.size() >= limits.mempool_per_account_max) {
            return Fault{Reason::account_queue_full, "message.sender",
                         "the sender has " + std::to_string(line->second.size()) + " transactions waiting"};
        }
    }
    if (senders_.size() >= limits.mempool_transactions_max || bytes_ >= limits.mempool_bytes_max) {
        return Fault{Reason::mempool_full, "", "no room for another transaction; try again later"};
    }
    return {};
}

void Mempool::add(const Root& hash, SignedTransaction transaction, Slot now) {
    const Address sender = staking::address_of(transaction.message.sender);
    const std::uint64_t nonce = transaction.message.nonce;
    const std::size_t bytes = encode(transaction).size();
    Line& line = lines_[sender];
    if (const auto replaced = line.find(nonce); replaced != line.end()) {
        erase(line, replaced);
    }
    line.emplace(nonce, Entry{hash, std::move(transaction), bytes, now});
    senders_.emplace(hash, sender);
    bytes_ += bytes;
}

void Mempool::erase(Line& line, Line::iterator entry) {
    bytes_ -= entry->second.bytes;
    senders_.erase(entry->second.hash);
    line.erase(entry);
}

std::vector<SignedTransaction> Mempool::select(const State& state, std::size_t count_max) const {
    struct Next {
        Amount tip;
        const Line* line;
        Line::const_iterator entry;
    };
    // Equal tips: the lower hash first, so that the choice does not hang on where things lie in memory.
    const auto worse = [](const Next& a, const Next& b) {
        return a.tip != b.tip ? a.tip < b.tip : a.entry->second.hash > b.entry->second.hash;
    };
    std::priority_queue<Next, std::vector<Next>, decltype(worse)> best(worse);
    for (const auto& [sender, line] : lines_) {
        const auto first = line.find(next_nonce_of(state, sender));
        if (first != line.end()) {
            best.push({first->second.transaction.message.tip, &line, first});
        }
    }
    std::vector<SignedTransaction> chosen;
    while (!best.empty() && chosen.size() < count_max) {
        const Next next = best.top();
        best.pop();
        chosen.push_back(next.entry->second.transaction);
        const auto following = next.line->find(next.entry->first + 1);
        if (following != next.line->end()) {
            best.push({following->second.transaction.message.tip, next.line, following});
        }
    }
    return chosen;
}

void Mempool::prune(const State& finalized, Slot now) {
    for (auto& [sender, line] : lines_) {
        const std::uint64_t next_nonce = next_nonce_of(finalized, sender);
        for (auto entry = line.begin(); entry != line.end();) {
            const auto here = entry++;
            if (here->first < next_nonce || here->second.transaction.message.valid_until_slot < now) {
                erase(line, here);
            }
        }
    }
    std::erase_if(lines_, [](const auto& line) { return line.second.empty(); });
}

std::vector<PendingTransaction> Mempool::list() const {
    std::vector<PendingTransaction> pending;
    for (const auto& [sender, line] : lines_) {
        for (const auto& [nonce, entry] : line) {
            pending.push_back({entry.hash, sender, nonce, entry.since});
        }
    }
    return pending;
}

} // namespace quoin::engine
