#include "settlement.hpp"
#include "world.hpp"

#include <support/vectors.hpp>

// The published cases are phase 0's. Where a formula of ours is theirs, our function has to give their figure; where
// ours differs on purpose, the test works out by how much it must differ, from the case alone.

namespace quoin::staking {

namespace {

using test::coin;
using test::integer;

/// A world of the stakes that a case names, in coins of the case.
World world_of(const std::vector<std::uint64_t>& stakes, const Spec& spec) {
    Genesis genesis = test::sample_genesis(stakes.size(), spec);
    for (std::size_t i = 0; i < stakes.size(); ++i) {
        genesis.validators[i].stake = Amount{stakes[i]};
        genesis.validators[i].commission = {};
    }
    return World{genesis};
}

std::vector<std::uint64_t> integers(const rapidjson::Value& list) {
    std::vector<std::uint64_t> numbers;
    for (const auto& item : list.GetArray()) {
        numbers.push_back(integer(item));
    }
    return numbers;
}

/// Expects `part` to be `whole * numerator / denominator`, give or take what rounding may do.
void expect_ratio(std::uint64_t part, std::uint64_t whole, std::uint64_t numerator, std::uint64_t denominator,
                  std::uint64_t tolerance) {
    const std::uint64_t expected = mul_div(whole, numerator, denominator);
    EXPECT_LE(part, expected + tolerance);
    EXPECT_GE(part + tolerance, expected);
}

/// One case of rewards/phase0_deltas.json, settled by our own arithmetic with one epoch an era.
class PhaseZero {
public:
    explicit PhaseZero(const rapidjson::Value& item)
        : item_(item), leak_(item["is_leak"].GetBool()), delay_(integer(item["finality_delay"])),
          quotient_(integer(item["constants"]["INACTIVITY_PENALTY_QUOTIENT"])),
          world_(world_of(stakes_of(item), spec_of(item))) {
        State& state = world_.state;
        std::uint64_t whole = 0;
        for (std::size_t i = 0; i < state.validators.size(); ++i) {
            const auto& validator = item["validators"][static_cast<rapidjson::SizeType>(i)];
            const bool active = validator["active_previous_epoch"].GetBool();
            state.sets[0].weights.set(i, active ? Weight{integer(validator["effective_balance"])} : Weight{});
            whole += state.sets[0].weights[i].value;
            const bool counts = !validator["slashed"].GetBool();
            state.previous_hits.source.set(i, counts && validator["source"].GetBool() ? 1 : 0);
            state.previous_hits.target.set(i, counts && validator["target"].GetBool() ? 1 : 0);
            state.previous_hits.head.set(i, counts && validator["head"].GetBool() ? 1 : 0);
            state.inactivity_score.set(i, 4 * delay_ - (state.previous_hits.target[i] != 0 ? 0 : 4));
        }
        state.sets[0].previous_weights = state.sets[0].weights;
        state.sets[0].era = Era{1};
        total_ = whole;
    }

    void check() {
        ASSERT_EQ(total_, integer(item_["total_active_balance"]));
        Settlement settlement{world_.state, world_.spec, Era{1}, leak_};
        const Roll roll{world_.state};
        for_each_stretch(roll.size(), [&](std::size_t begin, std::size_t end) {
            settlement.for_each(
                begin, end, [&roll](std::size_t i) { return roll[i]; },
                [this](std::size_t i, const Settled& settled) { compare(i, settled.reward); });
        });
    }

    std::uint64_t compared() const { return compared_; }

private:
    static std::vector<std::uint64_t> stakes_of(const rapidjson::Value& item) {
        std::vector<std::uint64_t> stakes;
        for (const auto& validator : item["validators"].GetArray()) {
            stakes.push_back(integer(validator["effective_balance"]));
        }
        return stakes;
    }

    static Spec spec_of(const rapidjson::Value& item) {
        Spec spec = test::sample_spec();
        spec.epochs_per_era = 1;
        spec.base_reward_factor = integer(item["constants"]["BASE_REWARD_FACTOR"]);
        spec.effective_balance_increment = integer(item["constants"]["EFFECTIVE_BALANCE_INCREMENT"]);
        spec.leak_half_life_eras = 6'819; // Q = 33,548,470, next to phase 0's quotient of 2^25
        return spec;
    }

    std::uint64_t given(const char* part, const char* side, std::size_t i) const {
        return integer(item_["expected"][part][side][static_cast<rapidjson::SizeType>(i)]);
    }

