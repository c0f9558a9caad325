#include "submissions.hpp"

namespace quoin::node {

namespace {

std::size_t items_in(const std::variant<engine::Transactions, engine::Evidence>& what) {
    const auto* transactions = std::get_if<engine::Transactions>(&what);
    return transactions == nullptr ? 1 : transactions->items.size();
}

} // namespace

void Submissions::submit(std::variant<engine::Transactions, engine::Evidence> what, ports::Inbox::Completion done) {
    Waiting waiting{std::move(done), items_in(what)};
    std::uint64_t id = 0;
    {
        const std::lock_guard lock(mutex_);
        if (!closed_) {
            id = next_id_++;
            waiting_.emplace(id, std::move(waiting));
        }
    }
    if (id == 0) {
        const Outcome outcome = unavailable(std::move(waiting));
        outcome.done(outcome.results);
        return;
    }
    if (!queue_.push(engine::Submitted{id, std::move(what)})) {
        const std::lock_guard lock(mutex_);
        if (auto refused = waiting_.extract(id)) {
            outcomes_.push_back(unavailable(std::move(refused.mapped())));
        }
        queue_.wake();
    }
}

void Submissions::answer(engine::Answer answer) {
    const std::lock_guard lock(mutex_);
    if (auto answered = waiting_.extract(answer.id)) {
        outcomes_.push_back({std::move(answered.mapped().done), std::move(answer.outcomes)});
    }
}

void Submissions::deliver() {
    std::vector<Outcome> outcomes;
    {
        const std::lock_guard lock(mutex_);
        outcomes.swap(outcomes_);
    }
    for (Outcome& outcome : outcomes) {
        outcome.done(std::move(outcome.results));
    }
}

void Submissions::close() {
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
        for (auto& [id, waiting] : waiting_) {
            outcomes_.push_back(unavailable(std::move(waiting)));
        }
        waiting_.clear();
    }
    deliver();
}

Submissions::Outcome Submissions::unavailable(Waiting waiting) {
    const Fault fault{Reason::unavailable, "", "the node is too busy or about to stop"};
    return {std::move(waiting.done), std::vector<Result<Root>>(waiting.items, fault)};
}

} // namespace quoin::node
