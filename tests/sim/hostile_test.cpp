#include "world.hpp"

#include <quoin/codec/ssz.hpp>
#include <quoin/transition/signatures.hpp>
#include <quoin/types/clock.hpp>

#include <gtest/gtest.h>

// What a peer may throw at an engine: each message is refused for the sender's account, and finality goes on.

namespace quoin::sim {

using namespace engine;

namespace {

class Hostile : public testing::Test {
protected:
    Hostile() : world_(4, 0, 1) { world_.run_slots(20); }

    const VirtualNode& victim() const { return world_.node(0); }
    const ValidatorKey& key(std::size_t validator) const {
        return world_.chain().genesis.validators[validator].public_key;
    }

    /// An honest vote of the current slot by validator 3, whose own node is gagged.
    SingleAttestation vote() {
        const auto view = victim().view();
        AttestationData data;
        data.slot = view->head.slot;
        data.head = view->head.root;
        data.target = {epoch_of(world_.chain().spec(), view->head.slot), view->head.root};
        data.source = view->head_state->justified;
        return {ValidatorIndex{3}, data, {}};
    }

    SingleAttestation signed_by_3(SingleAttestation attestation) {
        attestation.signature =
            crypto::FastDouble::sign(key(3), transition::attestation_signing_root(world_.chain(), attestation.data));
        return attestation;
    }

    /// The next block that honest node 1 would have got from the head's proposer, still to be spoiled.
    SignedBlock block() const {
        const auto view = victim().view();
        return *view->tree->back().block;
    }

    SignedBlock resigned(SignedBlock block) const {
        block.signature =
            crypto::FastDouble::sign(key(block.message.proposer_index.value),
                                     transition::proposal_signing_root(world_.chain(), header_of(block.message)));
        return block;
    }

    /// What node 0 finds fault with when `message` comes from a peer.
    std::vector<Reason> faults_with(const Message& message) {
        const std::size_t before = victim().blamed.size();
        world_.inject(0, message);
        std::vector<Reason> reasons;
        for (std::size_t i = before; i < victim().blamed.size(); ++i) {
            reasons.push_back(victim().blamed[i].second.reason);
        }
        return reasons;
    }

    void expect_that_finality_goes_on() {
        world_.run_slots(10);
        EXPECT_GE(victim().view()->certified.epoch.value + 3, world_.slot().value);
    }

