#pragma once

#include <quoin/base/limits.hpp>
#include <quoin/base/result.hpp>

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

namespace quoin::api {

/// Reads the admin token from its file, which nobody else may read; makes the file (32 random octets as hex, 0600) when
/// it is absent.
Result<std::string> load_token(const std::string& path);

/// Compares bearer tokens in constant time and lets only so many wrong ones pass a second (THREATS A1).
class TokenGuard {
public:
    explicit TokenGuard(const Limits& bounds) : failures_max_(bounds.token_failures_max) {}

    /// `authorization` is the header. Faults: `forbidden` (no token is set), `too_many_requests`, `unauthorized`.
    Result<void> check(std::string_view authorization, std::string_view token, std::uint64_t now_ms);

private:
    std::mutex mutex_;
    std::size_t failures_max_;
    std::size_t failures_ = 0;
    std::uint64_t last_failure_ms_ = 0;
};

} // namespace quoin::api
