#include "messages.hpp"

#include <quoin/base/random.hpp>
#include <quoin/codec/ssz.hpp>
#include <quoin/slashing/evidence.hpp>
#include <quoin/slashing/offence.hpp>

#include <gtest/gtest.h>
#include <support/sample_genesis.hpp>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <string>

/// RELIABILITY S3: of what honest validators signed nobody makes evidence against them. All messages that follow are
/// made from votes and blocks no two of which are an offence, by putting parts of several together, flipping bits,
/// changing who is said to have signed, and re-using signatures.
namespace quoin::slashing {
namespace {

constexpr std::uint64_t validators = 12;
constexpr int forgeries = 100'000;

class Forgery : public testing::Test {
protected:
    Forgery() {
        spec_ = test::sample_spec();
        state_.slot = Slot{10 * spec_.epochs_per_era + 3};
        for (std::uint64_t i = 0; i < validators; ++i) {
            Validator validator;
            validator.public_key = test::validator_key(i);
            state_.append_validator(validator);
        }
        for (std::uint64_t target = 50; target < 75; ++target) {
            add_honest_votes(target);
            add_honest_block(target);
        }
    }

    void add_honest_votes(std::uint64_t target) {
        IndexedAttestation whole{{}, test::vote(target - 1 - target % 2, target), {}};
        const Root message = crypto::signing_root(hash_tree_root(whole.data), domains_.attester);
        std::vector<ValidatorSignature> parts;
        for (std::uint64_t i = 0; i < validators; ++i) {
            parts.push_back(crypto::FastDouble::sign(test::validator_key(i), message));
            whole.validators.push_back(ValidatorIndex{i});
            votes_.push_back({{}, whole.data, parts.back()});
            votes_.back().validators.push_back(ValidatorIndex{i});
        }
        whole.signature = *scheme_.aggregate(parts);
        votes_.push_back(whole);
    }
    void add_honest_block(std::uint64_t slot) {
        SignedBlockHeader header = test::header(slot % validators, slot);
        const Root message = crypto::signing_root(hash_tree_root(header.message), domains_.proposer);
        header.signature = crypto::FastDouble::sign(test::validator_key(slot % validators), message);
        headers_.push_back(header);
    }

    template <class Evidence>
    bool is_accepted(const Evidence& evidence) {
        if (!check_evidence(state_, spec_, evidence)) {
            return false;
        }
        ++well_formed_;
        const auto verdicts = scheme_.verify(evidence_checks(state_, domains_, evidence), Root{});
        return std::find(verdicts.begin(), verdicts.end(), 0) == verdicts.end();
    }

    template <class T>
    const T& any(const std::vector<T>& of) {
        return of[random_.below(of.size())];
    }
    void flip(std::uint8_t& octet) { octet = static_cast<std::uint8_t>(octet ^ (1U << random_.below(8))); }
    Epoch near(Epoch epoch) { return (epoch + random_.below(4)).saturating_minus(random_.below(4)); }

    IndexedAttestation forged(IndexedAttestation vote);
    SignedBlockHeader forged(SignedBlockHeader header);

    Spec spec_;
    State state_;
    SigningDomains domains_ = signing_domains(ForkVersion{{1, 2, 3, 4}}, test::root_of(77));
    crypto::FastDouble scheme_;
    std::vector<IndexedAttestation> votes_;
    std::vector<SignedBlockHeader> headers_;
    std::uint64_t seed_ =
        std::getenv("QUOIN_SEED") != nullptr ? std::strtoull(std::getenv("QUOIN_SEED"), nullptr, 10) : 3;
    SeededRandom random_{seed_};
    std::size_t well_formed_ = 0; ///< stopped by nothing but a signature
};

IndexedAttestation Forgery::forged(IndexedAttestation vote) {
    switch (random_.below(9)) {
    case 0:
        vote.data.source.epoch = near(vote.data.source.epoch);
        break;
    case 1:
        vote.data.target.epoch = near(vote.data.target.epoch);
        break;
    case 2:
        flip(vote.data.head[random_.below(32)]);
        break;
    case 3:
        flip(vote.data.target.root[random_.below(32)]);
        break;
    case 4:
        vote.data = any(votes_).data; // with a signature of another vote
        break;
    case 5:
        vote.validators = any(votes_).validators; // who did not sign this, or not alone
        break;
    case 6:
        flip(vote.signature[random_.below(vote.signature.size())]);
        vote.data.slot = Slot{vote.data.slot.value ^ 1};
        break;
    case 7:
        vote.signature = any(votes_).signature;
        vote.data.head = test::root_of(random_.next());
        break;
    default:
        break; // replayed as it is
    }
    return vote;
}

SignedBlockHeader Forgery::forged(SignedBlockHeader header) {
    switch (random_.below(5)) {
    case 0:
        flip(header.message.body_root[random_.below(32)]);
        break;
    case 1:
        header.message.time_ms ^= random_.next();
        break;
    case 2:
        header.message = any(headers_).message;
        break;
    case 3:
        header.message.slot = any(headers_).message.slot;
        header.message.proposer_index = any(headers_).message.proposer_index;
        break;
    default:
        break;
    }
    return header;
}

TEST_F(Forgery, no_two_messages_that_were_signed_are_an_offence) {
    for (const IndexedAttestation& one : votes_) {
        for (const IndexedAttestation& other : votes_) {
            ASSERT_EQ(offence_of(one.data, other.data), std::nullopt);
        }
    }
    const AttesterSlashing honest{votes_[0], votes_[1]};
    EXPECT_FALSE(is_accepted(honest));
}

TEST_F(Forgery, none_of_a_hundred_thousand_is_accepted_as_evidence) {
    SCOPED_TRACE("QUOIN_SEED=" + std::to_string(seed_));
    for (int i = 0; i < forgeries; ++i) {
        if (random_.chance(20)) {
            const SignedBlockHeader& header = any(headers_);
            ASSERT_FALSE(is_accepted(ProposerSlashing{header, forged(random_.chance(50) ? header : any(headers_))}))
                << i;
            continue;
        }
        const IndexedAttestation& vote = any(votes_);
        IndexedAttestation one = forged(vote);
        IndexedAttestation other = forged(random_.chance(50) ? vote : any(votes_));
        ASSERT_FALSE(is_accepted(AttesterSlashing{std::move(one), std::move(other)})) << i;
    }
    EXPECT_GT(well_formed_, forgeries / 20U) << "too few of them get as far as the signatures";
}

/// What the above would accept if it could: that signatures of a real offence hold is what it relies on.
TEST_F(Forgery, a_true_double_vote_is_accepted) {
    AttesterSlashing evidence{votes_[0], votes_[0]};
    evidence.second.data.head = test::root_of(99);
    EXPECT_FALSE(is_accepted(evidence));
    evidence.second.signature =
        crypto::FastDouble::sign(test::validator_key(votes_[0].validators[0].value),
                                 crypto::signing_root(hash_tree_root(evidence.second.data), domains_.attester));
    EXPECT_TRUE(is_accepted(evidence));
}

} // namespace
} // namespace quoin::slashing
