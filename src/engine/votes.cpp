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

void Engine::Core::take(const Origin& origin, const SingleAttestation& attestation, std::optional<Slot> list_of) {
    const AttestationData& data = attestation.data;
    if (attestations_.holds(attestation.validator, data) ||
        attestations_.votes_of(attestation.validator, data.target.epoch) >= votes_per_epoch_max ||
        !is_of_use_now(origin, data, attestation)) {
        return;
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
    if (const Result<void> valid = check_vote(data); !valid) {
        blame(origin, valid.fault());
        return suspect(attestation);
    }
    const BlockTree::Entry* head = tree_.find(data.head);
    if (!head->state) {
        return; // a head so old that its state was let go: no vote worth replaying for
    }
    const SealedState state = advanced_.in_era_of(data.head, head->state, data.slot);
    const SharedCommittees committees = committees_.of(*state, spec(), data.target.epoch);
    if (committees == nullptr) {
        return;
    }
    auto check = transition::check_of(*chain_, *state, *committees, attestation);
    if (!check) {
        return blame(origin, check.fault());
    }
    if (verify(PendingVote{origin, attestation, list_of}, {std::move(*check)}) && list_of) {
        ++list_votes_waiting_;
    }
}

/// False for a vote that is malformed, too early or too old; `message` is what carries it.
bool Engine::Core::is_of_use_now(const Origin& origin, const AttestationData& data, const Message& message) {
    if (const Result<void> sound = transition::check_attestation_data(spec(), data); !sound) {
        blame(origin, sound.fault());
        return false;
    }
    if (data.slot > current_slot() && pacemaker_.is_too_early(data.slot, now_ms_)) {
        blame(origin, {Reason::future_slot, "data.slot", "the attestation's slot has not started"});
        return false;
    }
    if (data.slot > current_slot() && spec().pacing == Pacing::timer) {
        waiting_.hold_until(data.slot, origin, message);
        return false;
    }
    const Slot included_first = std::max(current_slot(), data.slot) + 1;
    return transition::is_in_window(spec(), data.slot, included_first) && data.target.epoch >= tree_.finalized().epoch;
}

/// A vote that can count for nothing may still be the second half of an offence: who has voted otherwise in this epoch
/// signs for it, if it is his.
void Engine::Core::suspect(const SingleAttestation& attestation) {
    const BlockTree::Entry* head = tree_.find(head_.root);
    if (attestations_.votes_of(attestation.validator, attestation.data.target.epoch) == 0 || head == nullptr ||
        !head->state) {
        return;
    }
    if (auto check = transition::check_by_index(*chain_, *head->state, attestation)) {
        verify(PendingSuspect{attestation}, {std::move(*check)});
    }
}

void Engine::Core::finish(const PendingSuspect& pending, bool valid) {
    if (valid) {
        IndexedAttestation indexed{{}, pending.attestation.data, pending.attestation.signature};
        indexed.validators.push_back(pending.attestation.validator);
        witness(std::move(indexed));
    }
}

/// What the tree alone says of a vote for a known head: the head is not after the slot, the target lies on its chain,
/// and so does the source.
Result<void> Engine::Core::check_vote(const AttestationData& data) const {
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
    const bool is_of_list = pending.list_of == current_slot();
    take_verdict(pending, valid);
    if (is_of_list && --list_votes_waiting_ == 0) {
        update_head();
        attest_to_proposal();
    }
}

void Engine::Core::take_verdict(const PendingVote& pending, bool valid) {
    if (!valid) {
        return blame(pending.origin, {Reason::bad_signature, "signature", "the attestation's signature is wrong"});
    }
    if (!tree_.contains(pending.attestation.data.head)) {
        return; // finality has passed it meanwhile
    }
    emit(Broadcast{pending.attestation, pending.origin.peer});
    const AttestationData& data = pending.attestation.data;
    if (accept_vote(pending.attestation) && pending.list_of == current_slot() && may_count(data.slot)) {
        tree_.blocks().vote(pending.attestation.validator, data.head, data.target.epoch);
    }
    if (pending.origin.submission) {
        emit(Answer{*pending.origin.submission, {Root{}}});
    }
}

/// Counts a verified vote everywhere it counts.
bool Engine::Core::accept_vote(const SingleAttestation& attestation) {
    if (!attestations_.add(attestation)) {
        return false;
    }
    announce(AttestationSeen{attestation});
    count_verified({attestation.validator}, attestation.data, attestation.signature);
    return true;
}

/// For the fork choice, the tracker and as evidence. `voters` ascend.
void Engine::Core::count_verified(std::vector<ValidatorIndex> voters, const AttestationData& data,
                                  const ValidatorSignature& signature) {
    IndexedAttestation indexed{{}, data, signature};
    for (const ValidatorIndex voter : voters) {
        indexed.validators.push_back(voter);
        count_latest(voter, data);
    }
    witness(std::move(indexed));
    const BlockTree::Entry* head = tree_.find(data.head);
    if (head == nullptr || !head->state) {
        return;
    }
    const SealedState state = advanced_.in_era_of(data.head, head->state, data.slot);
    if (const EraSets* sets = sets_of(*state, era_of(spec(), data.target.epoch))) {
        for (const ValidatorIndex voter : voters) {
            pacemaker_.note_vote(voter, data.slot, *sets, now_ms_);
        }
        act_on(tracker_.add({std::move(voters), data, signature, weights_of(*sets)}));
    }
}

/// Every verified vote is compared with those seen before: with the latest at once, with all within the evidence window
/// by the slasher.
void Engine::Core::witness(IndexedAttestation indexed) {
    const auto shared = std::make_shared<const IndexedAttestation>(std::move(indexed));
    emit(Witness{shared});
    for (AttesterSlashing& evidence : detector_.see(shared)) {
        add_evidence(std::move(evidence));
    }
}

void Engine::Core::witness(const SignedBlockHeader& header) {
    emit(Witness{header});
    if (auto evidence = detector_.see(header)) {
        add_evidence(std::move(*evidence));
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

} // namespace quoin::engine
