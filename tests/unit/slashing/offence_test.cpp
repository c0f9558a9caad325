#include "messages.hpp"

#include <quoin/codec/ssz.hpp>
#include <quoin/slashing/offence.hpp>

#include <gtest/gtest.h>
#include <support/vectors.hpp>

namespace quoin::slashing {
namespace {

using test::vote;

TEST(Offence, two_votes_with_one_target_epoch_are_a_double_vote_unless_they_are_the_same) {
    EXPECT_EQ(offence_of(vote(1, 5, 1), vote(1, 5, 2)), Offence::double_vote);
    EXPECT_EQ(offence_of(vote(1, 5), vote(2, 5)), Offence::double_vote);
    EXPECT_EQ(offence_of(vote(1, 5), vote(1, 5)), std::nullopt);
}

TEST(Offence, a_vote_surrounds_only_what_lies_strictly_within_it) {
    EXPECT_EQ(offence_of(vote(1, 6), vote(2, 5)), Offence::surround_vote);
    EXPECT_EQ(offence_of(vote(2, 5), vote(1, 6)), std::nullopt);
    EXPECT_EQ(offence_of(vote(1, 6), vote(1, 5)), std::nullopt);
    EXPECT_EQ(offence_of(vote(1, 3), vote(2, 4)), std::nullopt);
    EXPECT_EQ(offence_of(vote(1, 2), vote(2, 3)), std::nullopt);
}

TEST(Offence, two_headers_are_a_double_proposal_only_for_one_slot_and_proposer) {
    const BlockHeader one = test::header(3, 7, 1).message;
    EXPECT_TRUE(is_double_proposal(one, test::header(3, 7, 2).message));
    EXPECT_FALSE(is_double_proposal(one, one));
    EXPECT_FALSE(is_double_proposal(one, test::header(4, 7, 2).message));
    EXPECT_FALSE(is_double_proposal(one, test::header(3, 8, 2).message));
}

/// The vectors' containers are phase0's, which have an index beside the slot: for us that is one more thing by which
/// the head may differ.
AttestationData from_phase0(const rapidjson::Value& value) {
    const ByteVector bytes = test::hex_octets(value["ssz"]);
    EXPECT_EQ(bytes.size(), 128U);
    AttestationData data;
    data.head = Root::from(test::hex_octets(value["root"]));
    data.source = {Epoch{test::integer(value["source_epoch"])}, Root::from(ByteView(bytes).subspan(56, 32))};
    data.target = {Epoch{test::integer(value["target_epoch"])}, Root::from(ByteView(bytes).subspan(96, 32))};
    return data;
}

TEST(Offence, agrees_with_the_published_slashable_pairs) {
    QUOIN_NEEDS_VECTORS();
    const rapidjson::Document cases = test::open_vectors("slashing/is_slashable_attestation_data.json");
    ASSERT_TRUE(cases.IsArray());
    std::size_t slashable = 0;
    for (const auto& pair : cases.GetArray()) {
        const AttestationData first = from_phase0(pair["attestation_1"]);
        const AttestationData second = from_phase0(pair["attestation_2"]);
        EXPECT_EQ(offence_of(first, second).has_value(), pair["slashable"].GetBool()) << test::json_text(pair);
        slashable += pair["slashable"].GetBool() ? 1 : 0;
    }
    EXPECT_GT(slashable, 0U);
    EXPECT_LT(slashable, cases.Size());
}

} // namespace
} // namespace quoin::slashing