    /// Phase 0 has four parts of one base reward each; ours are 14, 26 and 14 of 64. Its base reward is floored once
    /// for the whole stake and ours once an increment: that, times the increments, is all they may differ by.
    void compare(std::size_t i, const ValidatorReward& ours) {
        SCOPED_TRACE("validator " + std::to_string(i));
        const auto& validator = item_["validators"][static_cast<rapidjson::SizeType>(i)];
        const std::uint64_t increments = world_.state.sets[0].weights[i].value / coin;
        const std::uint64_t base = base_reward_of(validator);
        const std::uint64_t slack = increments + 4;
        if (!leak_) {
            expect_ratio(ours.source.value, 4 * given("source", "rewards", i), 14, 64, slack);
            expect_ratio(ours.target.value, 4 * given("target", "rewards", i), 26, 64, slack);
            expect_ratio(ours.head.value, 4 * given("head", "rewards", i), 14, 64, slack);
            EXPECT_EQ(ours.penalty_inactivity, Amount{});
        } else {
            EXPECT_EQ(ours.source + ours.target + ours.head, Amount{}) << "none in a leak; phase 0 takes them back";
            compare_inactivity(i, base, ours.penalty_inactivity.value);
        }
        const bool no_source = given("source", "penalties", i) != 0;
        const bool no_target = given("target", "penalties", i) != 0;
        EXPECT_EQ(given("source", "penalties", i), no_source ? base : 0);
        expect_ratio(ours.penalty_missed.value, 4 * base, (no_source ? 14 : 0) + (no_target ? 26 : 0), 64, slack);
        ++compared_;
    }

    /// In a leak phase 0 takes four base rewards less a proposer's part from everybody, and from who missed the target
    /// also weight * delay / quotient. Ours takes weight * score / (bias * Q) from everybody: with a score of bias *
    /// delay, for one who missed, that is the same, but that who attested sheds his score one by one only.
    void compare_inactivity(std::size_t i, std::uint64_t base, std::uint64_t ours) {
        const std::uint64_t usual = 4 * base - base / 8;
        const std::uint64_t extra = given("inactivity", "penalties", i) - usual;
        const std::uint64_t q = 6'819ULL * 6'819ULL * 1'000 / 1'386;
        const bool hit = world_.state.previous_hits.target[i] != 0;
        const std::uint64_t weight = world_.state.sets[0].weights[i].value;
        const std::uint64_t score = 4 * delay_ - (hit ? 1 : 0);
        EXPECT_EQ(ours, mul_div(weight, score, 4 * q));
        if (hit) {
            EXPECT_EQ(extra, 0U);
        } else {
            expect_ratio(ours, extra, quotient_, q, 2);
        }
    }

    /// The base reward of phase 0: floor(effective * factor / isqrt(total) / 4).
    std::uint64_t base_reward_of(const rapidjson::Value& validator) const {
        const std::uint64_t effective = integer(validator["effective_balance"]);
        return mul_div(effective, world_.spec.base_reward_factor, integer_square_root(total_)) / 4;
    }

