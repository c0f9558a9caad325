#pragma once

#include <quoin/engine/effect.hpp>
#include <quoin/engine/snapshot.hpp>

#include <functional>
#include <map>
#include <mutex>

namespace quoin::ports {

/// The latest view of the engine and the live events, from the engine's thread to all others.
class Snapshots {
public:
    engine::SharedSnapshot current() const;
    void publish(engine::SharedSnapshot snapshot);

    /// Something a subscriber may want to see. `LedgerGrew` says that the durable topics have more to read.
    struct LedgerGrew {
        std::uint64_t block_number = 0;
    };
    using Notice = std::variant<engine::Event, LedgerGrew>;
    void notify(const Notice& notice);

    /// Called from the notifying thread: post and return. The subscription ends with `unsubscribe`.
    std::uint64_t subscribe(std::function<void(const Notice&)> listener);
    void unsubscribe(std::uint64_t subscription);

private:
    mutable std::mutex mutex_;
    engine::SharedSnapshot current_;
    std::map<std::uint64_t, std::function<void(const Notice&)>> listeners_;
    std::uint64_t next_subscription_ = 1;
};

} // namespace quoin::ports
