#include "input_queue.hpp"

#include <chrono>

namespace quoin::node {

namespace {

bool is_bounded_by_the_network(const engine::Input& input) {
    return std::holds_alternative<engine::PeerConnected>(input) ||
           std::holds_alternative<engine::PeerDisconnected>(input) ||
           std::holds_alternative<engine::BlocksAnswered>(input);
}

} // namespace

bool InputQueue::push(engine::Input input) {
    {
        const std::lock_guard lock(mutex_);
        if (stopped_ || (inputs_.size() >= inputs_max_ && !is_bounded_by_the_network(input))) {
            ++metrics_.inputs_dropped;
            return false;
        }
        inputs_.push_back(std::move(input));
        metrics_.inbox.set(inputs_.size());
    }
    changed_.notify_one();
    return true;
}

void InputQueue::push_reply(engine::Input input) {
    {
        const std::lock_guard lock(mutex_);
        replies_.push_back(std::move(input));
    }
    changed_.notify_one();
}

std::optional<engine::Input> InputQueue::next(std::uint64_t wait_ms) {
    std::unique_lock lock(mutex_);
    const auto something = [this] { return stopped_ || woken_ || !replies_.empty() || !inputs_.empty(); };
    if (wait_ms > 0) {
        changed_.wait_for(lock, std::chrono::milliseconds(wait_ms), something);
    }
    woken_ = false;
    return take();
}

std::optional<engine::Input> InputQueue::take() {
    std::deque<engine::Input>& from = replies_.empty() ? inputs_ : replies_;
    if (stopped_ || from.empty()) {
        return std::nullopt;
    }
    engine::Input input = std::move(from.front());
    from.pop_front();
    metrics_.inbox.set(inputs_.size());
    return input;
}

void InputQueue::wake() {
    {
        const std::lock_guard lock(mutex_);
        woken_ = true;
    }
    changed_.notify_one();
}

void InputQueue::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
    }
    changed_.notify_all();
}

bool InputQueue::stopped() const {
    const std::lock_guard lock(mutex_);
    return stopped_;
}

bool InputQueue::empty() const {
    const std::lock_guard lock(mutex_);
    return replies_.empty() && inputs_.empty();
}

} // namespace quoin::node
