#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace quoin::ports {

/// A number that only grows.
using Counter = std::atomic<std::uint64_t>;

/// A histogram with fixed upper bounds in milliseconds; the last bucket takes what is above them all.
class LatencyHistogram {
public:
    static constexpr std::array<std::uint64_t, 12> bounds_ms{50,  100, 150,   200,   250,   300,
                                                             400, 600, 1'000, 2'000, 5'000, 20'000};

    void observe(std::uint64_t milliseconds) {
        std::size_t bucket = 0;
        while (bucket < bounds_ms.size() && milliseconds > bounds_ms[bucket]) {
            ++bucket;
        }
        ++counts_[bucket];
        sum_ms_ += milliseconds;
    }

    /// Observations in bucket `i` alone; `i` is at most `bounds_ms.size()`.
    std::uint64_t count(std::size_t i) const { return counts_[i]; }
    std::uint64_t sum_ms() const { return sum_ms_; }

private:
    std::array<Counter, bounds_ms.size() + 1> counts_{};
    Counter sum_ms_{0};
};

/// How long a queue is, and how long it ever was.
class QueueGauge {
public:
    void set(std::uint64_t depth) {
        depth_ = depth;
        std::uint64_t highest = high_water_;
        while (depth > highest && !high_water_.compare_exchange_weak(highest, depth)) {}
    }
    std::uint64_t depth() const { return depth_; }
    std::uint64_t high_water() const { return high_water_; }

private:
    Counter depth_{0};
    Counter high_water_{0};
};

/// What the node counts and the api shows as `quoin_*` (API.md "Metrics"). Written by the node's threads, read by any.
struct NodeMetrics {
    Counter steps{0};
    Counter step_us{0};     ///< time spent in engine steps and effects
    Counter step_us_max{0}; ///< the longest
    Counter blocks_persisted{0};
    Counter certificates{0};
    Counter broadcasts{0};
    Counter block_requests{0};
    Counter blames{0};
    Counter inputs_dropped{0}; ///< the inbox was full

    Counter verify_batches{0};
    Counter verify_checks{0};
    Counter verify_batch_max{0};
    Counter verify_us{0};
    Counter invalid_signatures{0};

    Counter proposals_signed{0};
    Counter attestations_signed{0};
    Counter randao_signed{0};
    Counter aggregates_signed{0};
    Counter proposals_refused{0};    ///< by the signing database: duty not done, nothing slashable signed
    Counter attestations_refused{0}; ///< as above
    Counter proposals_missed{0};
    Counter attestations_missed{0};

    Counter reorgs{0};
    Counter offences_seen{0};
    Counter splits_seen{0}; ///< accountable splits

    Counter slasher_messages{0};
    Counter slasher_dropped{0};  ///< its queue, or what it keeps for an epoch, was full
    Counter slasher_evidence{0}; ///< found by it
    Counter slasher_bytes{0};    ///< of slasher.db

    Counter ledger_blocks{0};
    Counter ledger_commits{0};
    Counter ledger_commit_us{0};
    Counter handover_proofs{0};
    LatencyHistogram finality_latency; ///< from a block's time to its commit in the ledger

    QueueGauge inbox;
    QueueGauge verifier_queue;
    QueueGauge slasher_queue;
};

} // namespace quoin::ports