    World world_;
};

using Reasons = std::vector<Reason>;

} // namespace

TEST_F(Hostile, a_vote_with_a_wrong_signature_is_blamed) {
    world_.split({{0, 1, 2}});
    world_.run_slots(1);
    EXPECT_EQ(faults_with(vote()), Reasons{Reason::bad_signature});
    EXPECT_EQ(faults_with(signed_by_3(vote())), Reasons{});
    expect_that_finality_goes_on();
}

TEST_F(Hostile, votes_with_impossible_checkpoints_are_blamed_before_any_signature_is_verified) {
    world_.split({{0, 1, 2}});
    world_.run_slots(1);
    SingleAttestation target = vote();
    target.data.target.root[0] ^= 1;
    EXPECT_EQ(faults_with(target), Reasons{Reason::target_not_on_chain});
    SingleAttestation source = vote();
    source.data.source.root[0] ^= 1;
    EXPECT_EQ(faults_with(source), Reasons{Reason::source_not_justified});
    SingleAttestation equal = vote();
    equal.data.source = equal.data.target;
    EXPECT_EQ(faults_with(equal).size(), 1u);
    SingleAttestation epoch = vote();
    epoch.data.target.epoch = epoch.data.target.epoch + 1;
    EXPECT_EQ(faults_with(epoch).size(), 1u);
    SingleAttestation nobody = vote();
    nobody.validator = ValidatorIndex{77};
    EXPECT_EQ(faults_with(nobody).size(), 1u);
    expect_that_finality_goes_on();
}

TEST_F(Hostile, votes_from_the_far_future_are_blamed_and_from_the_far_past_ignored) {
    SingleAttestation future = vote();
    future.data.slot = world_.slot() + 1'000;
    future.data.target.epoch = epoch_of(world_.chain().spec(), future.data.slot);
    EXPECT_EQ(faults_with(future), Reasons{Reason::future_slot});
    world_.run_slots(60);
    SingleAttestation past = vote();
    past.data.slot = Slot{2};
    past.data.target.epoch = Epoch{2};
    past.data.source.epoch = Epoch{1};
    EXPECT_EQ(faults_with(past), Reasons{});
    expect_that_finality_goes_on();
}

TEST_F(Hostile, spoiled_blocks_are_blamed_each_for_its_reason) {
    SignedBlock unsigned_block = block();
    unsigned_block.message.body.graffiti[0] ^= 1;
    EXPECT_EQ(faults_with(unsigned_block), Reasons{Reason::bad_signature});

    SignedBlock future = block();
    future.message.slot = future.message.slot + 20;
    future.message.time_ms += 20 * world_.chain().spec().slot_ms;
    EXPECT_EQ(faults_with(resigned(future)), Reasons{Reason::future_slot});

    SignedBlock usurped = block();
    usurped.message.proposer_index = ValidatorIndex{(usurped.message.proposer_index.value + 1) % 4};
    EXPECT_EQ(faults_with(resigned(usurped)), Reasons{Reason::wrong_proposer});

    SignedBlock clock = block();
    clock.message.time_ms += 1;
    EXPECT_EQ(faults_with(resigned(clock)), Reasons{Reason::wrong_time});
    expect_that_finality_goes_on();
}

TEST_F(Hostile, a_block_with_a_wrong_state_root_convicts_its_proposer) {
    SignedBlock wrong = block();
    wrong.message.state_root[0] ^= 1;
    EXPECT_EQ(faults_with(resigned(wrong)), Reasons{Reason::wrong_state_root});
    EXPECT_FALSE(victim().view()->pending_evidence.empty()) << "two headers of one proposer for one slot";
    EXPECT_EQ(faults_with(resigned(wrong)), Reasons{}) << "what was refused once costs no second look";
}

TEST_F(Hostile, endless_orphans_stay_within_their_bound) {
    for (std::uint64_t i = 0; i < 3 * limits.orphans_max; ++i) {
        SignedBlock orphan = block();
        orphan.message.parent_root[0] ^= static_cast<std::uint8_t>(1 + i % 255);
        orphan.message.parent_root[1] ^= static_cast<std::uint8_t>(i / 255);
        world_.inject(0, orphan);
    }
    for (const auto& queue : victim().queue_depths()) {
        EXPECT_TRUE(queue.limit == 0 || queue.size <= queue.limit) << queue.name;
    }
    expect_that_finality_goes_on();
}

TEST_F(Hostile, a_certificate_that_was_touched_is_refused) {
    world_.split({{0, 1, 2}, {3}});
    world_.run_slots(3);
    const FinalityCertificate good = world_.node(1).disk().certificates.back();
    ASSERT_FALSE(good.link.empty());

    world_.heal();
    FinalityCertificate thin = good;
    thin.finalized = {good.finalized.epoch + 50, good.finalized.root};
    EXPECT_TRUE(faults_with(thin).size() <= 1);
    EXPECT_NE(victim().view()->certified, thin.finalized);
    expect_that_finality_goes_on();
}

TEST_F(Hostile, a_double_proposal_is_slashed_though_its_slot_is_not_in_the_ledger_yet) {
    world_.set_delay_ms(1, 1);
    while (victim().view()->head.slot != world_.slot() || block().message.proposer_index == ValidatorIndex{0}) {
        world_.run_slots(1);
        world_.run_ms(1); // the slot's block is here, the votes that finalize its parent are on their way
    }
    SignedBlock other = block();
    other.message.body.graffiti[0] ^= 1;
    world_.split({{0}, {1}, {2}, {3}}); // what node 0 can tell nobody, it must remember itself
    const Slot ledger_before = victim().view()->finalized.slot;
    world_.inject(0, resigned(other));
    ASSERT_EQ(victim().view()->pending_evidence.size(), 1u);
    world_.run_ms(100);
    ASSERT_GT(victim().view()->finalized.slot, ledger_before) << "the ledger moved, up to the slot before";
    ASSERT_LT(victim().view()->finalized.slot, other.message.slot);
    EXPECT_EQ(victim().view()->pending_evidence.size(), 1u);
    world_.heal();
    world_.run_slots(30);
    EXPECT_TRUE(victim().view()->head_state->validators[other.message.proposer_index.value].slashed.has_value());
    EXPECT_EQ(victim().view()->slashings_seen, 1u);
}

TEST_F(Hostile, evidence_of_a_slot_to_come_is_not_held_against_its_bearer) {
    AttesterSlashing early;
    SingleAttestation one = vote();
    one.data.slot = world_.slot() + 1;
    one.data.target.epoch = epoch_of(world_.chain().spec(), one.data.slot);
    SingleAttestation other = one;
    other.data.target.root[0] ^= 1;
    early.first = {{ValidatorIndex{3}}, one.data, signed_by_3(one).signature};
    early.second = {{ValidatorIndex{3}}, other.data, signed_by_3(other).signature};
    EXPECT_EQ(faults_with(Evidence{early}), Reasons{});
    world_.run_slots(12);
    EXPECT_TRUE(victim().view()->head_state->validators[3].slashed.has_value());
}

TEST_F(Hostile, evidence_that_proves_nothing_is_blamed) {
    AttesterSlashing nothing;
    const SingleAttestation honest = signed_by_3(vote());
    nothing.first.validators.push_back(ValidatorIndex{3});
    nothing.first.data = honest.data;
    nothing.first.signature = honest.signature;
    nothing.second = nothing.first;
    EXPECT_EQ(faults_with(Evidence{nothing}), Reasons{Reason::not_slashable});

    AttesterSlashing forged = nothing;
    forged.second.data.head[0] ^= 1;
    EXPECT_EQ(faults_with(Evidence{forged}), Reasons{Reason::bad_signature});
    EXPECT_TRUE(victim().view()->pending_evidence.empty());
    world_.run_slots(10);
    for (const Validator& validator : victim().view()->head_state->validators) {
        EXPECT_FALSE(validator.slashed.has_value());
    }
}

} // namespace quoin::sim
