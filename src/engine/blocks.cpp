#include "core.hpp"

#include <quoin/codec/ssz.hpp>
#include <quoin/transition/signatures.hpp>
#include <quoin/transition/transition.hpp>
#include <quoin/types/clock.hpp>

namespace quoin::engine {

namespace {

/// Blocks of one proposer and slot beyond these are not looked at: two are evidence enough.
constexpr std::size_t proposals_per_slot_max = 2;

} // namespace

void Engine::Core::take(const Origin& origin, SignedBlock block) {
    const Root root = hash_tree_root(header_of(block.message));
    const auto shared = std::make_shared<const SignedBlock>(std::move(block));
    if (hold_back(origin, root, shared)) {
        return;
    }
    check_block({origin, root, shared, nullptr});
}

/// True when the block needs no work now: known, refused before, too old, too early, or without its parent.
bool Engine::Core::hold_back(const Origin& origin, const Root& root, const SharedBlock& block) {
    const Block& message = block->message;
    if (tree_.contains(root) || refused_blocks_.contains(root) || message.slot <= tree_.blocks().anchor().slot) {
        return true;
    }
    if (const Result<void> sound = transition::check_block_alone(*chain_, *block); !sound) {
        blame(origin, sound.fault());
        return true;
    }
    if (message.slot > current_slot_) {
        const std::uint64_t early_ms = std::min(limits.early_message_ms_max, spec().slot_ms / 4);
        if (slot_start(message.slot) > now_ms_ + early_ms) {
            blame(origin, {Reason::future_slot, "message.slot", "the block's slot has not started"});
        } else {
            waiting_.hold_until(message.slot, origin, *block);
        }
        return true;
    }
    if (!tree_.contains(message.parent_root)) {
        if (refused_blocks_.contains(message.parent_root)) {
            blame(origin, {Reason::unknown_parent, "message.parent_root", "the parent was refused"});
        } else if (waiting_.hold_block_for(message.parent_root, origin, block) && origin.peer) {
            if (auto request = sync_.request_parent(now_ms_, *origin.peer, message.parent_root)) {
                emit(std::move(*request));
            }
        }
        return true;
    }
    return tree_.count_of(message.slot, message.proposer_index) >= proposals_per_slot_max;
}

/// The cheap checks. A state is computed for a block only when it is the expected one (its state is at hand) or its
/// proposer's signature was verified.
void Engine::Core::check_block(PendingBlock pending) {
    const Block& message = pending.block->message;
    const SealedState parent = state_or_load(message.parent_root, pending.origin, pending.block);
    if (!parent) {
        return;
    }
    const Result<void> proposer = transition::check_proposer(*chain_, *parent, message.slot, message.proposer_index);
    if (!proposer) {
        return refuse_block(pending, proposer.fault());
    }
    if (pending.origin.from_sync || advanced_.has(message.parent_root, message.slot)) {
        return check_block_signatures(std::move(pending));
    }
    const auto check = transition::check_of(*chain_, *parent, header_of(*pending.block));
    if (!check) {
        return refuse_block(pending, check.fault());
    }
    verify(std::move(pending), {*check});
}

void Engine::Core::check_block_signatures(PendingBlock pending) {
    const Block& message = pending.block->message;
    const SealedState parent = state_or_load(message.parent_root, pending.origin, pending.block);
    if (!parent) {
        return;
    }
    pending.advanced = advanced_.get(message.parent_root, parent, message.slot);
    const Result<void> proposer =
        transition::check_proposer(*chain_, *pending.advanced, message.slot, message.proposer_index);
    if (!proposer) {
        return refuse_block(pending, proposer.fault());
    }
    auto checks =
        transition::block_checks(*chain_, *pending.advanced, *pending.block, [&](const Attestation& attestation) {
            return is_sum_of_verified(*pending.advanced, attestation);
        });
    if (!checks) {
        return refuse_block(pending, checks.fault());
    }
    verify(std::move(pending), std::move(*checks));
}

bool Engine::Core::is_sum_of_verified(const State& advanced, const Attestation& attestation) const {
    return attestations_.is_sum_of_verified(attestation, attesters_of(advanced, spec(), attestation.data.slot));
}

/// `valid` has the verdict on the proposer's signature first.
void Engine::Core::finish(PendingBlock pending, const std::vector<std::uint8_t>& valid) {
    if (!valid.empty() && valid.front() != 0) {
        // The proposer signed it: half of a P1, however wrong the rest may be.
        if (const auto evidence = detector_.see(header_of(*pending.block))) {
            add_evidence(*evidence);
        }
    }
    if (!all_valid(valid)) {
        return refuse_block(pending, {Reason::bad_signature, "", "a signature of the block is wrong"});
    }
    if (!pending.advanced) {
        return check_block_signatures(std::move(pending));
    }
    if (tree_.contains(pending.root) || !tree_.contains(pending.block->message.parent_root)) {
        sync_import_running_ = sync_import_running_ && !pending.origin.from_sync;
        return; // imported meanwhile by another way, or passed by finality
    }
    import(pending);
}

void Engine::Core::import(const PendingBlock& pending) {
    const auto applied = transition::apply_to_advanced(*chain_, *pending.advanced, {}, *pending.block);
    if (!applied) {
        return refuse_block(pending, applied.fault());
    }
    QUOIN_ASSERT(applied->block_root == pending.root, "a block's root is its header's");
    emit(PersistBlock{pending.root, pending.block});
    if (!pending.origin.from_sync) {
        emit(Broadcast{*pending.block, pending.origin.peer});
    }
    add_to_tree(pending.root, pending.block, applied->state);
    announce(BlockSeen{pending.block->message.slot, pending.root, pending.block->message.proposer_index});
    if (pending.origin.from_sync) {
        sync_import_running_ = false;
    }
    const bool is_timely = pending.block->message.slot == current_slot_ && frozen_ != current_slot_;
    after_import(pending.root, is_timely);
}

void Engine::Core::add_to_tree(const Root& root, const SharedBlock& block, SealedState state) {
    tree_.add(root, block, state);
    count_block_votes(*block, *state);
    tree_.consider_lock(state->justified);
    act_on(tracker_.note_justified(state->justified));
    if (state->finalized.epoch > tree_.finalized().epoch) {
        finalize(state->finalized, nullptr);
    }
}

/// The votes that a block carries count for the fork choice, the tracker and as evidence, as if they had come alone.
void Engine::Core::count_block_votes(const SignedBlock& block, const State& state) {
    for (const Attestation& attestation : block.message.body.attestations) {
        const std::vector<ValidatorIndex> attesters = attesters_of(state, spec(), attestation.data.slot);
        IndexedAttestation indexed{{}, attestation.data, attestation.signature};
        attestation.bits.for_each_set([&](std::size_t i) {
            indexed.validators.push_back(attesters[i]);
            tree_.blocks().vote(attesters[i], attestation.data.head, attestation.data.target.epoch);
        });
        std::sort(indexed.validators.begin(), indexed.validators.end());
        if (const EraSets* sets = sets_of(state, era_of(spec(), attestation.data.target.epoch));
            sets != nullptr && tree_.contains(attestation.data.target.root)) {
            act_on(
                tracker_.add({indexed.validators.items(), attestation.data, attestation.signature, weights_of(*sets)}));
        }
        const auto shared = std::make_shared<const IndexedAttestation>(std::move(indexed));
        for (AttesterSlashing& evidence : detector_.see(shared)) {
            add_evidence(std::move(evidence));
        }
    }
}

void Engine::Core::after_import(const Root& root, bool is_timely) {
    if (is_timely) {
        timely_proposal_ = Tip{current_slot_, root};
        if (spec().slots_per_epoch == 1) {
            tree_.move_lock(); // H4: the lock moves through the slot's proposal
        }
    }
    update_head();
    if (is_timely && head_.root == root) {
        attest(current_slot_); // H3: when a valid block of the slot arrives
    }
    release_waiting_for(root);
}

void Engine::Core::release_waiting_for(const Root& root) {
    for (WaitingRoom::Held& held : waiting_.release_block(root)) {
        receive(held.origin, std::move(held.message));
    }
}

void Engine::Core::refuse_block(const PendingBlock& pending, const Fault& fault) {
    // A wrong signature says nothing of the root: the same block may come with the right one.
    if (fault.reason != Reason::bad_signature) {
        if (refused_blocks_.size() >= limits.orphans_max) {
            refused_blocks_.clear();
        }
        refused_blocks_.insert(pending.root);
    }
    waiting_.drop(pending.root);
    blame(pending.origin, fault);
    if (pending.origin.from_sync) {
        sync_.drop_line();
        sync_import_running_ = false;
    }
}

void Engine::Core::import_next_synced() {
    while (!sync_import_running_) {
        auto next = sync_.next_block();
        if (!next) {
            return;
        }
        const Origin origin{next->peer, {}, true};
        const Root root = hash_tree_root(header_of(next->block.message));
        const bool is_above = next->block.message.slot > tree_.blocks().anchor().slot;
        if (next->of_range && is_above && !tree_.contains(next->block.message.parent_root)) {
            sync_.range_has_no_parent(next->peer);
            return;
        }
        const auto block = std::make_shared<const SignedBlock>(std::move(next->block));
        if (!hold_back(origin, root, block)) {
            sync_import_running_ = true;
            check_block({origin, root, block, nullptr});
        }
    }
}

/// The post-state of a block of the tree. Where it was let go it is replayed; when blocks for that are not in memory
/// either they are asked for, and `wanted_by` waits for them.
SealedState Engine::Core::state_or_load(const Root& root, const Origin& origin, const SharedBlock& wanted_by) {
    const BlockTree::Path path = tree_.path_to_state(root);
    std::vector<Root> missing;
    for (const Root& block : path.blocks) {
        if (!tree_.find(block)->block) {
            missing.push_back(block);
        }
    }
    if (!missing.empty()) {
        sync_import_running_ = sync_import_running_ && !origin.from_sync;
        if (wanted_by && waiting_.hold_block_for(root, origin, wanted_by)) {
            loading_.emplace(next_id_, root);
            emit(LoadBlocks{next_id_++, std::move(missing)});
        }
        return nullptr;
    }
    SealedState state = path.base;
    for (const Root& block : path.blocks) {
        auto applied = transition::apply_block(*chain_, *state, *tree_.find(block)->block);
        QUOIN_ASSERT(applied.ok(), "a block that was applied once applies again");
        state = applied->state;
        tree_.restore_state(block, state);
    }
    return state;
}

void Engine::Core::handle(BlocksLoaded input) {
    const auto loading = loading_.find(input.id);
    if (loading == loading_.end()) {
        return;
    }
    const Root wanted = loading->second;
    loading_.erase(loading);
    for (SignedBlock& block : input.blocks) {
        const Root root = hash_tree_root(header_of(block.message));
        tree_.restore_block(root, std::make_shared<const SignedBlock>(std::move(block)));
    }
    release_waiting_for(wanted);
}

void Engine::Core::handle(Replayed input) {
    const Root root = hash_tree_root(header_of(input.block.message));
    const BlockTree::Entry* parent = tree_.find(input.block.message.parent_root);
    if (parent == nullptr || tree_.contains(root)) {
        return; // of a fork that finality has passed
    }
    const auto block = std::make_shared<const SignedBlock>(std::move(input.block));
    const SealedState state = state_or_load(block->message.parent_root, {}, block);
    if (!state) {
        return;
    }
    auto applied = transition::apply_block(*chain_, *state, *block);
    QUOIN_ASSERT(applied.ok(), "a stored block applies again");
    detector_.see(header_of(*block));
    add_to_tree(root, block, applied->state);
    tree_.move_lock(); // highest justified of any replayed post-state (LEDGER "Start")
    update_head();
}

} // namespace quoin::engine
