#pragma once

#include <quoin/crypto/scheme.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace quoin::ports {

/// Wall-clock time for duties.
class Clock {
public:
    virtual ~Clock() = default;

    /// Milliseconds since the Unix epoch.
    virtual std::uint64_t now_ms() const = 0;
};

/// Verifies signatures beside the engine. `done` gets one verdict per check, from any thread.
class Verifier {
public:
    virtual ~Verifier() = default;

    virtual void verify(std::vector<crypto::SignatureCheck> checks,
                        std::function<void(std::vector<std::uint8_t>)> done) = 0;
};

/// Runs jobs beside the engine, one after another in the order given. Going, it waits for the job that runs and drops
/// those that did not begin. A job must not throw.
class Worker {
public:
    virtual ~Worker() = default;

    virtual void post(std::function<void()> job) = 0;
};

/// Makes workers: a thread for each in a node; in the simulator nobody but the caller's own thread, when it says so.
class Executor {
public:
    virtual ~Executor() = default;

    virtual std::unique_ptr<Worker> make_worker() = 0;
};

} // namespace quoin::ports
