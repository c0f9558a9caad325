#include "finalized_feed.hpp"

#include "render.hpp"

#include <algorithm>

namespace quoin::api {

namespace {

std::string block_json(const ports::BlockRow& row, const BlockParts& parts,
                       const std::vector<ports::TransactionRow>& transactions,
                       const std::vector<ports::PostingRow>& postings) {
    JsonObject json = row_members(row);
    if (parts.transactions) {
        json.raw("transactions", json_array(transactions, [](const auto& item) { return json_of(item); }));
    }
    if (parts.postings) {
        json.raw("postings", json_array(postings, [](const auto& item) { return json_of(item); }));
    }
    return json.take();
}

/// One event for each era that the block settled, with the rewards of all validators.
std::vector<std::string> reward_events(const std::vector<ports::RewardRow>& rows) {
    std::vector<std::string> events;
    for (auto first = rows.begin(); first != rows.end();) {
        const auto last = std::find_if(first, rows.end(), [&](const auto& row) { return row.era != first->era; });
        const std::vector<ports::RewardRow> of_era(first, last);
        JsonObject json;
        json.add("era", first->era).add("block_number", first->block_number);
        json.raw("rewards", json_array(of_era, [](const auto& row) { return json_of(row); }));
        events.push_back(json.take());
        first = last;
    }
    return events;
}

bool touches(const Posting& posting, const LedgerAccount& account) {
    return posting.debit == account || posting.credit == account;
}

bool touches(const SignedTransaction& transaction, const TransactionOutcome& outcome, const Address& account) {
    const auto* transfer = std::get_if<Transfer>(&transaction.message.payload);
    return outcome.sender == account || (transfer != nullptr && transfer->to == account);
}

template <class Row>
std::vector<std::string> render_all(const std::vector<Row>& rows) {
    std::vector<std::string> rendered;
    for (const Row& row : rows) {
        rendered.push_back(json_of(row));
    }
    return rendered;
}

} // namespace

FinalizedFeed::FinalizedFeed(ports::LedgerStore& ledger, const Limits& bounds)
    : ledger_(ledger), bytes_max_(bounds.rendered_block_bytes_max) {
    if (const auto tip = ledger_.tip()) {
        advance(tip->number);
    }
}

std::optional<std::uint64_t> FinalizedFeed::newest() const {
    const std::int64_t newest = newest_.load(std::memory_order_acquire);
    return newest < 0 ? std::nullopt : std::optional{static_cast<std::uint64_t>(newest)};
}

void FinalizedFeed::advance(std::uint64_t number) {
    const auto next = static_cast<std::int64_t>(number);
    std::int64_t newest = newest_.load();
    while (next > newest && !newest_.compare_exchange_weak(newest, next)) {}
}

std::uint64_t FinalizedFeed::oldest() {
    if (oldest_ < 0) {
        const auto first = ledger_.block_by_number(0);
        const auto later = first ? std::vector<ports::BlockRow>{*first} : ledger_.blocks_after(0, 1);
        if (later.empty()) {
            return 0;
        }
        oldest_ = static_cast<std::int64_t>(later.front().number);
    }
    return static_cast<std::uint64_t>(oldest_.load());
}

std::optional<FinalizedFeed::Event> FinalizedFeed::block_event(std::uint64_t number, const BlockParts& parts) {
    const std::lock_guard lock(mutex_);
    Rendered* rendered = entry(number);
    if (rendered == nullptr) {
        return std::nullopt;
    }
    SharedText& data = rendered->data[parts.index()];
    if (!data) {
        const auto transactions =
            parts.transactions ? ledger_.transactions_of_block(number) : std::vector<ports::TransactionRow>{};
        const auto postings = parts.postings ? ledger_.postings_of_block(number) : std::vector<ports::PostingRow>{};
        data = std::make_shared<const std::string>(block_json(rendered->row, parts, transactions, postings));
        account_for(*rendered, data->size());
    }
    Event event{data, rendered->row.parent_root};
    drop_oldest(number);
    return event;
}

std::optional<FinalizedFeed::Event> FinalizedFeed::block_event_of(std::uint64_t number, const BlockParts& parts,
                                                                  const Address& account) {
    const auto found = row(number);
    if (!found) {
        return std::nullopt;
    }
    auto transactions =
        parts.transactions ? ledger_.transactions_of_block(number) : std::vector<ports::TransactionRow>{};
    std::erase_if(transactions, [&](const auto& item) { return !touches(item.transaction, item.outcome, account); });
    auto postings = parts.postings ? ledger_.postings_of_block(number) : std::vector<ports::PostingRow>{};
    std::erase_if(postings, [&](const auto& item) { return !touches(item.posting, LedgerAccount::of(account)); });
    return Event{std::make_shared<const std::string>(block_json(*found, parts, transactions, postings)),
                 found->parent_root};
}

FinalizedFeed::Events FinalizedFeed::events(std::uint64_t number, Topic topic) {
    const std::lock_guard lock(mutex_);
    Rendered* rendered = entry(number);
    if (rendered == nullptr) {
        return {};
    }
    const auto [found, is_new] = rendered->events.try_emplace(topic);
    if (is_new) {
        for (std::string& event : render_events(rendered->row, topic)) {
            account_for(*rendered, event.size());
            found->second.push_back(std::make_shared<const std::string>(std::move(event)));
        }
    }
    Events events{found->second, rendered->row.parent_root};
    drop_oldest(number);
    return events;
}

std::optional<std::uint64_t> FinalizedFeed::next_slashing(std::uint64_t number) {
    std::optional<ports::RowCursor> before;
    if (number > 0) {
        before = ports::RowCursor{number - 1, static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())};
    }
    const auto rows = ledger_.slashings_after(before, 1);
    return rows.empty() ? std::nullopt : std::optional{rows.front().block_number};
}

