#include "block_run.hpp"

#include <quoin/codec/ssz.hpp>
#include <quoin/staking/transactions.hpp>
#include <quoin/transition/attestations.hpp>

#include <string>

namespace quoin::transition {

namespace {

/// Slots that a clock in milliseconds can name.
constexpr std::uint64_t slot_max = std::uint64_t{1} << 40;

Fault fault(Reason reason, std::string path, std::string message) {
    return {reason, std::move(path), std::move(message)};
}

/// The fault of an item of a list of the body, with its place.
Fault located(const char* list, std::size_t index, const Fault& inner) {
    const std::string place = std::string{"body."} + list + "[" + std::to_string(index) + "]";
    return fault(inner.reason, inner.path.empty() ? place : place + "." + inner.path, inner.message);
}

Result<void> check_count(const char* list, std::size_t count, std::uint64_t limit) {
    if (count > limit) {
        return fault(Reason::too_many_items, std::string{"body."} + list,
                     std::to_string(count) + " where " + std::to_string(limit) + " are allowed");
    }
    return {};
}

Result<void> check_counts(const Spec& spec, const BlockBody& body) {
    for (const auto& verdict :
         {check_count("proposer_slashings", body.proposer_slashings.size(), spec.max_proposer_slashings_per_block),
          check_count("attester_slashings", body.attester_slashings.size(), spec.max_attester_slashings_per_block),
          check_count("attestations", body.attestations.size(), spec.max_attestations_per_block),
          check_count("transactions", body.transactions.size(), spec.max_transactions_per_block)}) {
        if (!verdict) {
            return verdict;
        }
    }
    return {};
}

Result<void> check_attestation(const Spec& spec, Slot block_slot, const Attestation& attestation) {
    if (auto sound = check_attestation_data(spec, attestation.data); !sound) {
        return sound;
    }
    if (!is_in_window(spec, attestation.data.slot, block_slot)) {
        return fault(Reason::outside_inclusion_window, "data.slot", "cannot be included in this slot");
    }
    if (attestation.bits.none()) {
        return fault(Reason::no_new_voter, "bits", "nobody attests");
    }
    return {};
}

Result<void> check_attestations(const Spec& spec, const Block& block) {
    for (std::size_t i = 0; i < block.body.attestations.size(); ++i) {
        if (auto sound = check_attestation(spec, block.slot, block.body.attestations[i]); !sound) {
            return located("attestations", i, sound.fault());
        }
    }
    return {};
}

Result<void> check_transactions(const Spec& spec, const Block& block) {
    std::uint64_t units = 0;
    for (std::size_t i = 0; i < block.body.transactions.size(); ++i) {
        const SignedTransaction& transaction = block.body.transactions[i];
        if (transaction.message.valid_until_slot < block.slot) {
            return located("transactions", i,
                           fault(Reason::expired, "message.valid_until_slot", "lies before the block's slot"));
        }
        units += staking::units_of(transaction);
        if (units > spec.block_units_limit) {
            return located("transactions", i, fault(Reason::too_large, "", "goes beyond the block's units"));
        }
    }
    return {};
}

/// What the block must say about the chain it stands on.
Result<void> check_place(const Chain& chain, const State& advanced, const Block& block) {
    if (advanced.latest_block_header.slot >= block.slot) {
        return fault(Reason::slot_not_increasing, "slot", "is not above the parent's");
    }
    if (block.parent_root != latest_block_root(advanced)) {
        return fault(Reason::wrong_parent, "parent_root", "is not the root of the block it is applied to");
    }
    if (block.time_ms < advanced.latest_block_header.time_ms) {
        return fault(Reason::wrong_time, "time_ms", "is before the parent's");
    }
    return check_proposer(chain, advanced, block.slot, block.proposer_index);
}

template <class List>
Result<void> take_all(BlockRun& run, const char* name, const List& items) {
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (auto taken = run.take(items[i]); !taken) {
            return located(name, i, taken.fault());
        }
    }
    return {};
}

Result<void> take_body(BlockRun& run, const BlockBody& body) {
    if (auto taken = take_all(run, "proposer_slashings", body.proposer_slashings); !taken) {
        return taken;
    }
    if (auto taken = take_all(run, "attester_slashings", body.attester_slashings); !taken) {
        return taken;
    }
    if (auto taken = take_all(run, "attestations", body.attestations); !taken) {
        return taken;
    }
    run.end_attestations();
    return take_all(run, "transactions", body.transactions);
}

} // namespace

