#pragma once

#include "ledger_pull.hpp"

#include <quoin/ports/machine.hpp>
#include <quoin/ports/metrics.hpp>

#include <exception>
#include <memory>
#include <mutex>

namespace quoin::node {

/// Writes the ledger on a worker of its own. Told of the newest finality, it takes all that lies before it.
class LedgerWriter {
public:
    struct Hooks {
        std::function<void(std::uint64_t block_number, const Root& root)> advanced; ///< after each durable batch
        std::function<void(std::exception_ptr)> failed;                             ///< then it takes no more
    };

    LedgerWriter(LedgerPull pull, ports::Executor& executor, const ports::Clock& clock, ports::NodeMetrics& metrics,
                 Hooks hooks);
    LedgerWriter(const LedgerWriter&) = delete;
    LedgerWriter& operator=(const LedgerWriter&) = delete;
    /// Ends after the batch it works on.
    ~LedgerWriter();

    void finalize(const Root& target);

private:
    void work();
    std::optional<Root> next_target();
    bool note_batch(std::span<const ports::FinalizedBlock> batch);

    LedgerPull pull_;
    const ports::Clock& clock_;
    ports::NodeMetrics& metrics_;
    Hooks hooks_;
    std::mutex mutex_;
    std::optional<Root> target_;
    bool working_ = false; ///< a job was posted and has not ended
    bool stopped_ = false;
    std::unique_ptr<ports::Worker> worker_; ///< last: its jobs use all of the above
};

} // namespace quoin::node
