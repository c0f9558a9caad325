#pragma once

#include "frame.hpp"

#include <deque>
#include <vector>

namespace quoin::gossip {

/// What waits to be written to one peer, bounded in bytes. Blocks go before aggregates, these before attestations, and
/// all of them overtake transactions and answers to requests. Attestations that come while the connection is busy go
/// out together in the next write, so that batching them costs no time; transactions wait until they are released.
class Outbox {
public:
    explicit Outbox(std::size_t bytes_max) : bytes_max_(bytes_max) {}

    enum class Lane : std::uint8_t { prompt, aggregates, bulk };

    // False when there is no more room: the peer does not keep up and is to be dropped.
    bool push(SharedBytes frame, Lane lane);
    bool push_attestation(SharedBytes encoded);
    bool push_transaction(SharedBytes encoded);

    void release_transactions() { transactions_released_ = !transactions_.empty(); }

    /// The bytes to write next, one or several frames; null when nothing is due. What was taken counts as held until
    /// the next call.
    SharedBytes take();

    bool is_due() const;
    std::size_t held_bytes() const { return held_bytes_; }
    std::uint64_t frames_taken() const { return frames_taken_; }

private:
    bool admit(std::size_t bytes);
    std::deque<SharedBytes>& frames_of(Lane lane);
    void take_frames(ByteVector& bytes, std::deque<SharedBytes>& frames);
    void take_batch(ByteVector& bytes, Kind kind, std::deque<SharedBytes>& items, std::size_t item_bytes);

    static constexpr std::size_t write_bytes_aim = 64 << 10; ///< frames are put together into writes of about this size

    std::size_t bytes_max_;
    std::size_t held_bytes_ = 0;
    std::size_t taken_bytes_ = 0;
    std::uint64_t frames_taken_ = 0;
    bool transactions_released_ = false;
    std::deque<SharedBytes> prompt_;
    std::deque<SharedBytes> aggregates_;
    std::deque<SharedBytes> bulk_;
    std::deque<SharedBytes> attestations_;
    std::deque<SharedBytes> transactions_;
};

} // namespace quoin::gossip
