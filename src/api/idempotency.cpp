#include "idempotency.hpp"

#include <algorithm>

namespace quoin::api {

std::variant<std::shared_ptr<IdempotencyLog::Claim>, Response, Fault> IdempotencyLog::claim(const std::string& key,
                                                                                            const Root& request) {
    const bool is_plain = std::all_of(key.begin(), key.end(), [](char c) { return c > 0x20 && c < 0x7f; });
    if (!is_plain || key.size() > key_bytes_max_) {
        return Fault{Reason::malformed, "Idempotency-Key",
                     "expected 1 to " + std::to_string(key_bytes_max_) + " printable characters"};
    }
    const std::lock_guard lock(mutex_);
    const auto [found, is_new] = entries_.try_emplace(key);
    if (is_new) {
        found->second.request = request;
        if (entries_.size() > entries_max_ && !order_.empty()) {
            entries_.erase(order_.front());
            order_.pop_front();
        }
        return std::make_shared<Claim>(*this, key);
    }
    if (found->second.request != request) {
        return Fault{Reason::duplicate_key, "Idempotency-Key", "the key was used for another request"};
    }
    if (!found->second.response) {
        return Fault{Reason::busy, "Idempotency-Key", "the request with this key is still being answered"};
    }
    Response response = *found->second.response;
    response.headers.emplace_back("Idempotency-Replayed", "true");
    return response;
}

void IdempotencyLog::finish(const std::string& key, const Response& response) {
    if (response.status == 429 || response.status >= 500) {
        return;
    }
    const std::lock_guard lock(mutex_);
    if (const auto found = entries_.find(key); found != entries_.end() && !found->second.response) {
        found->second.response = response;
        order_.push_back(key);
    }
}

void IdempotencyLog::release(const std::string& key) {
    const std::lock_guard lock(mutex_);
    if (const auto found = entries_.find(key); found != entries_.end() && !found->second.response) {
        entries_.erase(found);
    }
}

} // namespace quoin::api
