#include "ledger_writer.hpp"

#include "stopwatch.hpp"

#include <quoin/base/hex.hpp>

#include <spdlog/spdlog.h>

#include <stdexcept>

namespace quoin::node {

namespace {

/// Batches above this are catching up: when their blocks were made says nothing about latency.
constexpr std::size_t live_batch_blocks_max = 8;

} // namespace

LedgerWriter::LedgerWriter(LedgerPull pull, ports::Executor& executor, const ports::Clock& clock,
                           ports::NodeMetrics& metrics, Hooks hooks)
    : pull_(std::move(pull)), clock_(clock), metrics_(metrics), hooks_(std::move(hooks)),
      worker_(executor.make_worker()) {}

LedgerWriter::~LedgerWriter() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
}

void LedgerWriter::finalize(const Root& target) {
    {
        const std::lock_guard lock(mutex_);
        target_ = target;
        if (std::exchange(working_, true)) {
            return; // the job takes it up
        }
    }
    worker_->post([this] { work(); });
}

std::optional<Root> LedgerWriter::next_target() {
    const std::lock_guard lock(mutex_);
    working_ = target_ && !stopped_;
    return working_ ? std::exchange(target_, std::nullopt) : std::nullopt;
}

void LedgerWriter::work() {
    try {
        while (const std::optional<Root> target = next_target()) {
            const Stopwatch watch;
            if (!pull_.pull_to(*target, [this](const auto& batch) { return note_batch(batch); })) {
                throw std::runtime_error("chain.db lacks blocks before the final block " + to_hex(*target));
            }
            metrics_.ledger_commit_us += watch.us();
        }
    } catch (...) {
        hooks_.failed(std::current_exception());
    }
}

bool LedgerWriter::note_batch(std::span<const ports::FinalizedBlock> batch) {
    const ports::FinalizedBlock& last = batch.back();
    ++metrics_.ledger_commits;
    metrics_.ledger_blocks += batch.size();
    metrics_.handover_proofs = pull_.handovers_made();
    if (batch.size() <= live_batch_blocks_max) {
        const std::uint64_t now_ms = clock_.now_ms();
        for (const ports::FinalizedBlock& block : batch) {
            metrics_.finality_latency.observe(now_ms - std::min(now_ms, block.block.message.time_ms));
        }
    }
    spdlog::debug("node ledger_grew block={} slot={} root={}", last.number, last.block.message.slot.value,
                  to_hex(last.root));
    hooks_.advanced(last.number, last.root);
    const std::lock_guard lock(mutex_);
    return !stopped_;
}

} // namespace quoin::node
