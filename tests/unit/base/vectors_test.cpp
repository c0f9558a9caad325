#include "support/vectors.hpp"

#include <quoin/base/checked.hpp>

#include <gtest/gtest.h>

namespace quoin {
namespace {

TEST(IntegerSquareRoot, the_published_roots_come_out) {
    QUOIN_NEEDS_VECTORS();
    const auto cases = test::open_vectors("math/integer_squareroot.json");
    ASSERT_GE(cases.Size(), 10u);
    for (const auto& each : cases.GetArray()) {
        EXPECT_EQ(integer_square_root(test::integer(each["n"])), test::integer(each["root"])) << test::json_text(each);
    }
}

} // namespace
} // namespace quoin
