#include "core.hpp"

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

/// A head far behind is no ground to vote on, and a vote on it is lost for its epoch.
bool Engine::Core::may_do_duties() const {
    if (own_keys_.empty() || current_slot_ == Slot{0} || sync_.is_behind(where_we_stand())) {
        return false;
    }
    const bool from_the_start = slot_at(spec(), chain_->genesis.time_ms, started_ms_) <= Slot{1};
    return from_the_start || sync_.has_peers() || now_ms_ >= started_ms_ + start_grace_ms;
}

void Engine::Core::do_duties() {
    if (!may_do_duties()) {
        return;
    }
    if (proposed_ != current_slot_ && frozen_ != current_slot_) {
        propose(current_slot_);
    }
    reveal_ahead(current_slot_ + 1);
    if (now_ms_ >= slot_start(current_slot_) + slot_part_ms(spec().attestation_due_bps)) {
        attest(current_slot_);
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

/// H5: at the slot's start, on the head of the full view.
void Engine::Core::propose(Slot slot) {
    proposed_ = slot;
    const BlockTree::Entry* head = tree_.find(head_.root);
    if (head == nullptr || !head->state || head_.slot >= slot) {
        return;
    }
    const SealedState state = advanced_.get(head_.root, head->state, slot);
    const ValidatorIndex proposer = proposer_of(*state, spec(), slot);
    const ValidatorKey key = state->validators[proposer.value].public_key;
    if (!is_ours(key) || transition::slot_is_void(*state, spec(), slot)) {
        return;
    }
    const auto reveal = reveals_.find({slot, key});
    if (reveal == reveals_.end()) {
        ask_to_sign(key, RevealAsked{slot});
        return;
    }
    propose_on(slot, proposer, key, reveal->second);
}

void Engine::Core::propose_on(Slot slot, ValidatorIndex proposer, const ValidatorKey& key,
                              const ValidatorSignature& reveal) {
    const BlockTree::Entry* head = tree_.find(head_.root);
    const SealedState state = advanced_.get(head_.root, head->state, slot);
    transition::BlockInputs inputs;
    inputs.slot = slot;
    inputs.proposer = proposer;
    inputs.randao_reveal = reveal;
    inputs.graffiti = settings_.graffiti;
    inputs.proposer_slashings = evidence_of_kind<ProposerSlashing>(spec().max_proposer_slashings_per_block);
    inputs.attester_slashings = evidence_of_kind<AttesterSlashing>(spec().max_attester_slashings_per_block);
    inputs.attestations = attestations_.pack(*state, spec());
    inputs.transactions = mempool_.select(*state, spec().max_transactions_per_block);
    auto built = transition::build_on_advanced(*chain_, *state, {}, std::move(inputs));
    if (!built) {
        announce(DutyMissed{key, slot, "proposal", "no block could be built"});
        return;
    }
    ask_to_sign(key, ProposalAsked{std::move(built->block), built->applied.state});
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
    if (!target || !source) {
        return;
    }
    const AttestationData data{slot, head_.root, *source, *target};
    for (const ValidatorIndex validator : attesters_of(*state, spec(), slot)) {
        const Validator& attester = state->validators[validator.value];
        if (is_ours(attester.public_key) && !attester.slashed) {
            ask_to_sign(attester.public_key, VoteAsked{validator, data});
        }
    }
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
        sign.intent = ProposalIntent{header_of(proposal->block)};
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
    if (duty.slot < current_slot_) {
        return;
    }
    reveals_.emplace(std::pair{duty.slot, key}, *signature);
    if (duty.slot == current_slot_ && proposed_ == current_slot_ && frozen_ != current_slot_) {
        propose(current_slot_);
    }
}

void Engine::Core::finish(const ProposalAsked& duty, const ValidatorKey& key,
                          const std::optional<ValidatorSignature>& signature) {
    if (!signature) {
        announce(DutyMissed{key, duty.block.slot, "proposal", "not signed"});
        return;
    }
    const auto block = std::make_shared<const SignedBlock>(SignedBlock{duty.block, *signature});
    const Root root = hash_tree_root(header_of(duty.block));
    if (tree_.contains(root) || !tree_.contains(duty.block.parent_root)) {
        return;
    }
    emit(PersistBlock{root, block});
    emit(Broadcast{*block, {}});
    add_to_tree(root, block, duty.post_state);
    announce(BlockSeen{duty.block.slot, root, duty.block.proposer_index});
    detector_.see(header_of(*block));
    after_import(root, duty.block.slot == current_slot_ && frozen_ != current_slot_);
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
