#include "world.hpp"

#include <quoin/codec/merkle.hpp>
#include <quoin/finality/certificate.hpp>

#include <gtest/gtest.h>

namespace quoin::finality {
namespace {

constexpr std::uint64_t thousand = 1'000 * test::coin;

/// A chain that starts with validators 0 to 3 and hands over twice: first 4 and 5 join, then 0 and 1 are gone.
struct ProofTest : testing::Test {
    ProofTest() : chain(test::sample_chain(4)) {
        domain = crypto::compute_domain(crypto::DomainType::attester, chain.genesis.fork_version, chain.genesis_root);
        proof.genesis_root = chain.genesis_root;
        proof.handovers.push_back(handover({0, 1, 2}, 10, Era{1}, {1, 1, 1, 1, 1, 1}));
        proof.handovers.push_back(handover({0, 1, 2, 3, 4}, 30, Era{3}, {0, 0, 1, 1, 1, 1}));
        proof.header.slot = Slot{50};
        proof.certificate = certificate({2, 3, 4, 5}, 50, proof.header);
    }

    CertificateGroup group(const std::vector<std::uint64_t>& voters, const Checkpoint& source,
                           const Checkpoint& target) const {
        test::Voting voting;
        voting.domain = domain;
        const TrackedVote vote = voting.vote(voters, voting.data(source, target));
        CertificateGroup group;
        group.data = vote.data;
        group.signature = vote.signature;
        for (const ValidatorIndex voter : vote.voters) {
            group.validators.resize(std::max<std::size_t>(group.validators.size(), voter.value + 1));
            group.validators.set(voter.value);
        }
        return group;
    }
    FinalityCertificate certificate(const std::vector<std::uint64_t>& voters, std::uint64_t epoch,
                                    const BlockHeader& header) const {
        FinalityCertificate made;
        made.finalized = {Epoch{epoch}, hash_tree_root(header)};
        made.link.push_back(group(voters, made.finalized, {Epoch{epoch + 1}, test::secret(epoch)}));
        made.justification.push_back(group(voters, {Epoch{epoch - 1}, test::secret(1)}, made.finalized));
        return made;
    }
    HandoverProof handover(const std::vector<std::uint64_t>& voters, std::uint64_t epoch, Era computed_at,
                           const std::vector<std::uint64_t>& thousands) const {
        State state;
        Candidate candidate{computed_at, {}};
        for (std::uint64_t i = 0; i < thousands.size(); ++i) {
            candidate.weights.push_back(Weight{thousands[i] * thousand});
            Validator validator;
            validator.public_key = test::validator_key(i);
            state.append_validator(validator);
        }
        state.slot = Slot{epoch};
        state.candidate = candidate;
        HandoverProof made;
        made.header.slot = state.slot;
        made.header.state_root = hash_tree_root(state);
        const std::vector<Root> roots = field_roots(state);
        made.state_field_roots.assign(roots.begin(), roots.end());
        made.candidate = candidate;
        made.validators = state.validators;
        made.certificate = certificate(voters, epoch, made.header);
        return made;
    }

    Result<void> verify() const {
        crypto::FastDouble scheme;
        return verify_finality_proof(chain, proof, scheme, Root{});
    }
    void expect_refused(Reason reason, const std::string& path) const {
        const Result<void> result = verify();
        ASSERT_FALSE(result);
        EXPECT_EQ(result.fault().reason, reason) << result.fault().text();
        EXPECT_EQ(result.fault().path, path) << result.fault().text();
    }

