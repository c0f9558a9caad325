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

void Engine::Core::take(const Origin& origin, Proposal proposal) {
    const SignedBlockHeader header = header_of(proposal.block);
    const Root root = hash_tree_root(header.message);
    if (timely_proposal_ == Tip{current_slot(), root} && attested_ != current_slot()) {
        merge_list(origin, proposal.view); // another copy, perhaps with another list
    }
    const auto shared = std::make_shared<const SignedBlock>(std::move(proposal.block));
    if (hold_back(origin, root, shared)) {
        return;
    }
    check_block({origin, root, header, shared, std::move(proposal.view), nullptr});
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
    if (message.time_ms > now_ms_ + spec().block_time_drift_ms_max && !origin.from_sync) {
        blame(origin, {Reason::future_slot, "message.time_ms", "the block's time has not come"});
        return true;
    }
    if (message.slot > current_slot() && spec().pacing == Pacing::timer) {
        if (pacemaker_.is_too_early(message.slot, now_ms_)) {
            blame(origin, {Reason::future_slot, "message.slot", "the block's slot has not started"});
        } else {
            waiting_.hold_until(message.slot, origin, Proposal{*block, {}});
        }
        return true;
    }
    if (pacemaker_.is_too_early(message.slot, now_ms_) && !origin.from_sync) {
        return true; // far ahead of us: what lies between comes first
    }
    if (!tree_.contains(message.parent_root)) {
        if (refused_blocks_.contains(message.parent_root)) {
            blame(origin, {Reason::unknown_parent, "message.parent_root", "the parent was refused"});
        } else if (waiting_.hold_block_for(message.parent_root, origin, block); origin.peer) {
            if (waiting_.orphans_of(*origin.peer) > Sync::parents_one_by_one_max) {
                sync_.branch_is_unknown(*origin.peer);
            } else if (auto request = sync_.request_parent(now_ms_, *origin.peer, message.parent_root)) {
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
    const auto check = transition::check_of(*chain_, *parent, pending.header);
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
    auto checks = transition::block_checks(
        *chain_, *pending.advanced, pending.header, pending.block->message.body, committees_,
        [&](const Attestation& attestation) { return is_sum_of_verified(*pending.advanced, attestation); });
    if (!checks) {
        return refuse_block(pending, checks.fault());
    }
    verify(std::move(pending), std::move(*checks));
}

bool Engine::Core::is_sum_of_verified(const State& advanced, const Attestation& attestation) {
    const SharedCommittees committees = committees_.of(advanced, spec(), epoch_of(spec(), attestation.data.slot));
    return committees != nullptr &&
           attestations_.is_sum_of_verified(attestation, committees->attesters(attestation.data.slot));
}

/// `valid` has the verdict on the proposer's signature first.
void Engine::Core::finish(PendingBlock pending, const std::vector<std::uint8_t>& valid) {
    if (!valid.empty() && valid.front() != 0) {
        // The proposer signed it: half of a P1, however wrong the rest may be.
        witness(pending.header);
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
    const auto applied = transition::apply_to_advanced(*chain_, *pending.advanced, {}, *pending.block,
                                                       pending.header.message.body_root, committees_);
    if (!applied) {
        return refuse_block(pending, applied.fault());
    }
    QUOIN_ASSERT(applied->block_root == pending.root, "a block's root is its header's");
    emit(PersistBlock{pending.root, pending.block});
    if (!pending.origin.from_sync) {
        emit(Broadcast{Proposal{*pending.block, verified_part(pending.view)}, pending.origin.peer});
    }
    const bool was_timely = is_timely(pending.block->message);
    add_to_tree(pending.root, pending.block, applied->state);
    announce(BlockSeen{pending.block->message.slot, pending.root, pending.block->message.proposer_index});
    if (pending.origin.from_sync) {
        sync_import_running_ = false;
    }
    if (was_timely) {
        note_proposal(pending.root);
        merge_list(pending.origin, pending.view);
    }
    after_import(pending.root);
}

/// Of a proposal's list what may be passed on: what nobody can blame us for.
ViewList Engine::Core::verified_part(const ViewList& list) const {
    ViewList verified;
    for (const SingleAttestation& vote : list) {
        if (attestations_.holds(vote.validator, vote.data)) {
            verified.push_back(vote);
        }
    }
    return verified;
}

void Engine::Core::add_to_tree(const Root& root, const SharedBlock& block, SealedState state) {
    const bool enters_view = may_enter_view(block->message);
    tree_.add(root, block, state);
    tree_.blocks().hide(root);
    hidden_.emplace(root, block->message.slot);
    if (enters_view) {
        bring_into_view(root);
    }
    count_block_votes(*block, *state);
    learn_justified(state->justified);
    act_on(tracker_.note_justified(state->justified));
    if (state->finalized.epoch > tree_.finalized().epoch) {
        finalize(state->finalized, nullptr);
    }
}

/// The votes that a block carries count for the tracker and as evidence, as if they had come alone. For the tracker
/// only those for a target of its own chain: in a leak, another branch weighs the same target's votes by other sets.
void Engine::Core::count_block_votes(const SignedBlock& block, const State& state) {
    for (const Attestation& attestation : block.message.body.attestations) {
        const AttestationData& data = attestation.data;
        const SharedCommittees committees = committees_.of(state, spec(), data.target.epoch);
        QUOIN_ASSERT(committees != nullptr, "a block's votes are of epochs that its state keeps");
        const auto attesters = committees->attesters(data.slot);
        IndexedAttestation indexed{{}, data, attestation.signature};
        attestation.bits.for_each_set([&](std::size_t i) { indexed.validators.push_back(attesters[i]); });
        std::sort(indexed.validators.begin(), indexed.validators.end());
        if (const EraSets* sets = sets_of(state, era_of(spec(), data.target.epoch));
            sets != nullptr && tree_.contains(data.target.root) &&
            checkpoint_at(state, spec(), data.target.epoch) == data.target) {
            for (const ValidatorIndex voter : indexed.validators) {
                pacemaker_.note_vote(voter, data.slot, *sets);
            }
            act_on(tracker_.add({indexed.validators.items(), data, attestation.signature, weights_of(*sets)}));
        }
        witness(std::move(indexed));
    }
}

/// H4: the lock moves through the slot's proposal.
void Engine::Core::note_proposal(const Root& root) {
    timely_proposal_ = Tip{current_slot(), root};
    if (spec().slots_per_epoch == 1) {
        tree_.move_lock();
    }
}

void Engine::Core::after_import(const Root& root) {
    update_head();
    attest_to_proposal();
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
        const SignedBlockHeader header = header_of(next->block);
        const Root root = hash_tree_root(header.message);
        const bool is_above = next->block.message.slot > tree_.blocks().anchor().slot;
        if (next->of_range && is_above && !tree_.contains(next->block.message.parent_root)) {
            sync_.range_has_no_parent(next->peer);
            return;
        }
        const auto block = std::make_shared<const SignedBlock>(std::move(next->block));
        if (!hold_back(origin, root, block)) {
            sync_import_running_ = true;
            check_block({origin, root, header, block, {}, nullptr});
        }
    }
}

/// The post-state of a block of the tree. Where it was let go it is replayed; when blocks for that are not in memory
/// either they are asked for, and `wanted_by` waits for them if given.
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
        const bool is_of_use = wanted_by ? waiting_.hold_block_for(root, origin, wanted_by) : loaded_for_ != root;
        if (is_of_use) {
            loaded_for_ = root;
            loading_.emplace(next_id_, root);
            emit(LoadBlocks{next_id_++, std::move(missing)});
        }
        return nullptr;
    }
    SealedState state = path.base;
    for (const Root& block : path.blocks) {
        auto applied = transition::apply_block(*chain_, *state, *tree_.find(block)->block, committees_);
        QUOIN_ASSERT(applied.ok(), "a block that was applied once applies again");
        state = applied->state;
        tree_.restore_state(block, state);
    }
    return state;
}

/// On a head without a state there are no duties; nobody would build on it, and so nobody would bring it back.
void Engine::Core::restore_head_state() {
    if (const BlockTree::Entry* head = tree_.find(head_.root); head != nullptr && !head->state) {
        state_or_load(head_.root, {}, nullptr);
    }
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
    auto applied = transition::apply_block(*chain_, *state, *block, committees_);
    QUOIN_ASSERT(applied.ok(), "a stored block applies again");
    witness(header_of(*block));
    add_to_tree(root, block, applied->state);
    tree_.move_lock(); // highest justified of any replayed post-state (LEDGER "Start")
    update_head();
}

} // namespace quoin::engine