    const rapidjson::Value& item_;
    bool leak_;
    std::uint64_t delay_;
    std::uint64_t quotient_;
    World world_;
    std::uint64_t total_ = 0;
    std::uint64_t compared_ = 0;
};

TEST(PhaseZeroVectors, rewards_and_penalties_are_those_of_phase_0_by_our_weights_of_64) {
    QUOIN_NEEDS_VECTORS();
    const rapidjson::Document cases = test::open_vectors("rewards/phase0_deltas.json");
    ASSERT_TRUE(cases.IsArray() && !cases.Empty());
    std::uint64_t compared = 0;
    for (const auto& item : cases.GetArray()) {
        SCOPED_TRACE(item["name"].GetString());
        PhaseZero one{item};
        one.check();
        compared += one.compared();
    }
    EXPECT_GT(compared, 300U);
}

/// The fraction, the reporter's reward and the weight noted for later are phase 0's. Ours comes out of the stake as it
/// is, not of the effective balance; the reward goes to one reporter and comes out of the penalty, where phase 0 mints
/// it to two; dates are our own (LEDGER "Slashing").
TEST(PhaseZeroVectors, the_initial_penalty_and_the_whistleblowers_reward_are_phase_0s_but_nothing_is_minted) {
    QUOIN_NEEDS_VECTORS();
    const rapidjson::Document cases = test::open_vectors("slashing/slash_validator.json");
    ASSERT_TRUE(cases.IsArray() && !cases.Empty());
    std::uint64_t by_others = 0;
    for (const auto& item : cases.GetArray()) {
        SCOPED_TRACE(item["name"].GetString());
        Spec spec = test::sample_spec();
        spec.min_slash_quotient = integer(item["constants"]["MIN_SLASHING_PENALTY_QUOTIENT"]);
        spec.reporter_reward_quotient = integer(item["constants"]["WHISTLEBLOWER_REWARD_QUOTIENT"]);
        const std::vector<std::uint64_t> before = integers(item["balances_before"]);
        const std::vector<std::uint64_t> after = integers(item["balances_after"]);
        const std::size_t slashed = integer(item["slashed_index"]);
        const std::uint64_t effective = integer(item["validator_before"]["effective_balance"]);
        std::vector<std::uint64_t> stakes = before;
        stakes[slashed] = effective;
        World world = world_of(stakes, spec);
        world.state.validators.edit(slashed).last_weight = Weight{effective};
        const Uint128 issued = world.state.issued;
        const SlashingOutcome outcome = world.slash(slashed, Era{0});
        const std::uint64_t lost = before[slashed] - after[slashed];
        std::uint64_t rewarded = 0;
        for (std::size_t i = 0; i < before.size(); ++i) {
            rewarded += i == slashed ? 0 : after[i] - before[i];
        }
        EXPECT_EQ((outcome.taken - outcome.reward).value, lost - rewarded);
        const auto& whistleblower = item["whistleblower_index"]; // null: the proposer
        const bool is_own = !whistleblower.IsNull() && integer(whistleblower) == slashed;
        if (!is_own && integer(item["proposer_index"]) != slashed) {
            EXPECT_EQ(outcome.taken, Amount{lost});
            EXPECT_EQ(outcome.reward, Amount{rewarded});
            ++by_others;
        }
        EXPECT_TRUE(world.state.issued == issued);
        EXPECT_TRUE(world.state.burned == (outcome.taken - outcome.reward).value);
        const std::uint64_t noted = integer(item["slashings_slot_after"]) - integer(item["slashings_slot_before"]);
        EXPECT_EQ(world.state.slashed_weights.back().weight, Weight{noted});
    }
    EXPECT_GT(by_others, 8U);
}

/// A world in which the validators of a case were slashed as it says, at the boundary that ends its epoch.
World correlated(const rapidjson::Value& item) {
    Spec spec = test::sample_spec();
    spec.unbonding_eras = integer(item["epochs_per_slashings_vector"]);
    spec.evidence_max_age_eras = spec.unbonding_eras;
    spec.correlation_multiplier = integer(item["proportional_slashing_multiplier"]);
    std::vector<std::uint64_t> stakes;
    for (const auto& validator : item["validators"].GetArray()) {
        stakes.push_back(integer(validator["effective_balance"]));
    }
    World world = world_of(stakes, spec);
    const Era ended{integer(item["epoch"])};
    std::size_t i = 0;
    for (const auto& validator : item["validators"].GetArray()) {
        if (validator["slashed"].GetBool()) {
            const std::uint64_t withdrawable = integer(validator["withdrawable_epoch"]);
            world.state.validators.edit(i).slashed =
                SlashMark{Era{withdrawable + 1}.saturating_minus(spec.unbonding_eras), Era{0}};
        }
        ++i;
    }
    const std::uint64_t due = ended.value + 1 - spec.unbonding_eras / 2;
    world.state.slashed_weights.push_back({Era{due}, Weight{integer(item["slashings_sum"])}});
    world.state.sets[0].total[0] = Weight{integer(item["total_active_balance"])};
    world.state.slot = first_slot_of(spec, ended + 1);
    return world;
}

/// Date (half the window after the slash) and fraction are phase 0's, on the same validators. Phase 0 takes whole
/// increments, rounded down; ours takes the fraction itself, rounded up.
TEST(PhaseZeroVectors, the_correlation_penalty_is_phase_0s_before_it_rounds_to_increments) {
    QUOIN_NEEDS_VECTORS();
    const rapidjson::Document cases = test::open_vectors("slashing/process_slashings.json");
    ASSERT_TRUE(cases.IsArray() && !cases.Empty());
    std::uint64_t due = 0;
    for (const auto& item : cases.GetArray()) {
        SCOPED_TRACE(item["name"].GetString());
        World world = correlated(item);
        const auto before = world.state.tokens;
        Books books = world.books();
        correlation_penalties(books, Era{integer(item["epoch"])});
        const std::vector<std::uint64_t> after = integers(item["balances_after"]);
        for (std::size_t i = 0; i < after.size(); ++i) {
            const auto& validator = item["validators"][static_cast<rapidjson::SizeType>(i)];
            const std::uint64_t theirs = integer(validator["balance"]) - after[i];
            const std::uint64_t ours = (before[i] - world.state.tokens[i]).value;
            EXPECT_EQ(theirs == 0, ours < coin) << "validator " << i;
            EXPECT_LE(theirs, ours) << "validator " << i;
            EXPECT_LE(ours - theirs, coin) << "validator " << i;
            due += theirs == 0 ? 0 : 1;
        }
    }
    EXPECT_GT(due, 50U);
}

} // namespace

} // namespace quoin::staking
