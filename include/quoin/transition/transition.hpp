#pragma once

#include <quoin/types/committees.hpp>
#include <quoin/types/effects.hpp>
#include <quoin/types/genesis.hpp>

namespace quoin::transition {

// The rules of the chain as pure functions State -> State (PROTOCOL sections 2 to 7). Nothing here verifies a
// signature: <quoin/transition/signatures.hpp> says which signatures a block rests on. Attestation rules:
// attestations.hpp; block building: build.hpp.

struct GenesisResult {
    SealedState state;  ///< slot 0; its checkpoints have a zero root until the first slot is processed
    BlockHeader header; ///< of the genesis block, with its state root
    Root block_root;
    BlockEffects effects; ///< the genesis postings
};

/// The first state of a chain. `chain` must have passed `load_genesis` or `validate_genesis`.
///
/// A state's root depends on its checkpoints, and the genesis block's root on its state's: so the genesis state says
/// (0, zero) and `advance` to slot 1 writes (0, block_root) in its place. Read checkpoints from advanced states only.
GenesisResult make_genesis(const Chain& chain);

/// Passes the slots after `from.slot` up to and including `to` without blocks: fills in the state root of the latest
/// header, keeps the ring of block roots, opens epochs and processes eras. `to` must not be before `from.slot`. What
/// the eras did is added to `effects`. The result is not sealed.
State advance(const Chain& chain, const State& from, Slot to, BlockEffects& effects);

struct Applied {
    SealedState state; ///< post-state of the block
    Root block_root;
    BlockEffects effects; ///< of the empty slots before it and of the block
};

/// What shows in the block alone, for a refusal before any state is touched: counts, block space, slot time where a
/// timer makes the slots, the slots and epochs of attestations and transactions. Faults carry the path of the field
/// below the block, as `body.attestations[3].bits`.
Result<void> check_block_alone(const Chain& chain, const SignedBlock& block);

/// That `proposer_index` is the scheduled proposer of the slot and the slot is not void. `state` is of any slot up to
/// the block's; while that one is beyond the state's schedule (its era and the next), nothing can be said and it
/// passes.
Result<void> check_proposer(const Chain& chain, const State& state, Slot slot, ValidatorIndex proposer);

/// Everything but signatures, state root included. `parent` is the post-state of the block's parent and is not changed.
Result<Applied> apply_block(const Chain& chain, const State& parent, const SignedBlock& block,
                            CommitteeCache& committees);
Result<Applied> apply_block(const Chain& chain, const State& parent, const SignedBlock& block);

/// As `apply_block`, for the parent's state already advanced to the block's slot, with the effects of doing so.
/// `body_root` is of the block's body, as its header has it.
Result<Applied> apply_to_advanced(const Chain& chain, State advanced, BlockEffects effects, const SignedBlock& block,
                                  const Root& body_root, CommitteeCache& committees);

/// The root of the block that a state rests on: the parent of what comes next. For a post-state this hashes the state.
Root latest_block_root(const State& state);

/// True when nobody may propose in the slot: its scheduled proposer was slashed or has left (PROTOCOL section 6). As
/// `proposer_of`, for slots of the state's era and the next.
bool slot_is_void(const State& state, const Spec& spec, Slot slot);

} // namespace quoin::transition
