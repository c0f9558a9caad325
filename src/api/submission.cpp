#include "submission.hpp"

#include "faults.hpp"
#include "view.hpp"

#include <quoin/codec/ssz.hpp>

#include <algorithm>

namespace quoin::api {

using Stage = TransactionStatus::Stage;

Submission::Submission(Context& context, TransactionBody body, std::optional<Forecast> forecast, WaitFor wait_for,
                       std::shared_ptr<IdempotencyLog::Claim> claim)
    : context_(context), body_(std::move(body)), forecast_(std::move(forecast)), wait_for_(wait_for),
      claim_(std::move(claim)) {
    for (const SignedTransaction& transaction : body_.items) {
        hashes_.push_back(hash_tree_root(transaction));
    }
}

void Submission::submit(const std::function<void()>& wake) {
    engine::Transactions transactions{decltype(engine::Transactions::items){body_.items}};
    context_.parts.inbox.submit(std::move(transactions),
                                [arrival = arrival_, wake](std::vector<Result<Root>> outcomes) {
                                    {
                                        const std::lock_guard lock(arrival->mutex);
                                        arrival->outcomes = std::move(outcomes);
                                    }
                                    wake();
                                });
}

std::optional<Response> Submission::poll() {
    if (!take_outcomes()) {
        return std::nullopt;
    }
    if (is_refused_) {
        Response response = refusal();
        if (claim_) {
            claim_->finish(response);
        }
        return response;
    }
    if (wait_for_ != WaitFor::accepted) {
        const auto standing = statuses();
        const bool is_done = std::all_of(standing.begin(), standing.end(),
                                         [this](const auto& status) { return status && has_arrived(*status); });
        if (!is_done) {
            return std::nullopt;
        }
    }
    return answer(200);
}

Response Submission::expired() {
    take_outcomes();
    return answer(202);
}

bool Submission::take_outcomes() {
    if (!outcomes_.empty()) {
        return true;
    }
    {
        const std::lock_guard lock(arrival_->mutex);
        if (!arrival_->outcomes) {
            return false;
        }
        outcomes_ = std::move(*arrival_->outcomes);
    }
    outcomes_.resize(hashes_.size(), Fault{Reason::unavailable, "", "the node did not answer"});
    const auto snapshot = context_.parts.snapshots.current();
    const std::uint64_t now_ms = snapshot ? snapshot->now_ms : 0;
    for (std::size_t i = 0; i < outcomes_.size(); ++i) {
        const bool is_accepted = outcomes_[i].ok();
        is_refused_ = is_refused_ || !is_accepted;
        context_.transactions.remember(hashes_[i], body_.items[i],
                                       is_accepted ? std::nullopt : std::optional{outcomes_[i].fault()}, now_ms);
    }
    return true;
}

bool Submission::has_arrived(const TransactionStatus& status) const {
    return status.is_settled() || (wait_for_ == WaitFor::included && status.stage == Stage::included);
}

std::vector<std::optional<TransactionStatus>> Submission::statuses() const {
    const auto snapshot = context_.parts.snapshots.current();
    std::vector<std::optional<TransactionStatus>> found(hashes_.size());
    for (std::size_t i = 0; snapshot && i < hashes_.size(); ++i) {
        found[i] = context_.transactions.find(*snapshot, hashes_[i]);
    }
    return found;
}

std::string Submission::item_json(std::size_t i, const std::optional<TransactionStatus>& status) const {
    // The view may be a moment older than the engine's word.
    const bool is_accepted = !outcomes_.empty();
    const Stage stage = status && wait_for_ != WaitFor::accepted ? status->stage : Stage::pending;
    JsonObject json;
    json.add("hash", hashes_[i]).add("status", is_accepted ? to_string(stage) : "submitted");
    json.add("slot", status ? status->slot : std::nullopt);
    json.add("block_root", status ? status->block_root : std::nullopt);
    if (status && status->row) {
        const auto& failure = status->row->outcome.failure;
        json.add("block_number", status->row->block_number);
        json.add("failure", failure ? std::optional{to_string(*failure)} : std::nullopt);
    }
    if (forecast_) {
        write(json, SlotTimes{context_.parts}, *forecast_);
    }
    return json.take();
}

Response Submission::answer(unsigned status) {
    const auto standing =
        wait_for_ == WaitFor::accepted ? std::vector<std::optional<TransactionStatus>>(hashes_.size()) : statuses();
    JsonArray items;
    for (std::size_t i = 0; i < hashes_.size(); ++i) {
        items.raw(item_json(i, standing[i]));
    }
    const auto snapshot = context_.parts.snapshots.current();
    std::string data = items.take();
    if (!body_.is_batch) {
        data = data.substr(1, data.size() - 2);
    }
    const bool is_finalized = std::all_of(standing.begin(), standing.end(),
                                          [](const auto& item) { return item && item->stage == Stage::finalized; });
    Response response = is_finalized ? history_answer(context_, {std::move(data), {}})
                                     : present_answer(*snapshot, {std::move(data), {}});
    response.status = status;
    if (claim_ && status == 200) {
        claim_->finish(response);
    }
    return response;
}

/// One transaction: its fault. Several: the first fault, all of them as `failures`, and the hashes that were accepted.
Response Submission::refusal() const {
    JsonArray failures;
    JsonArray accepted;
    std::size_t refused = 0;
    const Fault* first = nullptr;
    for (std::size_t i = 0; i < outcomes_.size(); ++i) {
        if (outcomes_[i].ok()) {
            accepted.raw(json_quoted(to_hex(hashes_[i])));
            continue;
        }
        const Fault& fault = outcomes_[i].fault();
        first = first == nullptr ? &fault : first;
        ++refused;
        JsonObject failure;
        failure.bare("index", i).add("reason", to_string(fault.reason)).add("message", fault.message);
        failures.raw(failure.take());
    }
    if (!body_.is_batch) {
        return error_response(*first, "\"hash\":\"" + to_hex(hashes_.front()) + "\"");
    }
    const std::string message = std::to_string(refused) + " of " + std::to_string(outcomes_.size()) +
                                " transactions were refused; the first: " + first->message;
    Response response = error_response({first->reason, "", message}, "\"accepted\":" + accepted.take());
    response.body.pop_back();
    response.body += ",\"failures\":" + failures.take() + "}";
    return response;
}

} // namespace quoin::api
