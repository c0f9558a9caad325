#include "messages.hpp"

#include <quoin/base/random.hpp>
#include <quoin/slashing/guard.hpp>
#include <quoin/slashing/offence.hpp>

#include <gtest/gtest.h>

#include <algorithm>

namespace quoin::slashing {
namespace {

using test::root_of;

VoteHistory after(std::uint64_t source, std::uint64_t target) {
    return {Epoch{source}, Epoch{target}, std::nullopt};
}

VoteRequest request(std::uint64_t source, std::uint64_t target) {
    return {Epoch{source}, Epoch{target}, root_of(9)};
}

void expect_refused(const Result<GuardDecision>& result) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.fault().reason, Reason::slashable_refused);
}

TEST(Guard, the_first_vote_is_signed) {
    EXPECT_EQ(*may_sign(VoteHistory{}, request(0, 1)), GuardDecision::record_then_sign);
    EXPECT_EQ(*may_sign(VoteHistory{}, request(0, 0)), GuardDecision::record_then_sign);
    expect_refused(may_sign(VoteHistory{}, request(2, 1)));
}

TEST(Guard, a_vote_needs_a_higher_target_and_no_lower_source) {
    EXPECT_EQ(*may_sign(after(3, 5), request(3, 6)), GuardDecision::record_then_sign);
    EXPECT_EQ(*may_sign(after(3, 5), request(5, 6)), GuardDecision::record_then_sign);
    expect_refused(may_sign(after(3, 5), request(3, 5)));
    expect_refused(may_sign(after(3, 5), request(3, 4)));
    expect_refused(may_sign(after(3, 5), request(2, 6)));
}

TEST(Guard, the_identical_message_may_be_signed_again_and_no_other_of_its_target) {
    VoteHistory history = after(3, 5);
    history.same_target = SignedVote{Epoch{3}, Epoch{5}, root_of(9)};
    EXPECT_EQ(*may_sign(history, request(3, 5)), GuardDecision::sign_again);
    history.same_target->signing_root = root_of(8);
    expect_refused(may_sign(history, request(3, 5)));
    history.same_target->signing_root = std::nullopt;
    expect_refused(may_sign(history, request(3, 5)));
}

TEST(Guard, a_block_needs_a_higher_slot_or_is_the_identical_one) {
    const auto wanted = [](std::uint64_t slot) { return ProposalRequest{Slot{slot}, root_of(9)}; };
    EXPECT_EQ(*may_sign(ProposalHistory{}, wanted(0)), GuardDecision::record_then_sign);
    ProposalHistory history{Slot{7}, SignedProposal{Slot{7}, root_of(9)}};
    EXPECT_EQ(*may_sign(history, wanted(8)), GuardDecision::record_then_sign);
    EXPECT_EQ(*may_sign(history, wanted(7)), GuardDecision::sign_again);
    expect_refused(may_sign(history, wanted(6)));
    history.same_slot->signing_root = root_of(8);
    expect_refused(may_sign(history, wanted(7)));
}

TEST(Guard, whatever_is_asked_for_no_two_signed_votes_are_an_offence) {
    constexpr std::uint64_t seed = 41;
    SeededRandom random(seed);
    for (int round = 0; round < 300; ++round) {
        std::vector<AttestationData> signed_votes;
        VoteHistory history;
        for (std::uint64_t i = 0; i < 60; ++i) {
            const std::uint64_t target = i / 2 + random.below(6) + 1;
            const AttestationData wanted =
                test::vote(target - 1 - random.below(std::min<std::uint64_t>(target, 4)), target, random.below(3) + 1);
            const Root signing_root = root_of(wanted.target.root[31] * 1'000 + wanted.source.epoch.value);
            history.same_target.reset();
            for (const AttestationData& past : signed_votes) {
                if (past.target.epoch == wanted.target.epoch) {
                    history.same_target = SignedVote{past.source.epoch, past.target.epoch,
                                                     root_of(past.target.root[31] * 1'000 + past.source.epoch.value)};
                }
            }
            if (may_sign(history, {wanted.source.epoch, wanted.target.epoch, signing_root})) {
                signed_votes.push_back(wanted);
                history.highest_source = std::max(history.highest_source.value_or(Epoch{}), wanted.source.epoch);
                history.highest_target = std::max(history.highest_target.value_or(Epoch{}), wanted.target.epoch);
            }
        }
        EXPECT_GT(signed_votes.size(), 3U) << "seed " << seed << " round " << round;
        for (const AttestationData& one : signed_votes) {
            for (const AttestationData& other : signed_votes) {
                ASSERT_EQ(offence_of(one, other), std::nullopt) << "seed " << seed << " round " << round;
            }
        }
    }
}

} // namespace
} // namespace quoin::slashing
