#include "slasher.hpp"

#include <algorithm>
#include <iterator>

namespace quoin::node {

namespace {

std::size_t votes_in(const engine::Witness& witness) {
    const auto* attestation = std::get_if<std::shared_ptr<const IndexedAttestation>>(&witness.message);
    return attestation == nullptr ? 0 : (*attestation)->validators.size();
}

} // namespace

Slasher::Slasher(std::unique_ptr<SlasherWork> work, ports::Executor& executor, std::uint64_t slot_ms,
                 ports::NodeMetrics& metrics, std::function<void(std::exception_ptr)> failed)
    : work_(std::move(work)), slot_ms_(slot_ms), metrics_(metrics), failed_(std::move(failed)),
      worker_(executor.make_worker()) {}

Slasher::~Slasher() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
}

/// A batch costs by the validators' groups that it touches, so a slot's messages are left to gather.
void Slasher::see(engine::Witness witness, std::uint64_t now_ms) {
    {
        const std::lock_guard lock(mutex_);
        votes_queued_ += votes_in(witness);
        queue_.push_back(std::move(witness));
        while (queue_.size() > limits.slasher_queue_messages_max ||
               (votes_queued_ > limits.slasher_queue_votes_max && queue_.size() > 1)) {
            votes_queued_ -= votes_in(queue_.front());
            queue_.pop_front();
            ++metrics_.slasher_dropped;
        }
        metrics_.slasher_queue.set(queue_.size());
        const bool is_half_full =
            queue_.size() > limits.slasher_queue_messages_max / 2 || votes_queued_ > limits.slasher_queue_votes_max / 2;
        if (working_ || (now_ms < next_batch_ms_ && !is_half_full)) {
            return;
        }
        next_batch_ms_ = now_ms + slot_ms_;
        working_ = true;
    }
    worker_->post([this] { work(); });
}

void Slasher::work() {
    try {
        if (const std::vector<engine::Witness> batch = take_batch(); !batch.empty()) {
            work_->process(batch);
        }
        const std::lock_guard lock(mutex_);
        working_ = false;
    } catch (...) {
        failed_(std::current_exception()); // `working_` stays: no job is posted any more
    }
}

std::vector<engine::Witness> Slasher::take_batch() {
    const std::lock_guard lock(mutex_);
    if (stopped_) {
        return {};
    }
    std::vector<engine::Witness> batch(std::make_move_iterator(queue_.begin()), std::make_move_iterator(queue_.end()));
    queue_.clear();
    votes_queued_ = 0;
    metrics_.slasher_queue.set(0);
    return batch;
}

} // namespace quoin::node
