#include "messages.hpp"

#include <quoin/base/random.hpp>
#include <quoin/slashing/detector.hpp>
#include <quoin/slashing/offence.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace quoin::slashing {
namespace {

using test::indexed;
using test::vote;

std::vector<AttesterSlashing> see(Detector& detector, const std::vector<std::uint64_t>& validators,
                                  const AttestationData& data) {
    return detector.see(std::make_shared<const IndexedAttestation>(indexed(validators, data)));
}

TEST(Detector, finds_double_votes_and_surround_votes_in_either_order) {
    Detector detector;
    EXPECT_TRUE(see(detector, {1, 2, 3}, vote(4, 8)).empty());
    EXPECT_TRUE(see(detector, {1, 2, 3}, vote(4, 8)).empty());

    const auto double_vote = see(detector, {1}, vote(4, 8, 2));
    ASSERT_EQ(double_vote.size(), 1U);
    EXPECT_EQ(double_vote[0], (AttesterSlashing{indexed({1, 2, 3}, vote(4, 8)), indexed({1}, vote(4, 8, 2))}));

    const auto surrounding = see(detector, {2}, vote(3, 9));
    ASSERT_EQ(surrounding.size(), 1U);
    EXPECT_EQ(surrounding[0], (AttesterSlashing{indexed({2}, vote(3, 9)), indexed({1, 2, 3}, vote(4, 8))}));

    const auto surrounded = see(detector, {3}, vote(5, 7));
    ASSERT_EQ(surrounded.size(), 1U);
    EXPECT_EQ(surrounded[0], (AttesterSlashing{indexed({1, 2, 3}, vote(4, 8)), indexed({3}, vote(5, 7))}));
}

TEST(Detector, gives_one_piece_of_evidence_for_many_and_none_for_those_caught) {
    Detector detector;
    see(detector, {1, 2, 3, 4}, vote(4, 8));
    EXPECT_EQ(see(detector, {2, 3, 4, 5}, vote(4, 8, 2)).size(), 1U);
    EXPECT_TRUE(see(detector, {2, 3}, vote(4, 8, 3)).empty());
    EXPECT_EQ(see(detector, {1, 2}, vote(4, 8, 3)).size(), 1U);

    detector.prune(Epoch{9}, Slot{9});
    see(detector, {2}, vote(8, 20));
    EXPECT_EQ(see(detector, {2}, vote(8, 20, 2)).size(), 1U) << "a later offence counts once the first is pruned";
}

TEST(Detector, finds_two_headers_of_one_slot) {
    Detector detector;
    EXPECT_EQ(detector.see(test::header(3, 7, 1)), std::nullopt);
    EXPECT_EQ(detector.see(test::header(3, 7, 1)), std::nullopt);
    EXPECT_EQ(detector.see(test::header(4, 7, 2)), std::nullopt);
    EXPECT_EQ(detector.see(test::header(3, 7, 2)), (ProposerSlashing{test::header(3, 7, 1), test::header(3, 7, 2)}));
    EXPECT_EQ(detector.see(test::header(3, 7, 3)), std::nullopt);
}

TEST(Detector, keeps_to_its_bounds_by_forgetting_the_lowest) {
    Detector detector({10, 3});
    for (std::uint64_t target = 1; target <= 30; ++target) {
        see(detector, {1, 2, 3}, vote(target - 1, target));
        detector.see(test::header(1, target));
        EXPECT_LE(detector.votes_kept(), 10U);
        EXPECT_LE(detector.headers_kept(), 3U);
    }
    EXPECT_EQ(see(detector, {1}, vote(28, 29, 5)).size(), 1U);
    EXPECT_TRUE(see(detector, {2}, vote(4, 5, 5)).empty());
    EXPECT_TRUE(detector.see(test::header(1, 30, 2)).has_value());
    detector.prune(Epoch{40}, Slot{40});
    EXPECT_EQ(detector.votes_kept(), 0U);
    EXPECT_EQ(detector.headers_kept(), 0U);
}

/// Everything is kept and every pair is compared.
struct NaiveDetector {
    std::vector<std::pair<std::uint64_t, AttestationData>> kept;
    std::set<std::uint64_t> caught;

    /// Who of `validators` is caught by the new vote.
    std::set<std::uint64_t> see(const std::vector<std::uint64_t>& validators, const AttestationData& data) {
        std::set<std::uint64_t> found;
        for (const std::uint64_t validator : validators) {
            for (const auto& [owner, other] : kept) {
                if (owner == validator && (offence_of(other, data) || offence_of(data, other))) {
                    found.insert(validator);
                }
            }
        }
        for (const std::uint64_t validator : validators) {
            kept.emplace_back(validator, data);
        }
        std::erase_if(found, [this](std::uint64_t validator) { return !caught.insert(validator).second; });
        return found;
    }
};

TEST(Detector, catches_exactly_those_whom_comparing_every_pair_catches) {
    constexpr std::uint64_t seed = 7;
    SeededRandom random(seed);
    std::size_t caught = 0;
    for (int round = 0; round < 300; ++round) {
        Detector detector;
        NaiveDetector naive;
        for (int i = 0; i < 80; ++i) {
            std::vector<std::uint64_t> validators;
            for (std::uint64_t validator = 0; validator < 40; ++validator) {
                if (random.chance(8)) {
                    validators.push_back(validator);
                }
            }
            const std::uint64_t target = static_cast<std::uint64_t>(i) / 4 + 2 + random.below(3);
            const std::uint64_t reach = random.chance(10) ? target : std::min<std::uint64_t>(target, 3);
            const AttestationData data = vote(target - 1 - random.below(reach), target, random.chance(5) ? 2 : 1);

            const std::set<std::uint64_t> expected = naive.see(validators, data);
            std::set<std::uint64_t> found;
            for (const AttesterSlashing& evidence : see(detector, validators, data)) {
                ASSERT_TRUE(offence_of(evidence.first.data, evidence.second.data));
                for (const ValidatorIndex validator : evidence.first.validators) {
                    const auto& others = evidence.second.validators;
                    if (std::binary_search(others.begin(), others.end(), validator)) {
                        found.insert(validator.value);
                    }
                }
            }
            for (const std::uint64_t validator : expected) {
                ASSERT_TRUE(found.contains(validator)) << "seed " << seed << " round " << round << " step " << i;
            }
            for (const std::uint64_t validator : found) {
                ASSERT_TRUE(naive.caught.contains(validator)) << "seed " << seed << " round " << round << " step " << i;
            }
            caught += expected.size();
        }
    }
    EXPECT_GT(caught, 1'000U);
}

} // namespace
} // namespace quoin::slashing
