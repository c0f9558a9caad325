#pragma once

#include <quoin/node/slasher.hpp>
#include <quoin/ports/machine.hpp>

#include <deque>
#include <exception>
#include <mutex>

namespace quoin::node {

/// The slasher's worker and the bounded queue before it. A batch is what came within a slot, or half the queue.
class Slasher {
public:
    /// `failed` is called from the worker when the store throws; then it takes no more.
    Slasher(std::unique_ptr<SlasherWork> work, ports::Executor& executor, std::uint64_t slot_ms,
            ports::NodeMetrics& metrics, std::function<void(std::exception_ptr)> failed);
    Slasher(const Slasher&) = delete;
    Slasher& operator=(const Slasher&) = delete;
    /// Ends after the batch it works on.
    ~Slasher();

    /// Never waits: when the queue is full, the oldest are dropped and counted.
    void see(engine::Witness witness, std::uint64_t now_ms);

private:
    void work();
    std::vector<engine::Witness> take_batch();

    std::unique_ptr<SlasherWork> work_;
    std::uint64_t slot_ms_;
    ports::NodeMetrics& metrics_;
    std::function<void(std::exception_ptr)> failed_;
    std::mutex mutex_;
    std::deque<engine::Witness> queue_;
    std::size_t votes_queued_ = 0;
    std::uint64_t next_batch_ms_ = 0;
    bool working_ = false; ///< a job was posted and has not ended
    bool stopped_ = false;
    std::unique_ptr<ports::Worker> worker_; ///< last: its jobs use all of the above
};

} // namespace quoin::node
