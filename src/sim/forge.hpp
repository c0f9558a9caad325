#pragma once

#include <quoin/crypto/scheme.hpp>
#include <quoin/engine/message.hpp>
#include <quoin/transition/build.hpp>

#include <map>
#include <memory>
#include <optional>

namespace quoin::sim {

/// Signs anything by any key, without a guard, and builds blocks and votes on any block that was shown to it.
class Forge {
public:
    explicit Forge(std::shared_ptr<const Chain> chain);

    const Chain& chain() const { return *chain_; }

    /// Remembers a block, so that it can be built upon.
    void show(const SignedBlock& block);
    std::shared_ptr<const SignedBlock> block(const Root& root) const; ///< nullptr when never shown
    Root genesis_root() const { return genesis_root_; }

    /// The post-state of a block, from its ancestors; nullptr when one of them was never shown or is not valid.
    SealedState post_state(const Root& root);
    /// The same advanced to a later slot.
    SealedState state_at(const Root& root, Slot slot);

    std::optional<ValidatorIndex> proposer(const Root& parent, Slot slot);
    /// Those on duty in a slot, as the chain of `head` sees it.
    std::vector<ValidatorIndex> attesters(const Root& head, Slot slot);
    /// What an honest validator with this head signs in the slot; nothing when the head's state is not known.
    std::optional<AttestationData> honest_vote(const Root& head, Slot slot);

    // Signing.
    const ValidatorKey& key(ValidatorIndex validator) const;
    SingleAttestation sign(ValidatorIndex validator, const AttestationData& data) const;
    SignedBlock sign(Block block) const; ///< by its `proposer_index`
    SignedAggregate sign(Aggregate aggregate) const;
    ValidatorSignature reveal(ValidatorIndex validator, Slot slot) const;

    /// One attestation as blocks carry it, of validators who vote alike, by the chain of `head`. Who is not on duty
    /// there is left out.
    std::optional<Attestation> attestation(const Root& head, const AttestationData& data,
                                           const std::vector<ValidatorIndex>& validators);
    /// A valid block by the slot's proposer. What is not includable in `attestations` is left out.
    Result<SignedBlock> build(const Root& parent, Slot slot, std::vector<Attestation> attestations = {},
                              std::uint8_t graffiti = 0);
    /// The same, with anything of BlockInputs chosen; slot, proposer and RANDAO reveal are filled in.
    Result<SignedBlock> build(const Root& parent, Slot slot, transition::BlockInputs inputs);
    /// Another block of the same proposer, slot and parent; valid when the parent is known.
    SignedBlock twin(const SignedBlock& block);

private:
    std::shared_ptr<const Chain> chain_;
    Root genesis_root_;
    std::map<Root, std::shared_ptr<const SignedBlock>> blocks_;
    std::map<Root, SealedState> states_; ///< post-states
    crypto::FastDouble scheme_;
};

} // namespace quoin::sim
