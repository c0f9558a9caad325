#pragma once

#include <quoin/types/committees.hpp>
#include <quoin/types/genesis.hpp>
#include <quoin/types/state.hpp>

#include <vector>

namespace quoin::transition {

/// What shows in the data alone: target epoch of its slot, source below target, from slot 1 on (PROTOCOL section 2).
Result<void> check_attestation_data(const Spec& spec, const AttestationData& data);

/// True while an attestation of `slot` may still enter a block of `block_slot`: s < b and epoch(s) + K > epoch(b).
bool is_in_window(const Spec& spec, Slot slot, Slot block_slot);

/// Section 3, "Includable", for a block of the slot that `state` was advanced to, at the point of the block that
/// `state` has reached: the duty positions (as `OpenEpoch::voted` counts them) of voters that are new. Never empty;
/// otherwise the fault says which condition fails.
Result<std::vector<std::uint64_t>> new_voters(const State& state, const Spec& spec, CommitteeCache& committees,
                                              const Attestation& attestation);

} // namespace quoin::transition
