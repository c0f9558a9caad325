#include <quoin/node/machine.hpp>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace quoin::node {

namespace {

class ThreadWorker final : public ports::Worker {
public:
    ThreadWorker() : thread_([this] { work(); }) {}
    ThreadWorker(const ThreadWorker&) = delete;
    ThreadWorker& operator=(const ThreadWorker&) = delete;
    ~ThreadWorker() override {
        {
            const std::lock_guard lock(mutex_);
            stopped_ = true;
        }
        changed_.notify_one();
        thread_.join();
    }

    void post(std::function<void()> job) override {
        {
            const std::lock_guard lock(mutex_);
            jobs_.push_back(std::move(job));
        }
        changed_.notify_one();
    }

private:
    void work() {
        std::unique_lock lock(mutex_);
        while (true) {
            changed_.wait(lock, [this] { return stopped_ || !jobs_.empty(); });
            if (stopped_) {
                return;
            }
            const std::function<void()> job = std::move(jobs_.front());
            jobs_.pop_front();
            lock.unlock();
            job();
            lock.lock();
        }
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> jobs_; ///< who posts keeps at most one waiting
    bool stopped_ = false;
    std::thread thread_; ///< last: it uses all of the above
};

} // namespace

std::unique_ptr<ports::Worker> ThreadExecutor::make_worker() {
    return std::make_unique<ThreadWorker>();
}

} // namespace quoin::node