std::optional<ports::BlockRow> FinalizedFeed::row(std::uint64_t number) {
    const std::lock_guard lock(mutex_);
    const Rendered* rendered = entry(number);
    return rendered == nullptr ? std::nullopt : std::optional{rendered->row};
}

std::optional<ports::BlockRow> FinalizedFeed::first_at_or_after(Slot slot) {
    const auto tip = newest();
    std::uint64_t low = oldest();
    std::uint64_t end = tip ? *tip + 1 : 0;
    while (low < end) {
        const std::uint64_t middle = low + (end - low) / 2;
        const auto found = ledger_.block_by_number(middle);
        if (found && found->slot >= slot) {
            end = middle;
        } else {
            low = middle + 1;
        }
    }
    return tip && low <= *tip ? ledger_.block_by_number(low) : std::nullopt;
}

FinalizedFeed::Rendered* FinalizedFeed::entry(std::uint64_t number) {
    const auto found = blocks_.find(number);
    if (found != blocks_.end()) {
        return &found->second;
    }
    const auto row = ledger_.block_by_number(number);
    if (!row) {
        return nullptr;
    }
    Rendered& rendered = blocks_[number];
    rendered.row = *row;
    account_for(rendered, sizeof(Rendered));
    return &rendered;
}

void FinalizedFeed::account_for(Rendered& rendered, std::size_t bytes) {
    rendered.bytes += bytes;
    bytes_ += bytes;
}

/// Old blocks go first, so that those near the tip, which everybody reads, stay. The caller's own goes last.
void FinalizedFeed::drop_oldest(std::uint64_t keep) {
    while (bytes_ > bytes_max_ && blocks_.size() > 1) {
        const auto first = blocks_.begin();
        const auto victim = first->first == keep ? std::next(first) : first;
        bytes_ -= victim->second.bytes;
        blocks_.erase(victim);
    }
}

std::vector<std::string> FinalizedFeed::render_events(const ports::BlockRow& row, Topic topic) {
    switch (topic) {
    case Topic::slashing:
        return render_all(ledger_.slashings_of_block(row.number));
    case Topic::evidence:
        return render_all(ledger_.evidence_of_block(row.number));
    case Topic::validator_lifecycle:
        return render_all(ledger_.lifecycle_of_block(row.number));
    case Topic::era_rewards:
        return reward_events(ledger_.rewards_of_block(row.number));
    default:
        return {};
    }
}

} // namespace quoin::api
