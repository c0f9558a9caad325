#include "core.hpp"

#include <quoin/base/mutant.hpp>
#include <quoin/finality/certificate.hpp>
#include <quoin/finality/conflict.hpp>
#include <quoin/slashing/offence.hpp>
#include <quoin/transition/evidence.hpp>
#include <quoin/types/clock.hpp>

#include <algorithm>

namespace quoin::engine {

namespace {

/// What a conflicting certificate is held against: two sides that finalize on meet within a few epochs of each other.
constexpr std::size_t certificates_kept_max = 8;

} // namespace

void Engine::Core::take(const Origin& origin, FinalityCertificate certificate) {
    const Checkpoint& finalized = certificate.finalized;
    if (origin.peer) {
        sync_.peer_finalized(*origin.peer, finalized);
    }
    if (conflicts_with_ours(certificate)) {
        return check_conflict(origin, std::move(certificate));
    }
    if (finalized.epoch <= tree_.finalized().epoch || !tree_.contains(finalized.root)) {
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
    if (pending.conflicts) {
        return say_split(pending.certificate);
    }
    finalize(pending.certificate.finalized, &pending.certificate);
}

/// Whether it finalizes, at or below our finalized epoch, another block than our chain has there. Above that epoch
/// nothing can be said: the other side sees it when it meets ours, and shows us one that we can judge.
bool Engine::Core::conflicts_with_ours(const FinalityCertificate& certificate) const {
    const Checkpoint& ours = tree_.finalized();
    const Checkpoint& theirs = certificate.finalized;
    if (theirs.epoch >= ours.epoch) {
        return theirs.epoch == ours.epoch && theirs != ours;
    }
    const auto own = tree_.finalized_at(theirs.epoch);
    return theirs.epoch > split_at_ && own && *own != theirs;
}

void Engine::Core::check_conflict(const Origin& origin, FinalityCertificate certificate) {
    const BlockTree::Entry* head = tree_.find(head_.root);
    if (certificate.finalized.epoch <= split_at_ || head == nullptr || !head->state) {
        return;
    }
    finality::CertificateContext context = finality::context_of(*head->state, spec());
    context.roots_must_match = false; // since the fork its sets may have become others
    if (auto checks = finality::certificate_checks(certificate, context)) {
        verify(PendingCertificate{origin, std::move(certificate), true}, std::move(*checks));
    }
}

/// Both sides of a split cannot have a certificate unless a third of the stake broke the rules (PROTOCOL section 3,
/// theorem): who did is in the certificates. We keep what is final here, slash them here, and go on.
void Engine::Core::say_split(const FinalityCertificate& theirs) {
    const BlockTree::Entry* head = tree_.find(head_.root);
    if (theirs.finalized.epoch <= split_at_ || head == nullptr || !head->state) {
        return;
    }
    split_at_ = theirs.finalized.epoch;
    finality::VoteGroups ours;
    for (const FinalityCertificate& certificate : certificates_) {
        const finality::VoteGroups votes = finality::votes_of(certificate);
        ours.insert(ours.end(), votes.begin(), votes.end());
    }
    finality::Conflict conflict =
        finality::conflict_between(ours, finality::votes_of(theirs), current_sets(*head->state),
                                   [](const AttestationData& first, const AttestationData& second) {
                                       return slashing::offence_of(first, second).has_value();
                                   });
    announce(AccountableSplit{tree_.finalized(), theirs.finalized});
    for (AttesterSlashing& evidence : conflict.evidence) {
        if (transition::check_effective(*head->state, spec(), evidence)) {
            add_evidence(std::move(evidence));
        }
    }
    for (const CertificateGroup* votes : finality::votes_of(theirs)) {
        witness(finality::indexed(*votes)); // against votes that are in no certificate of ours
    }
    show_ours(theirs.finalized.epoch);
}

/// Whoever has finalized less cannot tell that our newest certificate conflicts with its own: it gets one that it can
/// hold against what it has.
void Engine::Core::show_ours(Epoch their_epoch) {
    const auto ours =
        std::find_if(certificates_.begin(), certificates_.end(), [&](const FinalityCertificate& certificate) {
            return certificate.finalized.epoch <= their_epoch;
        });
    if (ours != certificates_.end()) {
        emit(Broadcast{*ours, {}});
    }
}

void Engine::Core::act_on(const std::vector<finality::TrackerEvent>& events) {
    for (const finality::TrackerEvent& event : events) {
        if (const auto* justified = std::get_if<finality::Justified>(&event)) {
            announce(JustifiedMoved{justified->checkpoint});
            learn_justified(justified->checkpoint);
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

/// A justified checkpoint may end the slot (PROTOCOL H3, responsive pacing).
void Engine::Core::learn_justified(const Checkpoint& checkpoint) {
    pacemaker_.note_justified(checkpoint.epoch);
    if (is_planted(Mutant::lock_moves_at_any_time)) {
        tree_.consider_lock(checkpoint);
        tree_.move_lock();
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
        certificates_.push_front(*certificate);
        if (certificates_.size() > certificates_kept_max) {
            certificates_.pop_back();
        }
        const bool is_told_first = is_planted(Mutant::certificate_told_before_it_is_durable);
        if (is_told_first) {
            emit(Broadcast{*certificate, {}});
        }
        emit(Certify{*certificate, slot});
        if (!is_told_first) {
            emit(Broadcast{*certificate, {}});
        }
    }
    learn_justified(checkpoint);
    pacemaker_.note_finalized(checkpoint.epoch);
    bring_into_view(checkpoint.root);
    const bool moved = tree_.finalize(checkpoint);
    QUOIN_ASSERT(moved, "E2 finalized moves forward on its own chain");
    tracker_.note_finalized(checkpoint);
    tracker_.prune(checkpoint.epoch);
    waiting_.drop_below(slot);
    std::erase_if(hidden_, [this](const auto& entry) { return !tree_.contains(entry.first); });
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

} // namespace quoin::engine
