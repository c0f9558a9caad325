#include "stopwatch.hpp"

#include <quoin/base/assert.hpp>
#include <quoin/node/machine.hpp>

#include <sys/random.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <iterator>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace quoin::node {

namespace {

/// Beyond this a batch gains little and one bad signature in it costs the others more.
constexpr std::size_t batch_checks_max = 512;

struct Job {
    std::vector<crypto::SignatureCheck> checks;
    std::function<void(std::vector<std::uint8_t>)> done;
};

Root unguessable_seed() {
    Root seed;
    if (getrandom(seed.data(), seed.size(), 0) != static_cast<ssize_t>(seed.size())) {
        throw std::runtime_error("the system has no randomness");
    }
    return seed;
}

bool begins_alike(const Job& one, const Job& other) {
    return !one.checks.empty() && !other.checks.empty() && one.checks.front().message == other.checks.front().message;
}

/// The oldest job, then those over the same message, then the rest in order, up to the size of a batch.
std::vector<Job> take_batch(std::deque<Job>& queue) {
    std::stable_partition(std::next(queue.begin()), queue.end(),
                          [&](const Job& job) { return begins_alike(job, queue.front()); });
    std::vector<Job> batch;
    for (std::size_t checks = 0; !queue.empty(); queue.pop_front()) {
        checks += queue.front().checks.size();
        if (!batch.empty() && checks > batch_checks_max) {
            break;
        }
        batch.push_back(std::move(queue.front()));
    }
    return batch;
}

} // namespace

class VerifierPool::Workers {
public:
    Workers(std::size_t threads, const MakeScheme& make_scheme, ports::NodeMetrics& metrics) : metrics_(metrics) {
        QUOIN_ASSERT(threads > 0, "a verifier pool has a thread");
        for (std::size_t i = 0; i < threads; ++i) {
            threads_.emplace_back(
                [this, scheme = std::shared_ptr<crypto::SignatureScheme>(make_scheme())] { work(*scheme); });
        }
    }

    ~Workers() {
        {
            const std::lock_guard lock(mutex_);
            stopped_ = true;
        }
        changed_.notify_all();
        for (std::thread& thread : threads_) {
            thread.join();
        }
    }

    void add(Job job) {
        {
            const std::lock_guard lock(mutex_);
            queue_.push_back(std::move(job));
            metrics_.verifier_queue.set(queue_.size());
        }
        changed_.notify_one();
    }

private:
    void work(crypto::SignatureScheme& scheme) {
        while (true) {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [this] { return stopped_ || !queue_.empty(); });
            if (stopped_) {
                return;
            }
            const std::vector<Job> batch = take_batch(queue_);
            metrics_.verifier_queue.set(queue_.size());
            lock.unlock();
            verify(scheme, batch);
        }
    }

    void verify(crypto::SignatureScheme& scheme, const std::vector<Job>& batch) {
        std::vector<crypto::SignatureCheck> checks;
        for (const Job& job : batch) {
            checks.insert(checks.end(), job.checks.begin(), job.checks.end());
        }
        const Stopwatch watch;
        const std::vector<std::uint8_t> verdicts = scheme.verify(checks, unguessable_seed());
        count(checks.size(), watch.us(), verdicts);
        auto verdict = verdicts.begin();
        for (const Job& job : batch) {
            const auto end = verdict + static_cast<std::ptrdiff_t>(job.checks.size());
            job.done(std::vector<std::uint8_t>(verdict, end));
            verdict = end;
        }
    }

    void count(std::size_t checks, std::uint64_t us, const std::vector<std::uint8_t>& verdicts) {
        ++metrics_.verify_batches;
        metrics_.verify_checks += checks;
        metrics_.verify_us += us;
        metrics_.invalid_signatures += static_cast<std::uint64_t>(std::count(verdicts.begin(), verdicts.end(), 0));
        std::uint64_t largest = metrics_.verify_batch_max;
        while (checks > largest && !metrics_.verify_batch_max.compare_exchange_weak(largest, checks)) {}
    }

    ports::NodeMetrics& metrics_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Job> queue_; ///< bounded by what the engine waits for at a time
    bool stopped_ = false;
    std::vector<std::thread> threads_;
};

VerifierPool::VerifierPool(std::size_t threads, const MakeScheme& make_scheme, ports::NodeMetrics& metrics)
    : workers_(std::make_unique<Workers>(threads, make_scheme, metrics)) {}
VerifierPool::~VerifierPool() = default;

void VerifierPool::verify(std::vector<crypto::SignatureCheck> checks,
                          std::function<void(std::vector<std::uint8_t>)> done) {
    workers_->add({std::move(checks), std::move(done)});
}

} // namespace quoin::node
