#include <quoin/ports/snapshots.hpp>

namespace quoin::ports {

engine::SharedSnapshot Snapshots::current() const {
    const std::lock_guard lock(mutex_);
    return current_;
}

void Snapshots::publish(engine::SharedSnapshot snapshot) {
    const std::lock_guard lock(mutex_);
    current_ = std::move(snapshot);
}

void Snapshots::notify(const Notice& notice) {
    const std::lock_guard lock(mutex_);
    for (const auto& [subscription, listener] : listeners_) {
        listener(notice);
    }
}

std::uint64_t Snapshots::subscribe(std::function<void(const Notice&)> listener) {
    const std::lock_guard lock(mutex_);
    listeners_.emplace(next_subscription_, std::move(listener));
    return next_subscription_++;
}

void Snapshots::unsubscribe(std::uint64_t subscription) {
    const std::lock_guard lock(mutex_);
    listeners_.erase(subscription);
}

} // namespace quoin::ports
