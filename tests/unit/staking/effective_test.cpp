#include "world.hpp"

#include <support/vectors.hpp>

namespace quoin::staking {

namespace {

using test::coin;

std::uint64_t number(const rapidjson::Value& value) {
    return std::stoull(value.GetString());
}

TEST(EffectiveBalance, follows_the_published_vectors) {
    QUOIN_NEEDS_VECTORS();
    Spec spec = test::sample_spec();
    spec.max_effective_balance = 32 * coin;
    const rapidjson::Document vectors = test::open_vectors("math/effective_balance_hysteresis.json");
    ASSERT_TRUE(vectors.IsArray() && !vectors.Empty());
    for (const auto& item : vectors.GetArray()) {
        const Amount before{number(item["effective_balance_before"])};
        const Amount after = effective_balance_after(spec, before, Amount{number(item["balance"])});
        EXPECT_EQ(after, Amount{number(item["effective_balance_after"])}) << item["balance"].GetString();
    }
}

TEST(EffectiveBalance, moves_only_outside_the_band) {
    const Spec spec = test::sample_spec();
    const auto after = [&spec](std::uint64_t tokens) {
        return effective_balance_after(spec, Amount{100 * coin}, Amount{tokens});
    };
    EXPECT_EQ(after(99'750'000'000), Amount{100 * coin});
    EXPECT_EQ(after(99'749'999'999), Amount{99 * coin});
    EXPECT_EQ(after(101'250'000'000), Amount{100 * coin});
    EXPECT_EQ(after(101'250'000'001), Amount{101 * coin});
    EXPECT_EQ(after(2'000'000 * coin), Amount{1'000'000 * coin});
    EXPECT_EQ(after(0), Amount{0});
}

} // namespace

} // namespace quoin::staking
