#pragma once

#include <quoin/types/numbers.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

/// Min-max spans: whether a vote surrounds, or is surrounded by, any vote of its validator in a long window, in a few
/// reads and writes instead of a comparison with every vote. Each validator has two distances for every epoch e:
///
/// SP1  `nearest(e)` is T - e for the lowest target T among the recorded votes with a source above e; 0 when none is. A
///      vote (s, t) with s + nearest(s) < t surrounds the vote with that target.
/// SP2  `farthest(e)` is T - e for the highest target T among the recorded votes with source < e < target; 0 when none
///      is. A vote (s, t) with s + farthest(s) > t is surrounded by the vote with that target.
/// SP3  as e rises, neither the lowest target nor, up to the end of its vote, the highest one falls: recording may stop
///      at the first entry that is as good already.
/// SP4  epochs below the window's first are neither read nor written, and a source below it counts as the first: a vote
///      is compared with all whose source is above the first epoch, and with some at it.
/// SP5  of one target epoch a validator has one recorded vote, the first seen: another is a double vote anyway.
namespace quoin::slashing {

/// The distances of 256 validators in 16 epochs: what is loaded and stored as one. A chunk that was never stored is all
/// zero.
struct SpanChunk {
    static constexpr std::uint64_t validators = 256;
    static constexpr std::uint64_t epochs = 16;

    using Distances = std::array<std::uint16_t, validators * epochs>; ///< epoch by epoch
    Distances nearest{};
    Distances farthest{};

    static constexpr std::size_t index(ValidatorIndex validator, Epoch epoch) {
        return static_cast<std::size_t>(epoch.value % epochs * validators + validator.value % validators);
    }
    static constexpr std::uint64_t group_of(ValidatorIndex validator) { return validator.value / validators; }
    static constexpr std::uint64_t period_of(Epoch epoch) { return epoch.value / epochs; }

    bool operator==(const SpanChunk&) const = default;
};

/// The chunks of the group of validators that is being worked on, by period of 16 epochs.
class SpanChunks {
public:
    virtual ~SpanChunks() = default;
    virtual const SpanChunk& read(std::uint64_t period) = 0;
    virtual SpanChunk& write(std::uint64_t period) = 0;
};

/// A validator's vote as the spans know it; its source is not above its target.
struct SpanVote {
    ValidatorIndex validator;
    Epoch source;
    Epoch target;
};

/// Targets of recorded votes that a vote makes an E2 with: the lowest that it surrounds, the highest that surrounds it.
struct SpanConflicts {
    std::optional<Epoch> surrounded;
    std::optional<Epoch> surrounding;

    bool operator==(const SpanConflicts&) const = default;
};

/// Compares a vote with all that were recorded; `first` is the window's first epoch (SP4).
SpanConflicts span_conflicts(SpanChunks& chunks, const SpanVote& vote, Epoch first);

/// Records a vote. The window is at most 65,535 epochs long.
void record_span(SpanChunks& chunks, const SpanVote& vote, Epoch first);

} // namespace quoin::slashing
