#include "forge.hpp"

#include <quoin/codec/ssz.hpp>
#include <quoin/transition/signatures.hpp>
#include <quoin/types/clock.hpp>

#include <algorithm>

namespace quoin::sim {

Forge::Forge(std::shared_ptr<const Chain> chain) : chain_(std::move(chain)) {
    const transition::GenesisResult genesis = transition::make_genesis(*chain_);
    genesis_root_ = genesis.block_root;
    states_.emplace(genesis_root_, genesis.state);
}

void Forge::show(const SignedBlock& block) {
    blocks_.try_emplace(hash_tree_root(header_of(block.message)), std::make_shared<const SignedBlock>(block));
}

std::shared_ptr<const SignedBlock> Forge::block(const Root& root) const {
    const auto found = blocks_.find(root);
    return found == blocks_.end() ? nullptr : found->second;
}

SealedState Forge::post_state(const Root& root) {
    std::vector<Root> missing;
    Root at = root;
    while (!states_.contains(at)) {
        const auto block = blocks_.find(at);
        if (block == blocks_.end()) {
            return nullptr;
        }
        missing.push_back(at);
        at = block->second->message.parent_root;
    }
    SealedState state = states_.at(at);
    for (auto next = missing.rbegin(); next != missing.rend(); ++next) {
        auto applied = transition::apply_block(*chain_, *state, *blocks_.at(*next));
        if (!applied) {
            return nullptr;
        }
        state = applied->state;
        states_.emplace(*next, state);
    }
    return state;
}

SealedState Forge::state_at(const Root& root, Slot slot) {
    const SealedState state = post_state(root);
    if (state == nullptr || state->slot >= slot) {
        return state;
    }
    BlockEffects effects;
    return share_between_blocks(transition::advance(*chain_, *state, slot, effects));
}

std::optional<ValidatorIndex> Forge::proposer(const Root& parent, Slot slot) {
    const SealedState state = state_at(parent, slot);
    return state == nullptr ? std::nullopt : std::optional{proposer_of(*state, chain_->spec(), slot)};
}

std::vector<ValidatorIndex> Forge::attesters(const Root& head, Slot slot) {
    const SealedState state = state_at(head, slot);
    return state == nullptr ? std::vector<ValidatorIndex>{} : attesters_of(*state, chain_->spec(), slot);
}

std::optional<AttestationData> Forge::honest_vote(const Root& head, Slot slot) {
    // The slot after: then the chain knows its own checkpoint of the slot's epoch.
    const SealedState state = state_at(head, slot + 1);
    if (state == nullptr) {
        return std::nullopt;
    }
    const Epoch epoch = epoch_of(chain_->spec(), slot);
    const SealedState after_head = state_at(head, Slot{1});
    std::optional<Checkpoint> source;
    for (const Checkpoint& justified : after_head->recent_justified) {
        if (justified.epoch < epoch) {
            source = justified;
        }
    }
    if (!source) {
        return std::nullopt;
    }
    return AttestationData{slot, head, *source, checkpoint_at(*state, chain_->spec(), epoch)};
}

const ValidatorKey& Forge::key(ValidatorIndex validator) const {
    return chain_->genesis.validators[validator.value].public_key;
}

SingleAttestation Forge::sign(ValidatorIndex validator, const AttestationData& data) const {
    return {validator, data,
            crypto::FastDouble::sign(key(validator), transition::attestation_signing_root(*chain_, data))};
}

SignedBlock Forge::sign(Block block) const {
    const Root root = transition::proposal_signing_root(*chain_, header_of(block));
    const ValidatorSignature signature = crypto::FastDouble::sign(key(block.proposer_index), root);
    return {std::move(block), signature};
}

SignedAggregate Forge::sign(Aggregate aggregate) const {
    const Root root = transition::aggregate_signing_root(*chain_, aggregate);
    const ValidatorSignature signature = crypto::FastDouble::sign(key(aggregate.aggregator), root);
    return {std::move(aggregate), signature};
}

ValidatorSignature Forge::reveal(ValidatorIndex validator, Slot slot) const {
    return crypto::FastDouble::sign(key(validator), transition::randao_signing_root(*chain_, slot));
}

std::optional<Attestation> Forge::attestation(const Root& head, const AttestationData& data,
                                              const std::vector<ValidatorIndex>& validators) {
    const std::vector<ValidatorIndex> on_duty = attesters(head, data.slot);
    Attestation attestation;
    attestation.data = data;
    attestation.bits = decltype(attestation.bits)(on_duty.size());
    std::vector<ValidatorSignature> signatures;
    for (std::size_t i = 0; i < on_duty.size(); ++i) {
        if (std::find(validators.begin(), validators.end(), on_duty[i]) != validators.end()) {
            attestation.bits.set(i, true);
            signatures.push_back(sign(on_duty[i], data).signature);
        }
    }
    if (signatures.empty()) {
        return std::nullopt;
    }
    attestation.signature = *scheme_.aggregate(signatures);
    return attestation;
}

Result<SignedBlock> Forge::build(const Root& parent, Slot slot, std::vector<Attestation> attestations,
                                 std::uint8_t graffiti) {
    transition::BlockInputs inputs;
    inputs.attestations = std::move(attestations);
    inputs.graffiti[0] = graffiti;
    return build(parent, slot, std::move(inputs));
}

Result<SignedBlock> Forge::build(const Root& parent, Slot slot, transition::BlockInputs inputs) {
    const SealedState state = post_state(parent);
    if (state == nullptr) {
        return Fault{Reason::unknown_parent, "", "the parent was never shown"};
    }
    inputs.slot = slot;
    inputs.proposer = *proposer(parent, slot);
    inputs.randao_reveal = reveal(inputs.proposer, slot);
    auto built = transition::build_block(*chain_, *state, std::move(inputs));
    if (!built) {
        return built.fault();
    }
    SignedBlock block = sign(std::move(built->block));
    show(block);
    return block;
}

SignedBlock Forge::twin(const SignedBlock& block) {
    const BlockBody& body = block.message.body;
    transition::BlockInputs inputs;
    inputs.graffiti = body.graffiti;
    inputs.graffiti[0] ^= 1;
    inputs.proposer_slashings = body.proposer_slashings.items();
    inputs.attester_slashings = body.attester_slashings.items();
    inputs.attestations = body.attestations.items();
    inputs.transactions = body.transactions.items();
    if (auto valid = build(block.message.parent_root, block.message.slot, std::move(inputs))) {
        return std::move(*valid);
    }
    Block other = block.message;
    other.body.graffiti[0] ^= 1;
    return sign(std::move(other));
}

} // namespace quoin::sim