Result<void> check_block_alone(const Chain& chain, const SignedBlock& signed_block) {
    const Block& block = signed_block.message;
    if (block.slot == Slot{} || block.slot.value > slot_max) {
        return fault(Reason::out_of_range, "slot", "no block can be of this slot");
    }
    const bool is_timed = chain.spec().pacing == Pacing::timer;
    if (is_timed && block.time_ms != slot_start_ms(chain.spec(), chain.genesis.time_ms, block.slot)) {
        return fault(Reason::wrong_time, "time_ms", "is not the start of the slot");
    }
    if (auto counted = check_counts(chain.spec(), block.body); !counted) {
        return counted;
    }
    if (auto sound = check_attestations(chain.spec(), block); !sound) {
        return sound;
    }
    return check_transactions(chain.spec(), block);
}

bool slot_is_void(const State& state, const Spec& spec, Slot slot) {
    const ValidatorIndex proposer = proposer_of(state, spec, slot);
    if (proposer.value >= state.validators.size() || state.validators[proposer.value].slashed) {
        return true;
    }
    const EraSets* sets = sets_of(state, era_of(spec, slot));
    return sets != nullptr && weight_of(*sets, proposer) == JointWeight{};
}

Result<void> check_proposer(const Chain& chain, const State& state, Slot slot, ValidatorIndex proposer) {
    const Spec& spec = chain.spec();
    if (slot < state.slot) {
        return fault(Reason::slot_not_increasing, "slot", "is below the slot of the state it comes after");
    }
    if (era_of(spec, slot) > era_of(spec, state.slot) + 1) {
        return {};
    }
    if (proposer != proposer_of(state, spec, slot)) {
        return fault(Reason::wrong_proposer, "proposer_index", "is not the one scheduled for the slot");
    }
    if (slot_is_void(state, spec, slot)) {
        return fault(Reason::wrong_proposer, "proposer_index", "is slashed or has left: the slot is void");
    }
    return {};
}

Result<Applied> apply_to_advanced(const Chain& chain, State advanced, BlockEffects effects,
                                  const SignedBlock& signed_block, const Root& body_root, CommitteeCache& committees) {
    const Block& block = signed_block.message;
    QUOIN_ASSERT(advanced.slot == block.slot, "the state was advanced to the block's slot");
    if (auto sound = check_block_alone(chain, signed_block); !sound) {
        return sound.fault();
    }
    if (auto placed = check_place(chain, advanced, block); !placed) {
        return placed.fault();
    }
    BlockRun run{chain, std::move(advanced), std::move(effects), committees};
    run.begin(block.proposer_index, block.body.randao_reveal, block.time_ms);
    if (auto taken = take_body(run, block.body); !taken) {
        return taken.fault();
    }
    Applied applied = run.finish(body_root);
    if (run.header().state_root != block.state_root) {
        return fault(Reason::wrong_state_root, "state_root", "is not the root of the state after the block");
    }
    return applied;
}

Result<Applied> apply_block(const Chain& chain, const State& parent, const SignedBlock& block) {
    CommitteeCache committees;
    return apply_block(chain, parent, block, committees);
}

Result<Applied> apply_block(const Chain& chain, const State& parent, const SignedBlock& block,
                            CommitteeCache& committees) {
    if (auto sound = check_block_alone(chain, block); !sound) {
        return sound.fault();
    }
    if (block.message.slot <= parent.slot) {
        return fault(Reason::slot_not_increasing, "slot", "is not above the parent's");
    }
    BlockEffects effects;
    State advanced = advance(chain, parent, block.message.slot, effects);
    return apply_to_advanced(chain, std::move(advanced), std::move(effects), block, hash_tree_root(block.message.body),
                             committees);
}

} // namespace quoin::transition
