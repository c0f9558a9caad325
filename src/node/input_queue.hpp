#pragma once

#include <quoin/engine/input.hpp>
#include <quoin/ports/metrics.hpp>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>

namespace quoin::node {

/// What waits for the engine. Replies to the engine's own effects come before all else; neither they nor the comings,
/// goings and answers of peers, of which the network bounds the number, are ever dropped.
class InputQueue {
public:
    explicit InputQueue(ports::NodeMetrics& metrics, std::size_t inputs_max = limits.inbox_inputs_max)
        : metrics_(metrics), inputs_max_(inputs_max) {}

    /// False when it was dropped, because the queue is full or stopped.
    bool push(engine::Input input);
    void push_reply(engine::Input input);

    /// The next input; nothing when none came within `wait_ms`, and at once when `wake` or `stop` was called.
    std::optional<engine::Input> next(std::uint64_t wait_ms);

    void wake();
    void stop();
    bool stopped() const;
    bool empty() const;

private:
    std::optional<engine::Input> take();

    ports::NodeMetrics& metrics_;
    std::size_t inputs_max_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<engine::Input> replies_;
    std::deque<engine::Input> inputs_;
    bool woken_ = false;
    bool stopped_ = false;
};

} // namespace quoin::node
