#pragma once

#include <quoin/types/spec.hpp>

namespace quoin::inline types {

// The three clocks of PROTOCOL section 1. Only this header turns a slot into an epoch or an era.

constexpr Epoch epoch_of(const Spec& spec, Slot slot) {
    return Epoch{slot.value / spec.slots_per_epoch};
}

constexpr Era era_of(const Spec& spec, Epoch epoch) {
    return Era{epoch.value / spec.epochs_per_era};
}

constexpr Era era_of(const Spec& spec, Slot slot) {
    return era_of(spec, epoch_of(spec, slot));
}

constexpr Slot first_slot_of(const Spec& spec, Epoch epoch) {
    return Slot{epoch.value * spec.slots_per_epoch};
}

constexpr Epoch first_epoch_of(const Spec& spec, Era era) {
    return Epoch{era.value * spec.epochs_per_era};
}

constexpr Slot first_slot_of(const Spec& spec, Era era) {
    return first_slot_of(spec, first_epoch_of(spec, era));
}

constexpr std::uint64_t slots_per_era(const Spec& spec) {
    return spec.slots_per_epoch * spec.epochs_per_era;
}

constexpr bool is_era_start(const Spec& spec, Slot slot) {
    return slot.value % slots_per_era(spec) == 0;
}

/// The slots whose block roots a state keeps: the inclusion window, three eras, and the reach of a k = 3 link.
constexpr std::uint64_t block_roots_kept(const Spec& spec) {
    return (spec.inclusion_window_epochs + 3 * spec.epochs_per_era + 4) * spec.slots_per_epoch;
}

/// When a slot starts under timer pacing, in milliseconds since the Unix epoch; the end of time for slots beyond it,
/// which a peer may name.
constexpr std::uint64_t slot_start_ms(const Spec& spec, std::uint64_t genesis_time_ms, Slot slot) {
    std::uint64_t start = 0;
    const bool is_beyond = __builtin_mul_overflow(slot.value, spec.slot_ms, &start) ||
                           __builtin_add_overflow(start, genesis_time_ms, &start);
    return is_beyond ? ~std::uint64_t{0} : start;
}

/// The slot that `now_ms` falls into under timer pacing; slot 0 before genesis.
constexpr Slot slot_at(const Spec& spec, std::uint64_t genesis_time_ms, std::uint64_t now_ms) {
    return Slot{now_ms <= genesis_time_ms ? 0 : (now_ms - genesis_time_ms) / spec.slot_ms};
}

} // namespace quoin::inline types
