#include "era.hpp"
#include "sets.hpp"

#include <quoin/base/mutant.hpp>
#include <quoin/codec/ssz.hpp>
#include <quoin/finality/justification.hpp>
#include <quoin/staking/era.hpp>
#include <quoin/transition/transition.hpp>

namespace quoin::transition {

namespace {

/// Until the slot after a block is processed its header cannot hold the root of the state that holds the header.
BlockHeader completed_header(const State& state) {
    BlockHeader header = state.latest_block_header;
    if (header.state_root.is_zero()) {
        header.state_root = root_of(state);
    }
    return header;
}

/// Genesis is justified and finalized, and only now has a root.
void anchor_genesis(State& state, const Root& genesis_block_root) {
    const Checkpoint genesis{Epoch{}, genesis_block_root};
    state.finalized = genesis;
    state.justified = genesis;
    state.recent_justified[0] = genesis;
}

void pass_slot(const Chain& chain, State& state, BlockEffects& effects) {
    const Root block_root = latest_block_root(state);
    if (state.slot == Slot{}) {
        anchor_genesis(state, block_root);
    }
    state.block_roots.set(state.slot.value % state.block_roots.size(), block_root);
    ++state.slot;
    if (is_era_start(chain.spec(), state.slot)) {
        process_era(state, chain.spec(), effects);
    }
    const Epoch epoch = epoch_of(chain.spec(), state.slot);
    if (state.slot == first_slot_of(chain.spec(), epoch)) {
        finality::advance_epoch(state, chain.spec(), epoch);
    }
}

} // namespace

GenesisResult make_genesis(const Chain& chain) {
    State state;
    BlockEffects effects;
    state.genesis_root = chain.genesis_root;
    state.fork_version = chain.genesis.fork_version;
    state.latest_block_header.time_ms = chain.genesis.time_ms;
    state.latest_block_header.body_root = hash_tree_root(BlockBody{});
    state.block_roots.resize(block_roots_kept(chain.spec()));
    state.recent_justified.push_back({});
    state.mixes.fill(chain.genesis_root);
    staking::Books books{state, chain.spec(), effects};
    staking::open_ledger(books, chain.genesis);
    open_genesis_sets(state, chain.spec());
    finality::advance_epoch(state, chain.spec(), Epoch{});
    const Result<void> sound = staking::check_books(state, chain.spec());
    QUOIN_ASSERT(sound.ok(), "L1 to L7 hold at genesis");

    GenesisResult result;
    result.header = state.latest_block_header;
    result.state = share_sealed(std::move(state));
    result.header.state_root = root_of(*result.state);
    result.block_root = hash_tree_root(result.header);
    result.effects = std::move(effects);
    return result;
}

State advance(const Chain& chain, const State& from, Slot to, BlockEffects& effects) {
    QUOIN_ASSERT(from.slot <= to, "a state advances forwards");
    State state = from;
    if (from.slot < to) {
        state.latest_block_header = completed_header(from);
    }
    if (is_planted(Mutant::reward_paid_again_on_replay) && is_era_start(chain.spec(), from.slot)) {
        staking::Books books{state, chain.spec(), effects};
        staking::settle_era(books, staking::Roll{state}, era_of(chain.spec(), from.slot), false);
    }
    while (state.slot < to) {
        pass_slot(chain, state, effects);
    }
    return state;
}

Root latest_block_root(const State& state) {
    const bool is_in_ring = state.slot > state.latest_block_header.slot;
    return is_in_ring ? block_root_at(state, state.slot - 1) : hash_tree_root(completed_header(state));
}

} // namespace quoin::transition
