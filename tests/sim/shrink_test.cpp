#include "shrink.hpp"

#include <gtest/gtest.h>

namespace quoin::sim {

TEST(Shrink, leaves_only_what_it_takes_to_fail) {
    const ScenarioOptions options{.seed = 5};
    Scenario scenario(
        parse_script("nodes 4\nlose 3\nrun 4\ndelay 2 20\ncrash 1\nrun 4\nskew 0 5\ncrash 2\nduplicate 4\n"
                     "run 12\nexpect finalized-within 6\nrun 5\n"),
        options);
    ASSERT_TRUE(scenario.run());
    ASSERT_FALSE(scenario.violations().empty());
    const Lines lines = shrink(scenario.played(), options, "expect", 100, [] { return false; });
    EXPECT_EQ(story(lines), (std::vector<std::string>{"nodes 4", "run 4", "crash 1", "run 4", "crash 2", "run 12",
                                                      "expect finalized-within 6"}));
}

TEST(Shrink, tries_nothing_when_time_is_up) {
    const Lines lines = parse_script("nodes 4\nlose 3\nrun 4\nrun 5\nexpect finalized-at-most 0\n");
    EXPECT_EQ(story(shrink(lines, {}, "expect", 100, [] { return true; })),
              (std::vector<std::string>{"nodes 4", "lose 3", "run 9", "expect finalized-at-most 0"}));
}

} // namespace quoin::sim
