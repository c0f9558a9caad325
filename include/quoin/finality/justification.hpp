#pragma once

#include <quoin/types/clock.hpp>
#include <quoin/types/state.hpp>

#include <cstdint>
#include <span>

/// Which checkpoints a chain has justified and finalized, counted from the attestations its blocks include (PROTOCOL
/// section 3). Reads and writes only the finality fields of a State:
///
/// J1  `recent_justified` ascends by epoch, one for each, and its last is `justified`: the highest this chain
/// justified. J2  `finalized` never goes back; it was justified before, and is this chain's own checkpoint. J3
/// `open_epochs` ascends and holds exactly the epochs e with e + K > now that the state has entered. J4  `voted` has
/// one bit for each member of the duty set of the epoch's era; nobody is counted twice in an epoch. J5  no tally
/// outweighs its set: every weight comes from the frozen sets of the era of the target epoch. J6  `target_weight`
/// counts only votes for this chain's checkpoint with a source below it; `link_weight[k - 1]` only
///     votes whose source is this chain's checkpoint k epochs below the target, whatever their target root. There is no
///     tally by target alone from which a source could be guessed.
/// J7  what is justified or finalized stays so: both are re-evaluated after every attestation, in list order.
namespace quoin::finality {

/// A link from one justified checkpoint to the next spans at most so many epochs (PROTOCOL section 3).
inline constexpr std::uint64_t link_span_max = 3;

/// Called when the state enters `epoch`, after the era boundary if there is one there, with every epoch in turn
/// (genesis enters epoch 0): opens its tallies and drops what the inclusion window no longer reaches.
void advance_epoch(State& state, const Spec& spec, Epoch epoch);

/// Counts one included attestation, whose validity is already checked ("Includable"). `new_duty_positions` are the
/// positions in the duty set of the target epoch's era of those who had not voted in this epoch.
void count_votes(State& state, const Spec& spec, const AttestationData& data,
                 std::span<const std::uint64_t> new_duty_positions);

/// True while on-chain finality is more than `leak_after_epochs` epochs behind the state's slot (PROTOCOL section 5).
bool leak_is_active(const State& state, const Spec& spec);

} // namespace quoin::finality
