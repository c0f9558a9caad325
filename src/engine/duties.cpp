#include "core.hpp"

#include <quoin/base/mutant.hpp>
#include <quoin/codec/ssz.hpp>
#include <quoin/transition/build.hpp>
#include <quoin/types/clock.hpp>

namespace quoin::engine {

namespace {

/// A node that comes to a running chain waits this long for a peer before it acts on what it has.
constexpr std::uint64_t start_grace_ms = 2'000;

} // namespace

bool Engine::Core::is_ours(const ValidatorKey& key) const {
    return own_keys_.contains(key);
}

/// A head far behind is no ground to vote on, and a vote on it is lost for its epoch. In the epoch that a node comes
/// back in it does nothing: should its signing database be an old copy, that is the one epoch it could vote twice in.
bool Engine::Core::may_do_duties() const {
    if (own_keys_.empty() || current_slot() == Slot{0} || sync_.is_behind(where_we_stand())) {
        return false;
    }
    if (first_slot_ > Slot{1} && current_epoch() <= epoch_of(spec(), first_slot_)) {
        return false;
    }
    return first_slot_ <= Slot{1} || sync_.has_peers() || now_ms_ >= started_ms_ + start_grace_ms;
}

void Engine::Core::do_duties() {
    const bool votes_are_due = now_ms_ >= pacemaker_.due_ms(spec().attestation_due_bps);
    if (may_do_duties()) {
        if (proposed_ != current_slot() && frozen_ != current_slot()) {
            propose(current_slot());
        }
        reveal_ahead(current_slot() + 1);
        if (votes_are_due) {
            attest(current_slot());
        }
    }
    if (votes_are_due) {
        open_view();
    }
    if (now_ms_ >= pacemaker_.due_ms(spec().aggregate_due_bps)) {
        aggregate(current_slot());
    }
}

/// The RANDAO reveal of a slot of ours is signed a slot ahead, so that the proposal does not wait for it.
void Engine::Core::reveal_ahead(Slot slot) {
    const BlockTree::Entry* head = tree_.find(head_.root);
    if (revealed_ahead_ == slot || head == nullptr || !head->state ||
        era_of(spec(), slot) > era_of(spec(), head->state->slot) + 1) {
        return;
    }
    revealed_ahead_ = slot;
    const ValidatorKey& key = head->state->validators[proposer_of(*head->state, spec(), slot).value].public_key;
    if (is_ours(key) && !reveals_.contains({slot, key})) {
        ask_to_sign(key, RevealAsked{slot});
    }
}

/// Who proposes in the slot on our head, when that is a validator of ours.
std::optional<std::pair<ValidatorIndex, ValidatorKey>> Engine::Core::own_proposer(Slot slot) {
    const BlockTree::Entry* head = tree_.find(head_.root);
    if (head == nullptr || !head->state || head_.slot >= slot) {
        return std::nullopt;
    }
    const SealedState state = advanced_.get(head_.root, head->state, slot);
    const ValidatorIndex proposer = proposer_of(*state, spec(), slot);
    const ValidatorKey& key = state->validators[proposer.value].public_key;
    if (!is_ours(key) || transition::slot_is_void(*state, spec(), slot)) {
        return std::nullopt;
    }
    return std::pair{proposer, key};
}

/// H5: at the slot's start, on the head of the full view.
void Engine::Core::propose(Slot slot) {
    proposed_ = slot;
    if (!own_proposer(slot)) {
        return;
    }
    take_in_what_waits();
    const auto own = own_proposer(slot); // the full view may have another head
    if (!own) {
        return;
    }
    const auto& [proposer, key] = *own;
    const auto reveal = reveals_.find({slot, key});
    if (reveal == reveals_.end()) {
        ask_to_sign(key, RevealAsked{slot});
        return;
    }
    propose_on(slot, proposer, key, reveal->second);
}

/// What our view holds and our chain does not (PROTOCOL section 4, "View-merge").
ViewList Engine::Core::view_list(const State& post_state) const {
    ViewList list;
    if (spec().view_merge) {
        for (SingleAttestation& vote : attestations_.not_in_chain(post_state, spec())) {
            list.push_back(std::move(vote));
        }
    }
    return list;
}

void Engine::Core::propose_on(Slot slot, ValidatorIndex proposer, const ValidatorKey& key,
                              const ValidatorSignature& reveal) {
    const BlockTree::Entry* head = tree_.find(head_.root);
    const SealedState state = advanced_.get(head_.root, head->state, slot);
    transition::BlockInputs inputs;
    inputs.slot = slot;
    inputs.now_ms = now_ms_;
    inputs.proposer = proposer;
    inputs.randao_reveal = reveal;
    inputs.graffiti = settings_.graffiti;
    inputs.proposer_slashings = evidence_of_kind<ProposerSlashing>(spec().max_proposer_slashings_per_block);
    inputs.attester_slashings = evidence_of_kind<AttesterSlashing>(spec().max_attester_slashings_per_block);
    inputs.attestations = attestations_.pack(*state, spec(), committees_);
    inputs.transactions = mempool_.select(*state, spec().max_transactions_per_block);
    auto built = transition::build_on_advanced(*chain_, *state, {}, std::move(inputs), committees_);
    if (!built) {
        announce(DutyMissed{key, slot, "proposal", "no block could be built"});
        return;
    }
    ask_to_sign(key, ProposalAsked{std::move(built->block), built->header, built->applied.state});
}

/// H1, H3: one attestation an epoch by each validator of ours on duty in the slot.
void Engine::Core::attest(Slot slot) {
    const BlockTree::Entry* head = tree_.find(head_.root);
    if (attested_ == slot || !may_do_duties() || head == nullptr || !head->state || head_.slot > slot) {
        return;
    }
    attested_ = slot;
    const SealedState state = advanced_.in_era_of(head_.root, advanced_past_genesis(head_.root, head->state), slot);
    const Epoch epoch = epoch_of(spec(), slot);
    const auto target = tree_.blocks().checkpoint_of(spec(), head_.root, epoch);
    std::optional<Checkpoint> source;
    for (const Checkpoint& justified : state->recent_justified) {
        if (justified.epoch < epoch) {
            source = justified;
        }
    }
    if (is_planted(Mutant::source_from_the_view) && tracker_.highest_justified().epoch < epoch) {
        source = tracker_.highest_justified();
    }
    if (!target || !source) {
        return;
    }
    const AttestationData data{slot, head_.root, *source, *target};
    own_vote_ = data;
    const SharedCommittees committees = committees_.of(*state, spec(), epoch);
    if (committees == nullptr) {
        return;
    }
    for (const ValidatorIndex validator : committees->attesters(slot)) {
        const Validator& attester = state->validators[validator.value];
        if (is_ours(attester.public_key) && !attester.slashed) {
            ask_to_sign(attester.public_key, VoteAsked{validator, data});
        }
    }
    open_view();
}

/// The genesis state does not know its own root; the first slot writes it in.
SealedState Engine::Core::advanced_past_genesis(const Root& root, const SealedState& state) {
    return state->slot == Slot{0} ? advanced_.get(root, state, Slot{1}) : state;
}

void Engine::Core::ask_to_sign(const ValidatorKey& key, DutyAsked duty) {
    const std::uint64_t id = next_id_++;
    Sign sign{id, key, {}};
    if (const auto* reveal = std::get_if<RevealAsked>(&duty)) {
        sign.intent = RandaoIntent{reveal->slot};
    } else if (const auto* proposal = std::get_if<ProposalAsked>(&duty)) {
        sign.intent = ProposalIntent{proposal->header};
    } else if (const auto* gathered = std::get_if<AggregateAsked>(&duty)) {
        sign.intent = AggregateIntent{gathered->aggregate};
    } else {
        sign.intent = AttestationIntent{std::get<VoteAsked>(duty).data};
    }
    asked_to_sign_.emplace(id, std::pair{key, std::move(duty)});
    emit(std::move(sign));
}

void Engine::Core::finish(const RevealAsked& duty, const ValidatorKey& key,
                          const std::optional<ValidatorSignature>& signature) {
    if (!signature) {
        announce(DutyMissed{key, duty.slot, "randao", "not signed"});
        return;
    }
    if (duty.slot < current_slot()) {
        return;
    }
    reveals_.emplace(std::pair{duty.slot, key}, *signature);
    if (duty.slot == current_slot() && proposed_ == current_slot() && frozen_ != current_slot()) {
        propose(current_slot());
    }
}

void Engine::Core::finish(const ProposalAsked& duty, const ValidatorKey& key,
                          const std::optional<ValidatorSignature>& signature) {
    if (!signature) {
        announce(DutyMissed{key, duty.block.slot, "proposal", "not signed"});
        return;
    }
    const auto block = std::make_shared<const SignedBlock>(SignedBlock{duty.block, *signature});
    const Root root = hash_tree_root(duty.header);
    if (tree_.contains(root) || !tree_.contains(duty.block.parent_root)) {
        return;
    }
    emit(PersistBlock{root, block});
    emit(Broadcast{Proposal{*block, view_list(*duty.post_state)}, {}});
    const bool was_timely = is_timely(duty.block);
    add_to_tree(root, block, duty.post_state);
    announce(BlockSeen{duty.block.slot, root, duty.block.proposer_index});
    witness({duty.header, *signature});
    if (was_timely) {
        note_proposal(root);
    }
    after_import(root);
}

void Engine::Core::finish(const VoteAsked& duty, const ValidatorKey& key,
                          const std::optional<ValidatorSignature>& signature) {
    if (!signature) {
        announce(DutyMissed{key, duty.data.slot, "attestation", "not signed"});
        return;
    }
    const SingleAttestation attestation{duty.validator, duty.data, *signature};
    emit(Broadcast{attestation, {}});
    accept_vote(attestation);
}

} // namespace quoin::engine
