#include "core.hpp"

#include <quoin/codec/ssz.hpp>
#include <quoin/finality/certificate.hpp>
#include <quoin/transition/attestations.hpp>
#include <quoin/transition/signatures.hpp>
#include <quoin/types/clock.hpp>

namespace quoin::engine {

namespace {

/// Different votes of one validator for one epoch beyond these are not looked at: two are evidence enough.
constexpr std::size_t votes_per_epoch_max = 2;

} // namespace

void Engine::Core::take(const Origin& origin, SingleAttestation attestation) {
    const AttestationData& data = attestation.data;
    if (attestations_.holds(attestation) ||
        attestations_.votes_of(attestation.validator, data.target.epoch) >= votes_per_epoch_max) {
        return;
    }
    if (const Result<void> sound = transition::check_attestation_data(spec(), data); !sound) {
        return blame(origin, sound.fault());
    }
    if (data.slot > current_slot_) {
        const std::uint64_t early_ms = std::min(limits.early_message_ms_max, spec().slot_ms / 4);
        if (slot_start(data.slot) > now_ms_ + early_ms) {
            return blame(origin, {Reason::future_slot, "data.slot", "the attestation's slot has not started"});
        }
        waiting_.hold_until(data.slot, origin, attestation);
        return;
    }
    if (!transition::is_in_window(spec(), data.slot, current_slot_ + 1) ||
        data.target.epoch < tree_.finalized().epoch) {
        return; // too old to matter to anybody
    }
    if (!tree_.contains(data.head)) {
        if (data.slot > tree_.blocks().anchor().slot && waiting_.hold_vote_for(data.head, origin, attestation) &&
            origin.peer && !refused_blocks_.contains(data.head)) {
            if (auto request = sync_.request_parent(now_ms_, *origin.peer, data.head)) {
                emit(std::move(*request));
            }
        }
        return;
    }
    if (const Result<void> valid = check_vote(attestation); !valid) {
        return blame(origin, valid.fault());
    }
    const BlockTree::Entry* head = tree_.find(data.head);
    if (!head->state) {
        return; // a head so old that its state was let go: no vote worth replaying for
    }
    const SealedState state = advanced_.in_era_of(data.head, head->state, data.slot);
    auto check = transition::check_of(*chain_, *state, attestation);
    if (!check) {
        return blame(origin, check.fault());
    }
    verify(PendingVote{origin, attestation}, {std::move(*check)});
}

/// What the tree alone says of a vote for a known head: the head is not after the slot, the target lies on its chain,
/// and so does the source.
Result<void> Engine::Core::check_vote(const SingleAttestation& attestation) const {
    const AttestationData& data = attestation.data;
    const forkchoice::ProtoArray& blocks = tree_.blocks();
    if (blocks.find(data.head)->slot > data.slot) {
        return Fault{Reason::unknown_head, "data.head", "the head is a block of a later slot"};
    }
    const auto target = blocks.checkpoint_of(spec(), data.head, data.target.epoch);
    if (target && *target != data.target) {
        return Fault{Reason::target_not_on_chain, "data.target", "the target is not the head's checkpoint"};
    }
    const auto source = blocks.checkpoint_of(spec(), data.head, data.source.epoch);
    if (source && *source != data.source) {
        return Fault{Reason::source_not_justified, "data.source", "the source is not on the head's chain"};
    }
    if (data.source.epoch > blocks.find(data.head)->justified.epoch) {
        return Fault{Reason::source_not_justified, "data.source", "the head's chain has not justified the source"};
    }
    return {};
}

void Engine::Core::finish(PendingVote pending, bool valid) {
    if (!valid) {
        return blame(pending.origin, {Reason::bad_signature, "signature", "the attestation's signature is wrong"});
    }
    if (!tree_.contains(pending.attestation.data.head)) {
        return; // finality has passed it meanwhile
    }
    emit(Broadcast{pending.attestation, pending.origin.peer});
    accept_vote(pending.attestation);
    if (pending.origin.submission) {
        emit(Answer{*pending.origin.submission, {Root{}}});
    }
}

/// Counts a verified vote everywhere it counts.
void Engine::Core::accept_vote(const SingleAttestation& attestation) {
    const AttestationData& data = attestation.data;
    if (!attestations_.add(attestation)) {
        return;
    }
    announce(AttestationSeen{attestation});
    for (AttesterSlashing& evidence : detector_.see(attestation)) {
        add_evidence(std::move(evidence));
    }
    tree_.blocks().vote(attestation.validator, data.head, data.target.epoch);
    const BlockTree::Entry* head = tree_.find(data.head);
    if (head == nullptr || !head->state) {
        return;
    }
    const SealedState state = advanced_.in_era_of(data.head, head->state, data.slot);
    if (const EraSets* sets = sets_of(*state, era_of(spec(), data.target.epoch))) {
        act_on(tracker_.add({{attestation.validator}, data, attestation.signature, weights_of(*sets)}));
    }
}

std::shared_ptr<const finality::VoteWeights> Engine::Core::weights_of(const EraSets& sets) {
    const finality::WeightsRoots roots = finality::weights_roots_of(sets);
    for (const auto& known : vote_weights_) {
        if (known->roots == roots && known->sets.era == sets.era) {
            return known;
        }
    }
    constexpr std::size_t known_max = 8;
    vote_weights_.push_front(finality::vote_weights(sets));
    if (vote_weights_.size() > known_max) {
        vote_weights_.pop_back();
    }
    return vote_weights_.front();
}

void Engine::Core::take(const Origin& origin, FinalityCertificate certificate) {
    const Checkpoint& finalized = certificate.finalized;
    if (finalized.epoch <= tree_.finalized().epoch || !tree_.contains(finalized.root)) {
        note_conflict(certificate);
        if (origin.peer) {
            sync_.peer_finalized(*origin.peer, finalized);
        }
        return; // old news, or of blocks that are not here yet: they bring finality themselves
    }
    const BlockTree::Entry* head = tree_.find(head_.root);
    if (head == nullptr || !head->state || !tree_.blocks().is_descendant(finalized.root, head_.root)) {
        return;
    }
    auto checks = finality::certificate_checks(certificate, finality::context_of(*head->state, spec()));
    if (!checks) {
        // Sets that our head does not know yet are no fault of the sender's.
        if (checks.fault().reason != Reason::weights_mismatch) {
            blame(origin, checks.fault());
        }
        return;
    }
    verify(PendingCertificate{origin, std::move(certificate)}, std::move(*checks));
}

void Engine::Core::finish(PendingCertificate pending, bool valid) {
    if (!valid) {
        return blame(pending.origin, {Reason::bad_signature, "", "a signature of the certificate is wrong"});
    }
    finalize(pending.certificate.finalized, &pending.certificate);
}

/// Both conflicting sides cannot have a certificate unless a third of the stake broke the rules: say so, and keep ours.
void Engine::Core::note_conflict(const FinalityCertificate& certificate) {
    if (certificate.finalized.epoch == tree_.finalized().epoch && certificate.finalized != tree_.finalized()) {
        announce(AccountableSplit{tree_.finalized(), certificate.finalized});
    }
}

void Engine::Core::act_on(const std::vector<finality::TrackerEvent>& events) {
    for (const finality::TrackerEvent& event : events) {
        if (const auto* justified = std::get_if<finality::Justified>(&event)) {
            announce(JustifiedMoved{justified->checkpoint});
            continue;
        }
        const auto& finalized = std::get<finality::Finalized>(event);
        const auto certificate =
            tracker_.certificate_for(finalized, scheme_, [this](const Root& ancestor, const Root& descendant) {
                return headers_between(ancestor, descendant);
            });
        finalize(finalized.checkpoint, certificate ? &*certificate : nullptr);
    }
}

std::vector<BlockHeader> Engine::Core::headers_between(const Root& ancestor, const Root& descendant) const {
    std::vector<BlockHeader> headers;
    for (Root at = descendant; at != ancestor;) {
        const BlockTree::Entry* entry = tree_.find(at);
        if (entry == nullptr || !entry->block) {
            return {};
        }
        headers.push_back(header_of(entry->block->message));
        at = entry->block->message.parent_root;
    }
    return headers;
}

/// ARCHITECTURE "Finality, in this order": the certificate durable, then finalized moves, then the ledger takes over. A
/// finality that our own blocks show has no certificate and needs none: the blocks are durable.
void Engine::Core::finalize(const Checkpoint& checkpoint, const FinalityCertificate* certificate) {
    if (checkpoint.epoch <= tree_.finalized().epoch || !tree_.contains(checkpoint.root)) {
        return;
    }
    const SealedState state = state_or_load(checkpoint.root, {}, nullptr);
    if (!state) {
        return; // its blocks are on disk only; the next finality will find them here
    }
    const Slot slot = tree_.blocks().find(checkpoint.root)->slot;
    if (certificate != nullptr) {
        emit(Certify{*certificate, slot});
        emit(Broadcast{*certificate, {}});
    }
    const bool moved = tree_.finalize(checkpoint);
    QUOIN_ASSERT(moved, "E2 finalized moves forward on its own chain");
    tracker_.note_finalized(checkpoint);
    tracker_.prune(checkpoint.epoch);
    waiting_.drop_below(slot);
    certified_states_.emplace(checkpoint.root, state);
    if (certified_states_.size() > limits.states_max) {
        drop_oldest_certified();
    }
    emit(Finalize{checkpoint, slot});
    update_head();
}

void Engine::Core::drop_oldest_certified() {
    auto oldest = certified_states_.begin();
    for (auto kept = certified_states_.begin(); kept != certified_states_.end(); ++kept) {
        if (kept->second->slot < oldest->second->slot) {
            oldest = kept;
        }
    }
    certified_states_.erase(oldest);
}

void Engine::Core::update_head() {
    std::optional<forkchoice::Boost> boost;
    const std::uint64_t percent = spec().proposer_boost_percent;
    if (percent > 0 && timely_proposal_ && timely_proposal_->slot == current_slot_ &&
        tree_.contains(timely_proposal_->root)) {
        const BlockTree::Entry* entry = tree_.find(timely_proposal_->root);
        const std::uint64_t total = entry->state ? current_sets(*entry->state).total[0].value : 0;
        boost = {timely_proposal_->root, Weight{mul_div(total / spec().slots_per_epoch, percent, 100)}};
    }
    const Root root = tree_.head(current_epoch(), boost);
    if (root == head_.root) {
        return;
    }
    const forkchoice::ProtoArray& blocks = tree_.blocks();
    const Slot slot = blocks.find(root)->slot;
    std::uint64_t depth = 0;
    for (Root at = head_.root; blocks.contains(at) && !blocks.is_descendant(at, root); ++depth) {
        at = blocks.find(at)->parent_root;
    }
    const Root old_root = head_.root;
    head_ = {slot, root};
    const BlockTree::Entry* entry = tree_.find(root);
    const Root state_root = entry->block ? entry->block->message.state_root : Root{};
    announce(HeadChanged{slot, root, state_root, depth, old_root});
}

} // namespace quoin::engine
