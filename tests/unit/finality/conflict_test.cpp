#include "world.hpp"

#include <quoin/base/random.hpp>
#include <quoin/finality/conflict.hpp>

#include <gtest/gtest.h>

#include <set>

namespace quoin::finality {
namespace {

bool is_offence(const AttestationData& first, const AttestationData& second) {
    const bool is_double = first != second && first.target.epoch == second.target.epoch;
    const bool surrounds = first.source.epoch < second.source.epoch && second.target.epoch < first.target.epoch;
    return is_double || surrounds;
}

using Validators = std::vector<std::uint64_t>;

CertificateGroup group(const Validators& voters, const Checkpoint& source, const Checkpoint& target) {
    CertificateGroup made;
    made.data = {Slot{target.epoch.value}, target.root, source, target};
    for (const std::uint64_t voter : voters) {
        made.validators.resize(std::max<std::size_t>(made.validators.size(), voter + 1));
        made.validators.set(voter);
    }
    made.signature[0] = static_cast<std::uint8_t>(target.epoch.value);
    return made;
}

Checkpoint on_side(std::uint64_t side, std::uint64_t epoch) {
    return {Epoch{epoch}, test::secret(epoch == 0 ? 0 : 2 * epoch + side)};
}

VoteGroups all_of(const std::vector<CertificateGroup>& groups) {
    VoteGroups votes;
    for (const CertificateGroup& one : groups) {
        votes.push_back(&one);
    }
    return votes;
}

TEST(Conflict, two_certificates_with_a_common_target_epoch_show_a_third) {
    const EraSets sets = test::sets_with({10, 10, 10}, {10, 10, 10});
    FinalityCertificate left;
    left.link = {group({0, 1}, on_side(0, 1), on_side(0, 2))};
    left.justification = {group({0, 1}, on_side(0, 0), on_side(0, 1))};
    FinalityCertificate right;
    right.link = {group({1, 2}, on_side(1, 2), on_side(1, 3))};
    right.justification = {group({1, 2}, on_side(1, 0), on_side(1, 2))};
    const Conflict found = conflict_between(votes_of(left), votes_of(right), sets, is_offence);
    EXPECT_EQ(found.offenders, std::vector<ValidatorIndex>{ValidatorIndex{1}});
    EXPECT_EQ(found.weight[0], Weight{10});
    ASSERT_EQ(found.evidence.size(), 1U);
    EXPECT_EQ(found.evidence[0].first.data, left.link[0].data);
    EXPECT_EQ(found.evidence[0].first.signature, left.link[0].signature);
    EXPECT_EQ(found.evidence[0].second.data, right.justification[0].data);
    EXPECT_EQ(found.evidence[0].second.validators.size(), 2U);
}

TEST(Conflict, of_a_surround_the_outer_vote_comes_first) {
    const EraSets sets = test::sets_with({10, 10, 10}, {10, 10, 10});
    const std::vector<CertificateGroup> inner{group({0, 1}, on_side(0, 1), on_side(0, 2))};
    const std::vector<CertificateGroup> outer{group({1, 2}, on_side(1, 0), on_side(1, 3))};
    for (const bool turned : {false, true}) {
        const Conflict found = turned ? conflict_between(all_of(outer), all_of(inner), sets, is_offence)
                                      : conflict_between(all_of(inner), all_of(outer), sets, is_offence);
        ASSERT_EQ(found.evidence.size(), 1U);
        EXPECT_EQ(found.evidence[0].first.data, outer[0].data);
        EXPECT_EQ(found.offenders, std::vector<ValidatorIndex>{ValidatorIndex{1}});
    }
}

TEST(Conflict, certificates_of_one_chain_accuse_nobody) {
    const EraSets sets = test::sets_with({10, 10, 10}, {10, 10, 10});
    const std::vector<CertificateGroup> votes{group({0, 1}, on_side(0, 0), on_side(0, 1)),
                                              group({0, 1, 2}, on_side(0, 1), on_side(0, 2))};
    const Conflict found = conflict_between(all_of(votes), all_of(votes), sets, is_offence);
    EXPECT_TRUE(found.evidence.empty());
    EXPECT_TRUE(found.offenders.empty());
    EXPECT_EQ(found.weight, JointWeight{});
}

/// A split in which everybody votes for what his side has: some for one side, the traitors for both.
struct Split {
    explicit Split(SeededRandom& random) {
        std::vector<std::uint64_t> weights;
        while (weights.size() < 12) {
            weights.push_back(1 + random.below(9));
        }
        sets = test::sets_with(weights, weights);
        for (std::uint64_t voter = 0; voter < weights.size(); ++voter) {
            const std::uint64_t draw = random.below(4);
            if (draw != 0) {
                sides[0].push_back(voter);
            }
            if (draw == 0 || draw > 1) {
                sides[1].push_back(voter);
            }
        }
        for (const std::uint64_t side : {0U, 1U}) {
            std::uint64_t source = 0;
            for (std::uint64_t target = 1 + random.below(3); target < 12;
                 source = target, target += 1 + random.below(3)) {
                is_final[side] = is_final[side] || (source != 0 && target == source + 1);
                // Of one link there may be votes with different heads; each voter casts one.
                const std::size_t half = random.below(sides[side].size() + 1);
                const auto middle = sides[side].begin() + static_cast<std::ptrdiff_t>(half);
                votes[side].push_back(
                    group({sides[side].begin(), middle}, on_side(side, source), on_side(side, target)));
                votes[side].push_back(group({middle, sides[side].end()}, on_side(side, source), on_side(side, target)));
                votes[side].back().data.head = test::secret(99);
            }
        }
    }

