#include "outbox.hpp"

#include "messages.hpp"

namespace quoin::gossip {

bool Outbox::admit(std::size_t bytes) {
    if (held_bytes_ + bytes > bytes_max_) {
        return false;
    }
    held_bytes_ += bytes;
    return true;
}

bool Outbox::push(SharedBytes frame, Lane lane) {
    if (!admit(frame->size())) {
        return false;
    }
    frames_of(lane).push_back(std::move(frame));
    return true;
}

std::deque<SharedBytes>& Outbox::frames_of(Lane lane) {
    switch (lane) {
    case Lane::prompt:
        return prompt_;
    case Lane::aggregates:
        return aggregates_;
    case Lane::bulk:
        break;
    }
    return bulk_;
}

bool Outbox::push_attestation(SharedBytes encoded) {
    if (!admit(encoded->size())) {
        return false;
    }
    attestations_.push_back(std::move(encoded));
    return true;
}

bool Outbox::push_transaction(SharedBytes encoded) {
    if (!admit(encoded->size())) {
        return false;
    }
    transactions_.push_back(std::move(encoded));
    return true;
}

bool Outbox::is_due() const {
    return !prompt_.empty() || !aggregates_.empty() || !attestations_.empty() || transactions_released_ ||
           !bulk_.empty();
}

SharedBytes Outbox::take() {
    held_bytes_ -= taken_bytes_;
    taken_bytes_ = 0;
    auto bytes = std::make_shared<ByteVector>();
    take_frames(*bytes, prompt_);
    take_frames(*bytes, aggregates_);
    while (!attestations_.empty() && bytes->size() < write_bytes_aim) {
        take_batch(*bytes, Kind::attestations, attestations_, attestation_bytes);
    }
    while (transactions_released_ && bytes->size() < write_bytes_aim) {
        take_batch(*bytes, Kind::transactions, transactions_, variable_size);
        transactions_released_ = !transactions_.empty();
    }
    if (!bytes->empty()) {
        return bytes;
    }
    if (bulk_.empty()) {
        return nullptr;
    }
    SharedBytes frame = std::move(bulk_.front());
    bulk_.pop_front();
    taken_bytes_ = frame->size();
    ++frames_taken_;
    return frame;
}

void Outbox::take_frames(ByteVector& bytes, std::deque<SharedBytes>& frames) {
    while (!frames.empty() && bytes.size() < write_bytes_aim) {
        bytes.insert(bytes.end(), frames.front()->begin(), frames.front()->end());
        taken_bytes_ += frames.front()->size();
        frames.pop_front();
        ++frames_taken_;
    }
}

void Outbox::take_batch(ByteVector& bytes, Kind kind, std::deque<SharedBytes>& items, std::size_t item_bytes) {
    std::vector<SharedBytes> batch;
    std::size_t body_bytes = list_offset_bytes;
    while (!items.empty() && batch.size() < limits.batch_items_max) {
        const std::size_t item_total = items.front()->size() + list_offset_bytes;
        if (!batch.empty() && body_bytes + item_total > batch_bytes_max) {
            break;
        }
        body_bytes += item_total;
        taken_bytes_ += items.front()->size();
        batch.push_back(std::move(items.front()));
        items.pop_front();
    }
    append_frame(bytes, kind, pack_items({}, batch, item_bytes));
    ++frames_taken_;
}

} // namespace quoin::gossip
