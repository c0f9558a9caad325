#pragma once

#include <functional>
#include <thread>

namespace quoin::app {

/// Makes SIGINT and SIGTERM wait for `StopOnSignal`, and SIGPIPE harmless. Call it before threads are made.
void hold_signals();

/// Calls `stop` once, from a thread of its own, when the process is told to end.
class StopOnSignal {
public:
    explicit StopOnSignal(std::function<void()> stop);

private:
    std::jthread waiter_; ///< looks up often enough to be joined soon
};

/// Best effort to keep keys from others of this machine: no core dumps, no debuggers, no swap for what is in memory
/// now.
void guard_memory();

/// Keeps the allocator from giving each thread an arena of its own: a node has many threads that allocate little.
void save_memory();

} // namespace quoin::app
