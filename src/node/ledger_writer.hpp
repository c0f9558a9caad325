#pragma once

#include "ledger_pull.hpp"

#include <quoin/ports/machine.hpp>
#include <quoin/ports/metrics.hpp>

#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>

namespace quoin::node {

/// The thread that writes the ledger. Told of the newest finality, it takes all that lies before it.
class LedgerWriter {
public:
    struct Hooks {
        std::function<void(std::uint64_t block_number, const Root& root)> advanced; ///< after each durable batch
        std::function<void(std::exception_ptr)> failed;                             ///< then the thread has ended
    };

    LedgerWriter(LedgerPull pull, const ports::Clock& clock, ports::NodeMetrics& metrics, Hooks hooks);
    LedgerWriter(const LedgerWriter&) = delete;
    LedgerWriter& operator=(const LedgerWriter&) = delete;
    /// Ends after the batch it works on.
    ~LedgerWriter();

    void finalize(const Root& target);

private:
    void work();
    bool note_batch(std::span<const ports::FinalizedBlock> batch);

    LedgerPull pull_;
    const ports::Clock& clock_;
    ports::NodeMetrics& metrics_;
    Hooks hooks_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::optional<Root> target_;
    bool stopped_ = false;
    std::thread thread_; ///< last: it uses all of the above
};

} // namespace quoin::node
