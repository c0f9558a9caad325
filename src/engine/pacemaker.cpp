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
    return std::min(spec_.slot_ms << doublings, std::max(spec_.slot_ms, spec_.slot_ms_max / 2));
}

std::uint64_t Pacemaker::times_out_ms() const {
    const std::uint64_t timer = timer_ms();
    if (!is_responsive() || slot_ == Slot{0}) {
        return started_ms_ + timer;
    }
    return quorum_ms_ ? *quorum_ms_ + timer - timer * spec_.attestation_due_bps / 10'000
                      : started_ms_ + std::min(2 * timer, spec_.slot_ms_max);
}

std::uint64_t Pacemaker::ends_ms() const {
    const bool is_justified = is_responsive() && slot_.value > 0 && justified_.value >= slot_.value;
    return is_justified ? started_ms_ + std::min(spec_.min_slot_ms, timer_ms()) : times_out_ms();
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
    std::erase_if(reached_, [&](const auto& entry) { return entry.second.slot < slot_; });
    here_ = Weight{0};
    for (const auto& [voter, reached] : reached_) {
        here_ += reached.weight;
    }
    quorum_ms_.reset();
    look_for_quorum(now_ms);
}

void Pacemaker::note_justified(Epoch epoch) {
    justified_ = std::max(justified_, epoch);
    if (is_responsive()) {
        others_ = std::max(others_, Slot{epoch.value}); // more than a third voted there
    }
}

void Pacemaker::note_vote(ValidatorIndex validator, Slot slot, const EraSets& sets, std::uint64_t now_ms) {
    if (!is_responsive() || slot < slot_) {
        return;
    }
    const auto [entry, is_new] = reached_.try_emplace(validator, Reached{slot, weight_of(sets, validator)[0]});
    if (!is_new && slot <= entry->second.slot) {
        return;
    }
    entry->second.slot = slot;
    total_ = sets.total[0];
    if (is_new) {
        here_ += entry->second.weight;
        look_for_quorum(now_ms);
    }
    if (slot > slot_) {
        look_for_others();
    }
}

void Pacemaker::look_for_quorum(std::uint64_t now_ms) {
    if (!quorum_ms_ && here_.value > 0 && 3 * Uint128{here_.value} >= 2 * Uint128{total_.value}) {
        quorum_ms_ = now_ms;
    }
}

void Pacemaker::look_for_others() {
    std::vector<Reached> ahead;
    for (const auto& [voter, reached] : reached_) {
        if (reached.slot > slot_) {
            ahead.push_back(reached);
        }
    }
    std::sort(ahead.begin(), ahead.end(), [](const Reached& a, const Reached& b) { return a.slot > b.slot; });
    Uint128 weight = 0;
    for (const Reached& reached : ahead) {
        weight += reached.weight.value;
        if (3 * weight > total_.value) {
            others_ = std::max(others_, reached.slot);
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
