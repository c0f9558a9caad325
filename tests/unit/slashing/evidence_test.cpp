#include "messages.hpp"

#include <quoin/codec/ssz.hpp>
#include <quoin/slashing/evidence.hpp>

#include <gtest/gtest.h>
#include <support/sample_genesis.hpp>

namespace quoin::slashing {
namespace {

using test::indexed;
using test::vote;

/// Era 10 of a chain with ten validators, of whom number 4 is slashed.
struct EvidenceTest : testing::Test {
    EvidenceTest() {
        spec = test::sample_spec();
        state.slot = Slot{10 * spec.epochs_per_era + 3};
        for (std::uint64_t i = 0; i < 10; ++i) {
            Validator validator;
            validator.public_key = test::validator_key(i);
            if (i == 4) {
                validator.slashed = SlashMark{Era{9}, Era{8}};
            }
            state.append_validator(validator);
        }
    }

    template <class Evidence>
    void expect_refused(const Evidence& evidence, Reason reason) const {
        const auto result = check_evidence(state, spec, evidence);
        ASSERT_FALSE(result);
        EXPECT_EQ(result.fault().reason, reason) << result.fault().text();
    }

    Spec spec;
    State state;
};

std::vector<ValidatorIndex> indices(const std::vector<std::uint64_t>& numbers) {
    std::vector<ValidatorIndex> result;
    for (const std::uint64_t number : numbers) {
        result.emplace_back(number);
    }
    return result;
}

TEST_F(EvidenceTest, those_who_signed_both_and_are_not_slashed_are_the_offenders) {
    const AttesterSlashing evidence{indexed({1, 2, 4, 7}, vote(60, 71, 1)), indexed({2, 4, 7, 9}, vote(60, 71, 2))};
    const auto offenders = check_evidence(state, spec, evidence);
    ASSERT_TRUE(offenders) << offenders.fault().text();
    EXPECT_EQ(*offenders, (Offenders{Offence::double_vote, indices({2, 7}), Era{8}, Era{8}}));
}

TEST_F(EvidenceTest, a_surround_vote_is_dated_by_both_targets) {
    const AttesterSlashing evidence{indexed({1}, vote(40, 80)), indexed({1}, vote(41, 63))};
    const auto offenders = check_evidence(state, spec, evidence);
    ASSERT_TRUE(offenders) << offenders.fault().text();
    EXPECT_EQ(*offenders, (Offenders{Offence::surround_vote, indices({1}), Era{7}, Era{10}}));
    expect_refused(AttesterSlashing{evidence.second, evidence.first}, Reason::not_slashable);
}

TEST_F(EvidenceTest, attester_evidence_of_the_wrong_shape_is_refused) {
    const AttestationData one = vote(60, 71, 1);
    const AttestationData other = vote(60, 71, 2);
    expect_refused(AttesterSlashing{indexed({}, one), indexed({1}, other)}, Reason::malformed);
    expect_refused(AttesterSlashing{indexed({1}, one), indexed({2, 1}, other)}, Reason::malformed);
    expect_refused(AttesterSlashing{indexed({1, 1}, one), indexed({1}, other)}, Reason::malformed);
    expect_refused(AttesterSlashing{indexed({1, 10}, one), indexed({1}, other)}, Reason::unknown_validator);
    expect_refused(AttesterSlashing{indexed({1}, one), indexed({2}, other)}, Reason::not_slashable);
    expect_refused(AttesterSlashing{indexed({1}, one), indexed({1}, one)}, Reason::not_slashable);
    expect_refused(AttesterSlashing{indexed({4}, one), indexed({4}, other)}, Reason::already_slashed);
}

TEST_F(EvidenceTest, the_age_counts_from_the_higher_target_and_the_future_waits) {
    const auto double_vote = [](std::uint64_t target) {
        return AttesterSlashing{indexed({1}, vote(1, target, 1)), indexed({1}, vote(1, target, 2))};
    };
    const std::uint64_t oldest = (10 - spec.evidence_max_age_eras) * spec.epochs_per_era;
    EXPECT_TRUE(check_evidence(state, spec, double_vote(oldest)));
    expect_refused(double_vote(oldest - 1), Reason::evidence_too_old);
    EXPECT_TRUE(check_evidence(state, spec, AttesterSlashing{indexed({1}, vote(1, oldest)), indexed({1}, vote(2, 9))}));
    EXPECT_TRUE(check_evidence(state, spec, double_vote(state.slot.value)));
    expect_refused(double_vote(state.slot.value + 1), Reason::future_slot);
}

TEST_F(EvidenceTest, two_headers_of_a_slot_slash_their_proposer) {
    const auto offenders =
        check_evidence(state, spec, ProposerSlashing{test::header(3, 70, 1), test::header(3, 70, 2)});
    ASSERT_TRUE(offenders) << offenders.fault().text();
    EXPECT_EQ(*offenders, (Offenders{Offence::double_proposal, indices({3}), Era{8}, Era{8}}));
    expect_refused(ProposerSlashing{test::header(3, 70, 1), test::header(3, 70, 1)}, Reason::not_slashable);
    expect_refused(ProposerSlashing{test::header(3, 70, 1), test::header(5, 70, 2)}, Reason::not_slashable);
    expect_refused(ProposerSlashing{test::header(10, 70, 1), test::header(10, 70, 2)}, Reason::unknown_validator);
    expect_refused(ProposerSlashing{test::header(4, 70, 1), test::header(4, 70, 2)}, Reason::already_slashed);
    expect_refused(ProposerSlashing{test::header(3, 47, 1), test::header(3, 47, 2)}, Reason::evidence_too_old);
    expect_refused(ProposerSlashing{test::header(3, 84, 1), test::header(3, 84, 2)}, Reason::future_slot);
}

bool all_hold(const std::vector<crypto::SignatureCheck>& checks) {
    crypto::FastDouble scheme;
    const std::vector<std::uint8_t> verdicts = scheme.verify(checks, Root{});
    return std::find(verdicts.begin(), verdicts.end(), 0) == verdicts.end();
}

TEST_F(EvidenceTest, its_signatures_are_checked_with_the_offenders_keys_under_the_chains_domains) {
    const Root genesis_root = test::root_of(77);
    const SigningDomains domains = signing_domains(ForkVersion{{1, 2, 3, 4}}, genesis_root);
    crypto::FastDouble scheme;
    const auto sign = [&](IndexedAttestation& attestation) {
        const Root message = crypto::signing_root(hash_tree_root(attestation.data), domains.attester);
        std::vector<ValidatorSignature> parts;
        for (const ValidatorIndex validator : attestation.validators) {
            parts.push_back(crypto::FastDouble::sign(test::validator_key(validator.value), message));
        }
        attestation.signature = *scheme.aggregate(parts);
    };
    AttesterSlashing votes{indexed({1, 2, 7}, vote(60, 71, 1)), indexed({2, 9}, vote(60, 71, 2))};
    sign(votes.first);
    sign(votes.second);
    EXPECT_TRUE(all_hold(evidence_checks(state, domains, votes)));
    EXPECT_FALSE(all_hold(evidence_checks(state, signing_domains(ForkVersion{{9}}, genesis_root), votes)));
    votes.second.validators[1] = ValidatorIndex{8};
    EXPECT_FALSE(all_hold(evidence_checks(state, domains, votes)));

    ProposerSlashing blocks{test::header(3, 70, 1), test::header(3, 70, 2)};
    for (SignedBlockHeader* header : {&blocks.first, &blocks.second}) {
        const Root message = crypto::signing_root(hash_tree_root(header->message), domains.proposer);
        header->signature = crypto::FastDouble::sign(test::validator_key(3), message);
    }
    EXPECT_TRUE(all_hold(evidence_checks(state, domains, blocks)));
    blocks.second.message.time_ms = 1;
    EXPECT_FALSE(all_hold(evidence_checks(state, domains, blocks)));
}

} // namespace
} // namespace quoin::slashing