    Chain chain;
    crypto::Domain domain{};
    FinalityProof proof;
};

TEST_F(ProofTest, leads_from_genesis_through_changes_of_weights) {
    const Result<void> result = verify();
    EXPECT_TRUE(result) << result.fault().text();
    const Result<FinalityProof> back = decode<FinalityProof>(encode(proof));
    ASSERT_TRUE(back);
    EXPECT_EQ(*back, proof);
}

TEST_F(ProofTest, genesis_alone_is_enough_while_the_weights_stay) {
    proof.handovers.clear();
    proof.certificate = certificate({1, 2, 3}, 50, proof.header);
    EXPECT_TRUE(verify());
    proof.certificate = certificate({1, 2}, 50, proof.header);
    expect_refused(Reason::handover_missing, "certificate.link");
}

TEST_F(ProofTest, genesis_weights_are_floored_and_capped) {
    Genesis genesis = test::sample_genesis(3);
    genesis.spec.max_effective_balance = 2'000 * test::coin;
    genesis.validators[0].stake = Amount{1'000 * test::coin + test::coin - 1};
    genesis.validators[1].stake = Amount{1'000 * test::coin};
    genesis.validators[2].stake = Amount{9'000 * test::coin};
    chain = test::sample_chain(genesis);
    domain = crypto::compute_domain(crypto::DomainType::attester, genesis.fork_version, chain.genesis_root);
    proof.genesis_root = chain.genesis_root;
    proof.handovers.clear();
    proof.certificate = certificate({0, 2}, 50, proof.header);
    EXPECT_TRUE(verify());
    proof.certificate = certificate({0, 1}, 50, proof.header);
    EXPECT_FALSE(verify());
    proof.certificate = certificate({2}, 50, proof.header);
    EXPECT_FALSE(verify()) << "2,000 of 4,000";
}

TEST_F(ProofTest, another_genesis_is_refused) {
    Genesis other = chain.genesis;
    other.time_ms += 1;
    chain = test::sample_chain(other);
    expect_refused(Reason::wrong_genesis, "genesis_root");
    proof.genesis_root = chain.genesis_root;
    expect_refused(Reason::bad_signature, "handovers[0].certificate.link[0].signature");
}

TEST_F(ProofTest, a_missing_hand_over_is_named) {
    proof.handovers.erase(proof.handovers.begin());
    expect_refused(Reason::certificate_mismatch, "handovers[0].certificate.link[0].validators");
    proof.handovers.clear();
    expect_refused(Reason::handover_missing, "certificate.link");
}

TEST_F(ProofTest, those_who_left_cannot_speak_and_those_who_came_not_alone) {
    proof.certificate = certificate({0, 1, 2, 3}, 50, proof.header);
    expect_refused(Reason::handover_missing, "certificate.link");
    proof.certificate = certificate({3, 4, 5}, 50, proof.header);
    EXPECT_FALSE(verify()) << "three of four now, three of six before";
}

TEST_F(ProofTest, a_hand_over_needs_the_set_before_as_well) {
    proof.handovers[1] = handover({2, 3, 4, 5}, 30, Era{3}, {0, 0, 1, 1, 1, 1});
    expect_refused(Reason::handover_missing, "handovers[1].certificate.link");
}

TEST_F(ProofTest, a_hand_over_cannot_be_played_twice) {
    proof.handovers.push_back(handover({2, 3, 4, 5}, 30, Era{3}, {0, 0, 1, 1, 1, 1}));
    expect_refused(Reason::handover_missing, "handovers[2].candidate.computed_at");
}

TEST_F(ProofTest, any_part_that_was_changed_is_found) {
    const FinalityProof good = proof;
    const auto expect_with = [&](const auto& change, Reason reason, const std::string& path) {
        proof = good;
        change(proof);
        expect_refused(reason, path);
    };
    using P = FinalityProof;
    const Reason mismatch = Reason::certificate_mismatch;
    expect_with([](P& p) { p.header.time_ms = 1; }, mismatch, "header");
    expect_with([](P& p) { p.certificate.link[0].signature[7] ^= 4; }, Reason::bad_signature,
                "certificate.link[0].signature");
    expect_with([](P& p) { p.certificate.justification[0].signature[7] ^= 4; }, Reason::bad_signature,
                "certificate.justification[0].signature");
    expect_with([](P& p) { p.certificate.justification[0].validators.set(0); }, Reason::bad_signature,
                "certificate.justification[0].signature");
    expect_with([](P& p) { p.handovers[1].header.proposer_index = ValidatorIndex{1}; }, mismatch,
                "handovers[1].header");
    expect_with([](P& p) { p.handovers[0].candidate->weights.edit(2) += Weight{1}; }, mismatch,
                "handovers[0].candidate");
    expect_with([](P& p) { p.handovers[0].candidate->computed_at = Era{2}; }, mismatch, "handovers[0].candidate");
    expect_with([](P& p) { p.handovers[0].candidate.reset(); }, mismatch, "handovers[0].candidate");
    expect_with([](P& p) { p.handovers[0].validators.edit(0).public_key[1] ^= 1; }, mismatch,
                "handovers[0].validators");
    expect_with([](P& p) { p.handovers[0].state_field_roots[0][0] ^= 1; }, mismatch, "handovers[0].state_field_roots");
    expect_with([](P& p) { p.handovers[0].state_field_roots.clear(); }, mismatch, "handovers[0].state_field_roots");
    expect_with([](P& p) { std::swap(p.handovers[0], p.handovers[1]); }, mismatch,
                "handovers[0].certificate.link[0].validators");
}

TEST_F(ProofTest, a_state_without_a_candidate_hands_over_nothing) {
    State state;
    HandoverProof& first = proof.handovers[0];
    first.header.state_root = hash_tree_root(state);
    const std::vector<Root> roots = field_roots(state);
    first.state_field_roots.assign(roots.begin(), roots.end());
    first.candidate.reset();
    first.validators.clear();
    first.certificate = certificate({0, 1, 2}, 10, first.header);
    expect_refused(Reason::handover_missing, "handovers[0].candidate");
}

} // namespace
} // namespace quoin::finality