    bool has_two_quorums() const { return is_quorum_of(sides[0]) && is_quorum_of(sides[1]); }
    bool is_quorum_of(const Validators& voters) const {
        JointWeight sum;
        for (const std::uint64_t voter : voters) {
            sum[0] += sets.weights[voter];
            sum[1] += sets.weights[voter];
        }
        return is_joint_quorum(sum, sets);
    }

    /// Who signed an offence at all, pair by pair.
    std::set<ValidatorIndex> guilty() const {
        std::set<ValidatorIndex> found;
        for (std::uint64_t voter = 0; voter < sets.weights.size(); ++voter) {
            for (const CertificateGroup& one : votes[0]) {
                for (const CertificateGroup& other : votes[1]) {
                    const auto signed_by = [voter](const CertificateGroup& signed_group) {
                        return voter < signed_group.validators.size() && signed_group.validators.get(voter);
                    };
                    if (signed_by(one) && signed_by(other) &&
                        (is_offence(one.data, other.data) || is_offence(other.data, one.data))) {
                        found.insert(ValidatorIndex{voter});
                    }
                }
            }
        }
        return found;
    }

    EraSets sets;
    std::array<Validators, 2> sides;
    std::array<bool, 2> is_final{};
    std::array<std::vector<CertificateGroup>, 2> votes;
};

TEST(Conflict, in_every_split_that_finalizes_on_both_sides_a_third_is_found_and_nobody_else) {
    constexpr std::uint64_t seed = 77;
    SeededRandom random(seed);
    int splits = 0;
    for (int round = 0; round < 4'000; ++round) {
        SCOPED_TRACE("seed " + std::to_string(seed) + " round " + std::to_string(round));
        const Split split(random);
        const Conflict found = conflict_between(all_of(split.votes[0]), all_of(split.votes[1]), split.sets, is_offence);
        const auto guilty = split.guilty();
        ASSERT_EQ(std::set<ValidatorIndex>(found.offenders.begin(), found.offenders.end()), guilty);
        std::set<ValidatorIndex> shown;
        for (const AttesterSlashing& evidence : found.evidence) {
            ASSERT_TRUE(is_offence(evidence.first.data, evidence.second.data));
            const auto& first = evidence.first.validators;
            const auto& second = evidence.second.validators;
            std::set_intersection(first.begin(), first.end(), second.begin(), second.end(),
                                  std::inserter(shown, shown.end()));
        }
        ASSERT_EQ(shown, guilty) << "the evidence is against all of them";
        if (split.has_two_quorums() && split.is_final[0] && split.is_final[1]) {
            ASSERT_GE(3 * found.weight[0].value, split.sets.total[0].value);
            ++splits;
        }
    }
    EXPECT_GT(splits, 100);
}

} // namespace
} // namespace quoin::finality
