#pragma once

#include <quoin/ports/machine.hpp>
#include <quoin/ports/metrics.hpp>

#include <functional>
#include <memory>

namespace quoin::node {

/// The system's clock, never adjusted by us.
class SystemClock final : public ports::Clock {
public:
    std::uint64_t now_ms() const override;
};

/// A thread for each worker.
class ThreadExecutor final : public ports::Executor {
public:
    std::unique_ptr<ports::Worker> make_worker() override;
};

/// Verifies signatures on threads of its own, each with a scheme of its own. What is queued is verified in batches, the
/// same messages together; coefficients come from the system's randomness. What is still queued when it goes is
/// dropped.
class VerifierPool final : public ports::Verifier {
public:
    using MakeScheme = std::function<std::unique_ptr<crypto::SignatureScheme>()>;

    /// `threads` is at least 1; `metrics` must outlive the pool.
    VerifierPool(std::size_t threads, const MakeScheme& make_scheme, ports::NodeMetrics& metrics);
    ~VerifierPool() override;

    void verify(std::vector<crypto::SignatureCheck> checks,
                std::function<void(std::vector<std::uint8_t>)> done) override;

private:
    class Workers;
    std::unique_ptr<Workers> workers_;
};

} // namespace quoin::node
