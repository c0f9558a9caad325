#include "slot_times.hpp"

#include <quoin/base/checked.hpp>
#include <quoin/types/clock.hpp>

#include <algorithm>

namespace quoin::api {

namespace {

/// Enough blocks that one slow slot does not show, and few enough to follow a change.
constexpr std::uint64_t blocks_measured = 64;
constexpr std::uint64_t eras_max = std::uint64_t{1} << 32;
constexpr std::uint64_t slots_ahead_max = std::uint64_t{1} << 32;

} // namespace

SlotTimes::SlotTimes(const ApiParts& parts) : chain_(parts.chain), now_ms_(parts.clock.now_ms()) {
    if (chain_.spec().pacing == Pacing::responsive) {
        pace_ = pace_of(parts);
    }
}

std::optional<SlotTimes::Pace> SlotTimes::pace_of(const ApiParts& parts) {
    const auto snapshot = parts.snapshots.current();
    if (!snapshot || !snapshot->head_state) {
        return std::nullopt;
    }
    const BlockHeader& head = snapshot->head_state->latest_block_header;
    // Block 0 is as old as the genesis file says, whenever the nodes were started.
    const std::uint64_t newest = std::max<std::uint64_t>(snapshot->finalized_number, 1);
    const auto row = parts.ledger.block_by_number(newest > blocks_measured ? newest - blocks_measured : 1);
    if (!row || row->slot >= head.slot || row->time_ms > head.time_ms) {
        return std::nullopt;
    }
    const Spec& spec = parts.chain.spec();
    const std::uint64_t slots = head.slot.value - row->slot.value;
    const std::uint64_t span_ms = head.time_ms - row->time_ms;
    return Pace{head.slot, head.time_ms, slots,
                std::clamp(span_ms, slots * spec.min_slot_ms, slots * spec.slot_ms_max)};
}

std::optional<std::uint64_t> SlotTimes::start_ms(Slot slot) const {
    if (chain_.spec().pacing == Pacing::timer) {
        return slot_start_ms(chain_.spec(), chain_.genesis.time_ms, slot);
    }
    if (!pace_ || slot <= pace_->head || slot.value - pace_->head.value > slots_ahead_max) {
        return std::nullopt;
    }
    const std::uint64_t ahead_ms = mul_div(slot.value - pace_->head.value, pace_->span_ms, pace_->slots);
    return std::max(now_ms_, pace_->head_ms + ahead_ms);
}

std::optional<std::uint64_t> SlotTimes::start_ms(Era era) const {
    return era.value > eras_max ? std::nullopt : start_ms(first_slot_of(chain_.spec(), era));
}

} // namespace quoin::api
