#include "pacemaker.hpp"

#include <quoin/base/limits.hpp>
#include <quoin/types/clock.hpp>

#include <algorithm>
#include <vector>

namespace quoin::engine {

std::uint64_t Pacemaker::timer_ms() const {
    if (!is_responsive()) {
        return spec_.slot_ms;
    }
    constexpr std::uint64_t expected_behind = 2; // the slot that runs, and the one whose votes it waits for
    const std::uint64_t without = slot_.value - std::min(slot_.value, finalized_.value + expected_behind);
    const std::uint64_t doublings = std::min<std::uint64_t>(without / spec_.pacing_backoff_slots, 32);
    return std::min(spec_.slot_ms << doublings, spec_.slot_ms_max);
}

std::uint64_t Pacemaker::ends_ms() const {
    const bool is_justified = is_responsive() && slot_.value > 0 && justified_.value >= slot_.value;
    return started_ms_ + (is_justified ? std::min(spec_.min_slot_ms, timer_ms()) : timer_ms());
}

Slot Pacemaker::due_slot(std::uint64_t now_ms) const {
    if (!is_responsive()) {
        return std::max(slot_, slot_at(spec_, genesis_time_ms_, now_ms));
    }
    if (now_ms < genesis_time_ms_) {
        return slot_;
    }
    return std::max(others_, now_ms >= ends_ms() ? slot_ + 1 : slot_);
}

void Pacemaker::enter(Slot slot, std::uint64_t now_ms) {
    QUOIN_ASSERT(slot >= slot_, "P1");
    slot_ = slot;
    started_ms_ = is_responsive() ? now_ms : slot_start_ms(spec_, genesis_time_ms_, slot);
    std::erase_if(ahead_, [&](const auto& entry) { return entry.second <= slot_; });
}

void Pacemaker::note_justified(Epoch epoch) {
    justified_ = std::max(justified_, epoch);
    if (is_responsive()) {
        others_ = std::max(others_, Slot{epoch.value}); // more than a third voted there
    }
}

void Pacemaker::note_vote(ValidatorIndex validator, Slot slot, const EraSets& sets) {
    if (!is_responsive() || slot <= slot_) {
        return;
    }
    Slot& highest = ahead_[validator];
    if (slot <= highest) {
        return;
    }
    highest = slot;
    std::vector<std::pair<Slot, Weight>> reached;
    for (const auto& [voter, voted] : ahead_) {
        reached.emplace_back(voted, weight_of(sets, voter)[0]);
    }
    std::sort(reached.begin(), reached.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    Uint128 weight = 0;
    for (const auto& [voted, of_voter] : reached) {
        weight += of_voter.value;
        if (3 * weight > sets.total[0].value) {
            others_ = std::max(others_, voted);
            return;
        }
    }
}

bool Pacemaker::is_too_early(Slot slot, std::uint64_t now_ms) const {
    if (is_responsive()) {
        return slot > slot_ + limits.slots_ahead_max;
    }
    const std::uint64_t early_ms = std::min(limits.early_message_ms_max, spec_.slot_ms / 4);
    return slot_start_ms(spec_, genesis_time_ms_, slot) > now_ms + early_ms;
}

} // namespace quoin::engine
