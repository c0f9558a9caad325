#pragma once

#include <quoin/types/state.hpp>

#include <cstdint>
#include <map>
#include <optional>

namespace quoin::engine {

/// Says which slot it is. Under timer pacing the clock alone does; under responsive pacing (E = 1) a slot ends as soon
/// as its votes have justified it:
///
/// P1  the slot never goes back.
/// P2  a slot ends when its checkpoint is justified and it is `min_slot_ms` old, or when its timer runs out; then the
///     next one begins. The timer runs from when votes are due, and until a quorum's votes have been seen it waits for
///     them, at most for as long again: whoever was early waits for the others, and all leave the slot together.
/// P3  votes worth more than a third from later slots show that the others have gone on: the slot is then the highest
///     that a third has reached.
/// P4  the timer is `slot_ms`, doubled for every `pacing_backoff_slots` slots since finality fell behind, as long as
///     the slot and its wait fit into `slot_ms_max`: however slow the network, in the end a slot is long enough.
///     Finality, and not justification: its certificates reach everybody, so that all timers agree, and it is what
///     slots must be long enough for.
class Pacemaker {
public:
    Pacemaker(const Spec& spec, std::uint64_t genesis_time_ms)
        : spec_(spec), genesis_time_ms_(genesis_time_ms), started_ms_(genesis_time_ms) {}

    Slot slot() const { return slot_; }
    std::uint64_t started_ms() const { return started_ms_; }
    /// When a part of the slot has passed.
    std::uint64_t due_ms(std::uint64_t basis_points) const { return started_ms_ + timer_ms() * basis_points / 10'000; }
    /// When the slot ends, as far as is known now.
    std::uint64_t ends_ms() const;

    /// The slot that should be entered now: `slot()` while it lasts.
    Slot due_slot(std::uint64_t now_ms) const;
    void enter(Slot slot, std::uint64_t now_ms);

    void note_justified(Epoch epoch);
    void note_finalized(Epoch epoch) { finalized_ = std::max(finalized_, epoch); }
    /// A verified vote; `sets` weigh it.
    void note_vote(ValidatorIndex validator, Slot slot, const EraSets& sets, std::uint64_t now_ms);

    /// How far ahead a message of a slot may be and still be looked at: by time under timer pacing, else by slots.
    bool is_too_early(Slot slot, std::uint64_t now_ms) const;

private:
    bool is_responsive() const { return spec_.pacing == Pacing::responsive; }
    std::uint64_t timer_ms() const;
    std::uint64_t times_out_ms() const;
    void look_for_quorum(std::uint64_t now_ms);
    void look_for_others();

    const Spec& spec_;
    std::uint64_t genesis_time_ms_;
    Slot slot_;
    std::uint64_t started_ms_;
    Epoch justified_;
    Epoch finalized_;
    struct Reached {
        Slot slot;
        Weight weight;
    };
    std::map<ValidatorIndex, Reached> reached_; ///< the highest slot each validator voted in, ours or a later one
    Weight total_;                              ///< of all validators, as of the last vote
    Weight here_;                               ///< of those in `reached_`
    std::optional<std::uint64_t> quorum_ms_;    ///< P2: when that was a quorum
    Slot others_;                               ///< P3: what a third has reached
};

} // namespace quoin::engine
