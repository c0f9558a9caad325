#pragma once

#include <quoin/ports/inbox.hpp>

#include <deque>

namespace quoin::gossip {

/// Takes inputs to the engine. Messages may be lost when its queue is full; the coming and going of peers and the
/// answers to its requests may not, and wait here. Order is kept.
class Courier {
public:
    explicit Courier(ports::Inbox& inbox) : inbox_(inbox) {}

    /// False when it was dropped.
    bool offer(engine::Input input) {
        const bool taken = waiting_.empty() && inbox_.push(std::move(input));
        dropped_ += taken ? 0 : 1;
        return taken;
    }

    void deliver(engine::Input input) {
        if (!waiting_.empty() || !inbox_.push(input)) {
            waiting_.push_back(std::move(input));
        }
    }

    void retry() {
        while (!waiting_.empty() && inbox_.push(waiting_.front())) {
            waiting_.pop_front();
        }
    }

    /// No new peers are taken in while this grows, which is what bounds it.
    std::size_t waiting() const { return waiting_.size(); }
    std::uint64_t dropped() const { return dropped_; }

private:
    ports::Inbox& inbox_;
    std::deque<engine::Input> waiting_;
    std::uint64_t dropped_ = 0;
};

} // namespace quoin::gossip
