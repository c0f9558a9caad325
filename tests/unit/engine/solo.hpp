#pragma once

#include <quoin/engine/engine.hpp>
#include <quoin/transition/build.hpp>
#include <quoin/transition/signatures.hpp>
#include <quoin/transition/transition.hpp>
#include <quoin/types/clock.hpp>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <vector>

namespace quoin::engine::test {

/// One engine and doubles for all that stands around it: signatures are judged and made at once, disks and ledger take
/// everything. What it says and asks for is kept for the test to look at.
class Solo {
public:
    Solo(std::shared_ptr<const Chain> chain, std::vector<ValidatorKey> keys) : chain_(std::move(chain)) {
        const transition::GenesisResult genesis = transition::make_genesis(*chain_);
        engine_ =
            std::make_unique<Engine>(chain_, Settings{std::move(keys), {}}, scheme_,
                                     Anchor{{Epoch{}, genesis.block_root}, genesis.block_root, Slot{}, genesis.state});
    }

    /// Called with each effect, in order, before it is performed.
    std::function<void(const Effect&)> on_effect;

    void step(std::uint64_t now_ms, Input input) { perform(now_ms, engine_->step(now_ms, std::move(input))); }
    void receive(std::uint64_t now_ms, const PeerId& from, const Message& message) {
        step(now_ms, Received{from, message});
    }
    void run_slots(std::uint64_t slots) {
        std::uint64_t now_ms = chain_->genesis.time_ms - 1;
        const std::uint64_t end_ms = chain_->genesis.time_ms + slots * chain_->spec().slot_ms;
        while (now_ms < end_ms) {
            step(now_ms, Tick{});
            now_ms = engine_->next_wakeup_ms();
        }
    }

    SharedSnapshot view() { return engine_->snapshot(); }

    std::vector<SingleAttestation> votes; ///< of its own
    std::vector<SignedBlock> blocks;      ///< of its own
    std::vector<RequestBlocks> requests;

private:
    void perform(std::uint64_t now_ms, Effects effects) {
        std::deque<Input> inputs;
        for (Effect& effect : effects) {
            if (on_effect) {
                on_effect(effect);
            }
            if (auto* verify = std::get_if<Verify>(&effect)) {
                inputs.emplace_back(Verified{verify->id, scheme_.verify(verify->checks, Root{})});
            } else if (auto* sign = std::get_if<Sign>(&effect)) {
                inputs.emplace_back(Signed{sign->id, crypto::FastDouble::sign(sign->key, root_of(*sign))});
            } else if (auto* broadcast = std::get_if<Broadcast>(&effect)) {
                keep_own(*broadcast);
            } else if (auto* request = std::get_if<RequestBlocks>(&effect)) {
                requests.push_back(*request);
            }
        }
        for (Input& input : inputs) {
            step(now_ms, std::move(input));
        }
    }

    void keep_own(const Broadcast& broadcast) {
        const auto* vote = std::get_if<SingleAttestation>(&broadcast.message);
        const auto* proposal = std::get_if<Proposal>(&broadcast.message);
        if (vote != nullptr && !broadcast.except) {
            votes.push_back(*vote);
        } else if (proposal != nullptr && !broadcast.except) {
            blocks.push_back(proposal->block);
        }
    }

    Root root_of(const Sign& sign) const {
        if (const auto* proposal = std::get_if<ProposalIntent>(&sign.intent)) {
            return transition::proposal_signing_root(*chain_, proposal->header);
        }
        if (const auto* attestation = std::get_if<AttestationIntent>(&sign.intent)) {
            return transition::attestation_signing_root(*chain_, attestation->data);
        }
        if (const auto* gathered = std::get_if<AggregateIntent>(&sign.intent)) {
            return transition::aggregate_signing_root(*chain_, gathered->aggregate);
        }
        return transition::randao_signing_root(*chain_, std::get<RandaoIntent>(sign.intent).slot);
    }

    std::shared_ptr<const Chain> chain_;
    crypto::FastDouble scheme_;
    std::unique_ptr<Engine> engine_;
};

/// Writes blocks and votes for whoever is on duty, by keys of the fast double.
class Author {
public:
    explicit Author(std::shared_ptr<const Chain> chain) : chain_(std::move(chain)) {
        const transition::GenesisResult genesis = transition::make_genesis(*chain_);
        genesis_ = genesis.block_root;
        states_.emplace(genesis_, genesis.state);
    }

    const Root& genesis() const { return genesis_; }
    static Root root_of(const SignedBlock& block) { return hash_tree_root(header_of(block.message)); }

    ValidatorIndex proposer(const Root& parent, Slot slot) const {
        BlockEffects ignored;
        return proposer_of(transition::advance(*chain_, *states_.at(parent), slot, ignored), chain_->spec(), slot);
    }

    SignedBlock block(const Root& parent, Slot slot, std::uint64_t now_ms = 0, std::uint8_t graffiti = 0) {
        transition::BlockInputs inputs;
        inputs.slot = slot;
        inputs.proposer = proposer(parent, slot);
        inputs.now_ms = now_ms;
        inputs.graffiti[0] = graffiti;
        const ValidatorKey key = key_of(inputs.proposer);
        inputs.randao_reveal = crypto::FastDouble::sign(key, transition::randao_signing_root(*chain_, slot));
        transition::Built built = *transition::build_block(*chain_, *states_.at(parent), std::move(inputs));
        const Root signing_root = transition::proposal_signing_root(*chain_, header_of(built.block));
        states_.emplace(built.applied.block_root, built.applied.state);
        return {std::move(built.block), crypto::FastDouble::sign(key, signing_root)};
    }

    /// For a block of its own slot, with genesis as source.
    SingleAttestation vote(ValidatorIndex voter, const SignedBlock& block) const {
        const Slot slot = block.message.slot;
        const Root head = root_of(block);
        const AttestationData data{slot, head, {Epoch{}, genesis_}, {epoch_of(chain_->spec(), slot), head}};
        const Root signing_root = transition::attestation_signing_root(*chain_, data);
        return {voter, data, crypto::FastDouble::sign(key_of(voter), signing_root)};
    }

private:
    const ValidatorKey& key_of(ValidatorIndex validator) const {
        return chain_->genesis.validators[validator.value].public_key;
    }

    std::shared_ptr<const Chain> chain_;
    Root genesis_;
    std::map<Root, SealedState> states_; ///< post-states
};

} // namespace quoin::engine::test
