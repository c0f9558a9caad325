#pragma once

#include "context.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>

namespace quoin::api {

namespace asio = boost::asio;

class Connection;

/// The server's machinery: what handlers read, and the loop that its sessions run on. The loop stands last, so that it
/// takes the sessions with it while all they refer to is still there.
struct Core : std::enable_shared_from_this<Core> {
    Core(ApiSettings settings, ApiParts parts, const Limits& bounds)
        : context(std::move(settings), parts, bounds), io(static_cast<int>(context.settings.io_threads)) {}

    Context context;
    std::atomic<std::size_t> waits{0}; ///< requests that are being waited for
    std::mutex mutex;
    std::map<std::string, std::size_t> connections_by_address; ///< under `mutex`
    std::map<Connection*, std::weak_ptr<Connection>> open;     ///< under `mutex`
    bool is_stopping = false;                                  ///< under `mutex`
    asio::io_context io;
};

/// A clock that is never set, in milliseconds.
inline std::uint64_t steady_ms() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

} // namespace quoin::api
