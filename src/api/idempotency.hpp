#pragma once

#include "http.hpp"

#include <quoin/base/bytes.hpp>
#include <quoin/base/limits.hpp>

#include <deque>
#include <map>
#include <memory>
#include <mutex>

namespace quoin::api {

/// Answers of writes that carried an `Idempotency-Key`: sent again, they get the first answer and change nothing. The
/// oldest keys are forgotten first, and all of them when the node restarts; a transaction's nonce then still keeps it
/// from having its effect twice.
class IdempotencyLog {
public:
    /// The leave to answer a key's first request. Unless `finish` was called the key is free again when this goes.
    class Claim {
    public:
        Claim(IdempotencyLog& log, std::string key) : log_(log), key_(std::move(key)) {}
        Claim(const Claim&) = delete;
        Claim& operator=(const Claim&) = delete;
        ~Claim() { log_.release(key_); }

        /// Refusals that may pass by themselves (429, 503) are not kept.
        void finish(const Response& response) { log_.finish(key_, response); }

    private:
        IdempotencyLog& log_;
        std::string key_;
    };

    explicit IdempotencyLog(const Limits& bounds)
        : entries_max_(bounds.idempotency_entries_max), key_bytes_max_(bounds.idempotency_key_bytes_max) {}

    /// A claim, the answer given before, or a fault: `duplicate_key` when the key stands for another request, `busy`
    /// while its request is being answered.
    std::variant<std::shared_ptr<Claim>, Response, Fault> claim(const std::string& key, const Root& request);

private:
    struct Entry {
        Root request;
        std::optional<Response> response;
    };

    void finish(const std::string& key, const Response& response);
    void release(const std::string& key);

    std::mutex mutex_;
    std::map<std::string, Entry> entries_;
    std::deque<std::string> order_; ///< of finished entries, oldest first
    std::size_t entries_max_;
    std::size_t key_bytes_max_;
};

} // namespace quoin::api
