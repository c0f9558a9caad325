#include "cost.hpp"

#include <quoin/base/assert.hpp>

#include <algorithm>

namespace quoin::gossip {

namespace {

constexpr std::uint64_t free_of_cost = 0;
constexpr std::uint64_t cheap = 1;
constexpr std::uint64_t dear = 20;
constexpr std::uint64_t grave = 60;

} // namespace

std::uint64_t cost_of(Reason reason) {
    switch (reason) {
    // Not the sender's fault: it is early or late, or the shortage is ours.
    case Reason::unknown_parent:
    case Reason::unknown_block:
    case Reason::unknown_head:
    case Reason::future_slot:
    case Reason::expired:
    case Reason::duplicate_transaction:
    case Reason::mempool_full:
    case Reason::account_queue_full:
    case Reason::replacement_underpriced:
    case Reason::already_slashed:
    case Reason::attester_slashed:
    case Reason::evidence_too_old:
    case Reason::busy:
    case Reason::unavailable:
    case Reason::syncing:
        return free_of_cost;
    // No honest peer passes these on.
    case Reason::malformed:
    case Reason::unknown_field:
    case Reason::missing_field:
    case Reason::wrong_type:
    case Reason::out_of_range:
    case Reason::wrong_length:
    case Reason::too_large:
    case Reason::trailing_bytes:
    case Reason::bad_public_key:
    case Reason::bad_signature:
    case Reason::bad_proof_of_possession:
    case Reason::wrong_genesis:
    case Reason::wrong_fork:
    case Reason::wrong_proposer:
    case Reason::wrong_state_root:
    case Reason::wrong_randao:
    case Reason::wrong_time:
    case Reason::too_many_items:
    case Reason::slot_not_increasing:
    case Reason::not_a_quorum:
    case Reason::weights_mismatch:
    case Reason::certificate_mismatch:
    case Reason::not_slashable:
        return grave;
    // Of these an honest peer on another fork may send a few.
    case Reason::bits_beyond_committee:
    case Reason::not_in_committee:
    case Reason::target_not_on_chain:
    case Reason::conflicts_with_finalized:
    case Reason::wrong_parent:
        return dear;
    default:
        return cheap;
    }
}

bool Conduct::charge(const engine::PeerId& peer, std::uint64_t cost, std::uint64_t now_ms) {
    if (cost == 0) {
        return false;
    }
    auto found = records_.find(peer);
    if (found == records_.end()) {
        make_room(now_ms);
        found = records_.emplace(peer, Record{0, now_ms, 0}).first;
    }
    Record& record = found->second;
    record.cost = cost_at(record, now_ms) + cost;
    record.at_ms = now_ms;
    if (record.cost < ban_cost_) {
        return false;
    }
    record.banned_until_ms = now_ms + ban_ms_;
    return true;
}

std::uint64_t Conduct::cost(const engine::PeerId& peer, std::uint64_t now_ms) const {
    const auto found = records_.find(peer);
    return found == records_.end() ? 0 : cost_at(found->second, now_ms);
}

bool Conduct::is_banned(const engine::PeerId& peer, std::uint64_t now_ms) const {
    const auto found = records_.find(peer);
    return found != records_.end() && found->second.banned_until_ms > now_ms;
}

std::uint64_t Conduct::cost_at(const Record& record, std::uint64_t now_ms) {
    const std::uint64_t forgiven = (now_ms - record.at_ms) * cost_forgiven_per_s / 1'000;
    return record.cost > forgiven ? record.cost - forgiven : 0;
}

void Conduct::make_room(std::uint64_t now_ms) {
    if (records_.size() < peers_max) {
        return;
    }
    const auto rank = [now_ms](const auto& entry) {
        return std::pair{std::max(entry.second.banned_until_ms, now_ms), cost_at(entry.second, now_ms)};
    };
    records_.erase(std::min_element(records_.begin(), records_.end(),
                                    [&rank](const auto& a, const auto& b) { return rank(a) < rank(b); }));
}

TokenBucket::TokenBucket(std::uint64_t items_per_s, std::uint64_t items_burst)
    : items_per_s_(items_per_s), thousandths_max_(items_burst * 1'000), thousandths_(thousandths_max_) {
    QUOIN_ASSERT(items_per_s > 0 && items_burst > 0, "a bucket fills");
}

void TokenBucket::fill(std::uint64_t now_ms) {
    const std::uint64_t passed_ms = std::min(now_ms - at_ms_, thousandths_max_); // one item a second fills it by then
    thousandths_ = std::min(thousandths_max_, thousandths_ + passed_ms * items_per_s_);
    at_ms_ = now_ms;
}

bool TokenBucket::take(std::uint64_t items, std::uint64_t now_ms) {
    fill(now_ms);
    if (thousandths_ < items * 1'000) {
        return false;
    }
    thousandths_ -= items * 1'000;
    return true;
}

std::uint64_t TokenBucket::wait_ms(std::uint64_t items, std::uint64_t now_ms) {
    QUOIN_ASSERT(items * 1'000 <= thousandths_max_, "no more is waited for than the bucket holds");
    fill(now_ms);
    const std::uint64_t missing = items * 1'000 - std::min(items * 1'000, thousandths_);
    return (missing + items_per_s_ - 1) / items_per_s_;
}

std::vector<TokenBucket> buckets_of(const Limits& bounds) {
    std::vector<TokenBucket> buckets;
    for (std::size_t i = 0; i < kind_count; ++i) {
        const KindLimits kind = limits_of(static_cast<Kind>(i), bounds);
        buckets.emplace_back(kind.items_per_s, kind.items_burst);
    }
    return buckets;
}

} // namespace quoin::gossip
