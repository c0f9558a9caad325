#pragma once

#include <quoin/staking/books.hpp>
#include <quoin/transition/build.hpp>

#include <gtest/gtest.h>
#include <support/sample_genesis.hpp>

#include <functional>
#include <vector>

namespace quoin::transition::test {

using namespace quoin::test;

/// One chain, block by block, with every block built, applied again from its parent, and audited. Votes are cast for
/// the newest block at the end of each slot and wait for the next block. Signatures are empty: nothing here reads them.
class Walk {
public:
    using Voters = std::function<bool(ValidatorIndex)>;

    explicit Walk(std::uint64_t validators = 4, const Spec& spec = sample_spec())
        : Walk(sample_chain(validators, spec)) {}

    explicit Walk(Chain start) : chain(std::move(start)) {
        GenesisResult genesis = make_genesis(chain);
        state = genesis.state;
        head = genesis.block_root;
        effects = std::move(genesis.effects);
    }

    const Spec& spec() const { return chain.spec(); }
    Epoch epoch() const { return epoch_of(spec(), slot); }

    /// Who votes from now on; everybody at first.
    void let_vote(Voters voters) { voters_ = std::move(voters); }

    /// The next slot, with a block if its proposer is there, and the votes of the slot.
    void step(bool with_block = true) {
        ++slot;
        if (with_block && !slot_is_void(advanced(), spec(), slot)) {
            extend(inputs());
        }
        vote();
    }
    void steps(std::uint64_t count) {
        for (std::uint64_t i = 0; i < count; ++i) {
            step();
        }
    }
    void run_to(Slot until) {
        while (slot < until) {
            step();
        }
    }

    /// The state at the current slot without a block in it, or after it.
    State advanced() const { return advanced_to(slot); }
    State advanced_to(Slot to) const {
        BlockEffects ignored;
        return to <= state->slot ? *state : advance(chain, *state, to, ignored);
    }

    BlockInputs inputs() {
        BlockInputs inputs;
        inputs.slot = slot;
        inputs.proposer = proposer_of(advanced(), spec(), slot);
        inputs.randao_reveal[0] = static_cast<std::uint8_t>(slot.value);
        inputs.randao_reveal[1] = static_cast<std::uint8_t>(inputs.proposer.value);
        inputs.attestations = pool;
        inputs.transactions = std::move(transactions);
        inputs.proposer_slashings = std::move(proposer_slashings);
        inputs.attester_slashings = std::move(attester_slashings);
        transactions.clear();
        proposer_slashings.clear();
        attester_slashings.clear();
        return inputs;
    }

    /// Builds a block, applies it again from its parent and checks that both agree and that the books are sound.
    void extend(BlockInputs inputs) {
        const Root parent_root = hash_tree_root(*state);
        Result<Built> built = build_block(chain, *state, std::move(inputs));
        ASSERT_TRUE(built) << built.fault().text();
        block = {built->block, {}};
        const Result<Applied> applied = apply_block(chain, *state, block);
        ASSERT_TRUE(applied) << applied.fault().text();
        ASSERT_EQ(applied->block_root, built->applied.block_root);
        ASSERT_EQ(applied->effects, built->applied.effects);
        ASSERT_EQ(*applied->state, *built->applied.state);
        ASSERT_EQ(hash_tree_root(*state), parent_root) << "applying a block changed its parent's state";
        const Result<void> sound = staking::check_books(*applied->state, spec());
        ASSERT_TRUE(sound) << sound.fault().text();
        parent = state;
        state = applied->state;
        head = applied->block_root;
        effects = applied->effects;
    }

    /// What an honest member of the slot's committee signs whose head is the newest block.
    AttestationData honest_data() const { return data_for(advanced_to(slot + 1)); }

    /// An attestation of the slot by those members of its committee who pass.
    Attestation attestation(const Voters& voters) const {
        const State next = advanced_to(slot + 1);
        Attestation attestation;
        attestation.data = data_for(next);
        const std::vector<ValidatorIndex> committee = attesters_of(state_of_slot(next), spec(), slot);
        attestation.bits.resize(committee.size());
        for (std::size_t i = 0; i < committee.size(); ++i) {
            attestation.bits.set(i, voters(committee[i]));
        }
        return attestation;
    }

    void vote() {
        std::erase_if(pool, [this](const Attestation& old) {
            return old.data.slot.value + (spec().inclusion_window_epochs + 1) * spec().slots_per_epoch < slot.value;
        });
        const State next = advanced_to(slot + 1);
        const Attestation cast = attestation(
            [&](ValidatorIndex validator) { return voters_(validator) && !next.validators[validator.value].slashed; });
        if (cast.bits.any() && cast.data.source.epoch < cast.data.target.epoch) {
            pool.push_back(cast);
        }
    }

    Chain chain;
    Slot slot;
    SealedState state;    ///< after the newest block
    SealedState parent;   ///< before it
    Root head;            ///< root of the newest block
    SignedBlock block;    ///< the newest
    BlockEffects effects; ///< of the newest block
    std::vector<Attestation> pool;
    std::vector<SignedTransaction> transactions; ///< for the next block
    std::vector<ProposerSlashing> proposer_slashings;
    std::vector<AttesterSlashing> attester_slashings;

private:
    AttestationData data_for(const State& next) const {
        AttestationData data;
        data.slot = slot;
        data.head = head;
        data.target = checkpoint_at(next, spec(), epoch());
        for (const Checkpoint& justified : next.recent_justified) {
            if (justified.epoch < data.target.epoch) {
                data.source = justified;
            }
        }
        return data;
    }

    /// The committee is that of the slot's own era even when the next slot begins another.
    State state_of_slot(const State& next) const {
        return sets_of(next, era_of(spec(), slot)) != nullptr ? next : advanced();
    }

    Voters voters_ = [](ValidatorIndex) { return true; };
};

} // namespace quoin::transition::test
