#include "token_guard.hpp"

#include <quoin/base/hex.hpp>

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

namespace quoin::api {

namespace {

constexpr std::uint64_t failure_forgiven_after_ms = 1'000;

Result<std::string> make_token(const std::string& path) {
    Bytes<32> octets;
    if (::getrandom(octets.data(), octets.size(), 0) != static_cast<ssize_t>(octets.size())) {
        return Fault{Reason::io_error, "", "the system gives no randomness"};
    }
    const std::string token = to_hex(octets).substr(2);
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0) {
        return Fault{Reason::not_writable, path, std::strerror(errno)};
    }
    const bool is_written = ::write(file, token.data(), token.size()) == static_cast<ssize_t>(token.size());
    const bool is_durable = ::fsync(file) == 0;
    ::close(file);
    if (!is_written || !is_durable) {
        return Fault{Reason::not_writable, path, "the token can not be written"};
    }
    return token;
}

bool is_equal_in_constant_time(std::string_view one, std::string_view other) {
    unsigned difference = one.size() == other.size() ? 0 : 1;
    for (std::size_t i = 0; i < one.size(); ++i) {
        const char against = i < other.size() ? other[i] : '\0';
        difference |= static_cast<unsigned char>(one[i]) ^ static_cast<unsigned char>(against);
    }
    return difference == 0;
}

} // namespace

Result<std::string> load_token(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) {
        return make_token(path);
    }
    if ((status.st_mode & 077) != 0) {
        return Fault{Reason::config_invalid, path, "others may read the token file; its mode must be 0600"};
    }
    std::ifstream file{path};
    std::string token;
    constexpr std::size_t token_characters_min = 32;
    if (!(file >> token) || token.size() < token_characters_min) {
        return Fault{Reason::config_invalid, path, "expected a token of at least 32 characters"};
    }
    return token;
}

Result<void> TokenGuard::check(std::string_view authorization, std::string_view token, std::uint64_t now_ms) {
    if (token.empty()) {
        return Fault{Reason::forbidden, "", "this node has no admin token"};
    }
    const std::lock_guard lock(mutex_);
    const std::uint64_t forgiven =
        now_ms > last_failure_ms_ ? (now_ms - last_failure_ms_) / failure_forgiven_after_ms : 0;
    failures_ -= std::min<std::uint64_t>(failures_, forgiven);
    last_failure_ms_ += forgiven * failure_forgiven_after_ms;
    if (failures_ >= failures_max_) {
        return Fault{Reason::too_many_requests, "", "too many wrong tokens"};
    }
    constexpr std::string_view scheme = "Bearer ";
    const bool is_bearer = authorization.starts_with(scheme);
    if (is_bearer && is_equal_in_constant_time(token, authorization.substr(scheme.size()))) {
        return {};
    }
    last_failure_ms_ = failures_ == 0 ? now_ms : last_failure_ms_;
    ++failures_;
    return Fault{Reason::unauthorized, "", "this route needs the admin token as `Authorization: Bearer`"};
}

} // namespace quoin::api
