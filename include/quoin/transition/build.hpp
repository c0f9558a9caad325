#pragma once

#include <quoin/transition/transition.hpp>

#include <vector>

namespace quoin::transition {

/// What a proposer has to choose from. Everything is taken as verified; order is kept.
struct BlockInputs {
    Slot slot;
    ValidatorIndex proposer;
    std::uint64_t now_ms = 0; ///< the block's time under responsive pacing
    ValidatorSignature randao_reveal;
    Bytes<32> graffiti;
    std::vector<ProposerSlashing> proposer_slashings;
    std::vector<AttesterSlashing> attester_slashings;
    std::vector<Attestation> attestations;       ///< in the order they shall stand: ascending target epoch (H5)
    std::vector<SignedTransaction> transactions; ///< best first, nonces of one sender ascending
};

struct Built {
    Block block;        ///< with its state root; to be signed
    BlockHeader header; ///< the block's
    Applied applied;
};

/// Packs a block on the parent's post-state. Evidence that slashes nobody, attestations without a new voter or not
/// includable at their point, and transactions that would make the block invalid are left out; so is what goes beyond
/// the limits of counts, block space and bytes. `wrong_proposer` when `proposer` may not propose in the slot.
Result<Built> build_block(const Chain& chain, const State& parent, BlockInputs inputs);

/// As `build_block`, for the parent's state already advanced to the slot.
Result<Built> build_on_advanced(const Chain& chain, State advanced, BlockEffects effects, BlockInputs inputs,
                                CommitteeCache& committees);

} // namespace quoin::transition
