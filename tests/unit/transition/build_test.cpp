#include "walk.hpp"

#include <quoin/staking/transactions.hpp>
#include <quoin/transition/signatures.hpp>

namespace quoin::transition::test {
namespace {

SignedTransaction transfer(const Chain& chain, std::uint64_t from, std::uint64_t nonce, std::uint64_t amount) {
    SignedTransaction transaction;
    transaction.message.payload = Transfer{account_address(9), Amount{amount}};
    transaction.message.sender = account_key(from);
    transaction.message.nonce = nonce;
    transaction.message.max_fee = Amount{10'000};
    transaction.message.valid_until_slot = Slot{1'000};
    transaction.signature =
        crypto::FastDouble::sign(account_key(from), transaction_signing_root(chain, transaction.message));
    return transaction;
}

ProposerSlashing double_proposal(std::uint64_t proposer, Slot slot) {
    BlockHeader header;
    header.slot = slot;
    header.proposer_index = ValidatorIndex{proposer};
    BlockHeader other = header;
    other.body_root[0] = 1;
    return {{header, {}}, {other, {}}};
}

TEST(Build, leaves_out_what_would_make_the_block_invalid_and_keeps_the_rest) {
    Walk walk;
    walk.run_to(Slot{10});
    ++walk.slot;
    BlockInputs inputs = walk.inputs();
    const Attestation good = inputs.attestations.back();
    Attestation unjustified = good;
    unjustified.data.source.root[0] ^= 1;
    inputs.attestations.insert(inputs.attestations.begin(), unjustified);
    inputs.attestations.push_back(good);
    inputs.transactions = {transfer(walk.chain, 5, 0, coin), transfer(walk.chain, 5, 2, coin),
                           transfer(walk.chain, 99, 0, coin), transfer(walk.chain, 5, 1, coin)};
    inputs.proposer_slashings = {ProposerSlashing{}, double_proposal(1, Slot{9}), double_proposal(1, Slot{8})};
    inputs.attester_slashings = {AttesterSlashing{}};
    // The slashed one's vote makes this attestation invalid once the evidence before it has taken effect.
    walk.extend(inputs);
    const BlockBody& body = walk.block.message.body;
    EXPECT_EQ(body.proposer_slashings.size(), 1U);
    EXPECT_TRUE(body.attester_slashings.empty());
    EXPECT_TRUE(body.attestations.empty());
    ASSERT_EQ(body.transactions.size(), 2U);
    EXPECT_EQ(body.transactions[1].message.nonce, 1U);
    EXPECT_EQ(walk.effects.slashings.size(), 1U);
}

TEST(Build, keeps_to_the_limits_of_counts_and_units) {
    Spec spec = sample_spec();
    spec.max_transactions_per_block = 3;
    Walk walk{4, spec};
    walk.run_to(Slot{2});
    for (std::uint64_t nonce = 0; nonce < 5; ++nonce) {
        walk.transactions.push_back(transfer(walk.chain, 5, nonce, coin));
    }
    walk.step();
    EXPECT_EQ(walk.block.message.body.transactions.size(), 3U);

    spec = sample_spec();
    spec.block_units_limit = 2 * staking::units_of(transfer(walk.chain, 5, 0, coin)) + 1;
    spec.block_units_target = 1;
    Walk narrow{4, spec};
    for (std::uint64_t nonce = 0; nonce < 5; ++nonce) {
        narrow.transactions.push_back(transfer(narrow.chain, 5, nonce, coin));
    }
    narrow.step();
    EXPECT_EQ(narrow.block.message.body.transactions.size(), 2U);
    EXPECT_GT(narrow.state->base_fee.value, spec.base_fee_initial);
}

TEST(Build, a_proposer_who_is_not_scheduled_gets_no_block) {
    Walk walk;
    walk.run_to(Slot{4});
    ++walk.slot;
    BlockInputs inputs = walk.inputs();
    inputs.proposer = ValidatorIndex{(inputs.proposer.value + 1) % 4};
    const Result<Built> built = build_block(walk.chain, *walk.state, inputs);
    ASSERT_FALSE(built);
    EXPECT_EQ(built.fault().reason, Reason::wrong_proposer);
}

TEST(Build, the_slot_of_a_slashed_proposer_is_void) {
    Walk walk;
    walk.run_to(Slot{4});
    const ValidatorIndex next = proposer_of(*walk.state, walk.spec(), Slot{6});
    walk.proposer_slashings = {double_proposal(next.value, Slot{4})};
    walk.step();
    ASSERT_TRUE(slot_is_void(*walk.state, walk.spec(), Slot{6}));
    walk.slot = Slot{6};
    const Result<Built> built = build_block(walk.chain, *walk.state, walk.inputs());
    ASSERT_FALSE(built);
    EXPECT_EQ(built.fault().reason, Reason::wrong_proposer);
}

TEST(Slashing, in_a_block_takes_pays_the_reporter_and_excludes_the_votes_of_the_slashed) {
    Walk walk;
    walk.run_to(Slot{12});
    Attestation mixed = walk.attestation([](ValidatorIndex) { return true; });
    walk.pool.clear();
    AttestationData one;
    one.slot = Slot{9};
    one.target = {Epoch{9}, Root{}};
    one.source = {Epoch{8}, Root{}};
    AttestationData other = one;
    other.target.root[0] = 1;
    AttesterSlashing evidence;
    evidence.first.data = one;
    evidence.second.data = other;
    evidence.first.validators.push_back(ValidatorIndex{2});
    evidence.second.validators.push_back(ValidatorIndex{2});
    walk.attester_slashings = {evidence};
    const Amount tokens = walk.state->tokens[2];
    walk.step();
    ASSERT_EQ(walk.effects.slashings.size(), 1U);
    const SlashingOutcome& outcome = walk.effects.slashings[0];
    EXPECT_EQ(outcome.validator, ValidatorIndex{2});
    EXPECT_EQ(outcome.offence, Offence::double_vote);
    EXPECT_EQ(outcome.taken, Amount{(tokens.value + 31) / 32});
    EXPECT_GT(outcome.reward, Amount{});
    EXPECT_EQ(walk.state->tokens[2], tokens - outcome.taken);
    while (slot_is_void(walk.advanced(), walk.spec(), walk.slot + 1)) {
        walk.step();
    }
    ++walk.slot;
    BlockInputs inputs = walk.inputs();
    inputs.attestations = {mixed};
    walk.extend(inputs);
    EXPECT_TRUE(walk.block.message.body.attestations.empty());
    walk.steps(60);
    EXPECT_GE(walk.state->finalized.epoch.value + 3, walk.slot.value);
}

TEST(Slashing, evidence_comes_before_the_votes_of_its_own_block) {
    Walk walk;
    walk.run_to(Slot{12});
    ++walk.slot;
    BlockInputs inputs = walk.inputs();
    ASSERT_FALSE(inputs.attestations.empty());
    inputs.proposer_slashings = {double_proposal(inputs.proposer.value == 2 ? 1 : 2, Slot{9})};
    walk.extend(inputs);
    EXPECT_EQ(walk.effects.slashings.size(), 1U);
    EXPECT_TRUE(walk.block.message.body.attestations.empty()) << "all of them hold a vote of the slashed";
}

TEST(Slashing, one_piece_of_evidence_is_paid_for_once) {
    Walk walk;
    walk.run_to(Slot{12});
    const ProposerSlashing evidence = double_proposal(2, Slot{9});
    walk.proposer_slashings = {evidence, evidence};
    walk.step();
    ASSERT_EQ(walk.block.message.body.proposer_slashings.size(), 1U);
    ASSERT_EQ(walk.effects.slashings.size(), 1U);
    Amount paid;
    for (const Posting& posting : walk.effects.postings) {
        paid += posting.kind == PostingKind::reporter_reward ? posting.amount : Amount{};
    }
    EXPECT_FALSE(paid.is_zero());
    EXPECT_EQ(paid, walk.effects.slashings[0].reward);

    SignedBlock twice = walk.block;
    twice.message.body.proposer_slashings.push_back(evidence);
    const Result<Applied> second = apply_block(walk.chain, *walk.parent, twice);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.fault().reason, Reason::already_slashed);
    EXPECT_EQ(second.fault().path, "body.proposer_slashings[1]");

    while (slot_is_void(walk.advanced(), walk.spec(), walk.slot + 1)) {
        walk.step();
    }
    walk.step();
    SignedBlock later = walk.block;
    later.message.body.proposer_slashings.push_back(evidence);
    const Result<Applied> again = apply_block(walk.chain, *walk.parent, later);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.fault().reason, Reason::already_slashed);
}

TEST(Slashing, evidence_of_an_older_offence_reaches_what_the_first_slash_did_not_touch) {
    // An operator unbonds, waits until newer sets are in force, and then reports a trifle of its own: the pool that
    // left between the old sets and the new is not implicated by the trifle, but it is by the older offence.
    Spec spec = sample_spec();
    spec.unbonding_eras = 8;
    spec.evidence_max_age_eras = 8;
    Walk walk{4, spec};
    walk.run_to(Slot{10});
    SignedTransaction unstake;
    unstake.message.payload = Unstake{ValidatorIndex{2}, Amount{500 * coin}, false};
    unstake.message.sender = account_key(2);
    unstake.message.max_fee = Amount{10'000};
    unstake.message.valid_until_slot = Slot{100};
    walk.transactions = {unstake};
    walk.run_to(Slot{41});
    walk.proposer_slashings = {double_proposal(2, Slot{40})};
    walk.step();
    ASSERT_EQ(walk.effects.slashings.size(), 1U);
    const SidePool& pool = walk.state->side_pools[0];
    ASSERT_EQ(pool.key.kind, PoolKey::Kind::unbonding);
    EXPECT_EQ(pool.tokens, Amount{500 * coin}) << "not implicated by the trifle";
    while (slot_is_void(walk.advanced(), spec, walk.slot + 1)) {
        walk.step();
    }
    walk.proposer_slashings = {double_proposal(2, Slot{9}), double_proposal(2, Slot{9})};
    walk.step();
    EXPECT_EQ(walk.block.message.body.proposer_slashings.size(), 1U) << "and the second copy finds nothing left";
    EXPECT_EQ(walk.state->side_pools[0].tokens, Amount{500 * coin - 500 * coin / 32});
}

TEST(Signatures, every_one_of_a_block_is_asked_for_and_a_flipped_bit_in_any_is_seen) {
    Walk walk;
    walk.run_to(Slot{9});
    ++walk.slot;
    BlockInputs inputs = walk.inputs();
    const ValidatorKey proposer = validator_key(inputs.proposer.value);
    inputs.randao_reveal = crypto::FastDouble::sign(proposer, randao_signing_root(walk.chain, walk.slot));
    crypto::FastDouble scheme;
    for (Attestation& attestation : inputs.attestations) {
        std::vector<ValidatorSignature> parts;
        for (std::uint64_t i = 0; i < 4; ++i) {
            parts.push_back(
                crypto::FastDouble::sign(validator_key(i), attestation_signing_root(walk.chain, attestation.data)));
        }
        attestation.signature = *scheme.aggregate(parts);
    }
    inputs.transactions = {transfer(walk.chain, 5, 0, coin)};
    Built built = *build_block(walk.chain, *walk.state, inputs);
    SignedBlock block{built.block, {}};
    block.signature = crypto::FastDouble::sign(proposer, proposal_signing_root(walk.chain, header_of(block.message)));

    const State advanced = walk.advanced();
    CommitteeCache committees;
    const auto checks = block_checks(walk.chain, advanced, header_of(block), block.message.body, committees);
    ASSERT_TRUE(checks) << checks.fault().text();
    ASSERT_EQ(checks->size(), 4U) << "proposal, reveal, attestation, transaction";
    EXPECT_EQ(scheme.verify(*checks, Root{}), (std::vector<std::uint8_t>(4, 1)));

    SignedBlock other_reveal = block;
    other_reveal.message.body.randao_reveal[40] ^= 1;
    EXPECT_EQ(scheme.verify(
                  *block_checks(walk.chain, advanced, header_of(other_reveal), other_reveal.message.body, committees),
                  Root{}),
              (std::vector<std::uint8_t>{0, 0, 1, 1}));
    SignedBlock other_amount = block;
    std::get<Transfer>(other_amount.message.body.transactions[0].message.payload).amount += Amount{1};
    EXPECT_EQ(scheme.verify(
                  *block_checks(walk.chain, advanced, header_of(other_amount), other_amount.message.body, committees),
                  Root{}),
              (std::vector<std::uint8_t>{0, 1, 1, 0}));
    SignedBlock fewer = block;
    fewer.message.body.attestations[0].bits.set(1, false);
    EXPECT_EQ(
        scheme.verify(*block_checks(walk.chain, advanced, header_of(fewer), fewer.message.body, committees), Root{}),
        (std::vector<std::uint8_t>{0, 1, 0, 1}));
}

TEST(Signatures, a_message_that_can_never_be_valid_is_a_fault_before_any_check) {
    Walk walk;
    walk.run_to(Slot{9});
    const State state = walk.advanced();
    CommitteeCache committees;
    SingleAttestation stranger{ValidatorIndex{4}, walk.honest_data(), {}};
    const SharedCommittees of_epoch = committees.of(state, walk.chain.spec(), stranger.data.target.epoch);
    EXPECT_EQ(check_of(walk.chain, state, *of_epoch, stranger).fault().reason, Reason::not_in_committee);
    stranger.validator = ValidatorIndex::far_future();
    EXPECT_EQ(check_of(walk.chain, state, *of_epoch, stranger).fault().reason, Reason::not_in_committee);
    stranger.validator = ValidatorIndex{3};
    EXPECT_TRUE(check_of(walk.chain, state, *of_epoch, stranger));
    SignedBlock block = walk.block;
    block.message.proposer_index = ValidatorIndex{4};
    EXPECT_EQ(block_checks(walk.chain, state, header_of(block), block.message.body, committees).fault().reason,
              Reason::unknown_validator);
    block = walk.block;
    block.message.body.attestations[0].bits.resize(5);
    EXPECT_EQ(block_checks(walk.chain, state, header_of(block), block.message.body, committees).fault().path,
              "body.attestations[0].bits");
    AttesterSlashing evidence;
    evidence.first.validators.push_back(ValidatorIndex{4});
    EXPECT_EQ(checks_of(walk.chain, state, evidence).fault().reason, Reason::unknown_validator);
}

TEST(Signatures, a_stake_transaction_carries_its_proof_of_possession) {
    const Chain chain = sample_chain();
    SignedTransaction transaction = transfer(chain, 5, 0, coin);
    EXPECT_EQ(checks_of(chain, transaction).size(), 1U);
    transaction.message.payload = Stake{};
    EXPECT_EQ(checks_of(chain, transaction).size(), 2U);
}

TEST(Signatures, mean_nothing_on_another_chain_or_for_another_purpose) {
    const Chain chain = sample_chain();
    Genesis genesis = sample_genesis();
    genesis.time_ms += 1;
    const Chain other = sample_chain(genesis);
    const AttestationData data;
    EXPECT_NE(attestation_signing_root(chain, data), attestation_signing_root(other, data));
    EXPECT_NE(randao_signing_root(chain, Slot{1}), randao_signing_root(chain, Slot{2}));
    EXPECT_NE(transaction_signing_root(chain, {}), transaction_signing_root(other, {}));
    EXPECT_NE(proposal_signing_root(chain, {}), proposal_signing_root(other, {}));
}

} // namespace
} // namespace quoin::transition::test
