#include "scenario.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

// Plays tests/scripts/*.txt. tests/scripts/README.md lists the words.

namespace quoin::sim {

namespace {

std::uint64_t seed_of_run() {
    const char* seed = std::getenv("QUOIN_SEED");
    return seed == nullptr ? 1 : std::strtoull(seed, nullptr, 10);
}

std::vector<std::filesystem::path> scripts() {
    std::vector<std::filesystem::path> found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator("tests/scripts")) {
        if (entry.path().extension() == ".txt") {
            found.push_back(entry.path());
        }
    }
    std::sort(found.begin(), found.end());
    return found;
}

std::string text_of(const std::filesystem::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

void play(const std::string& text, std::uint64_t seed) {
    SCOPED_TRACE("QUOIN_SEED=" + std::to_string(seed));
    Scenario scenario(parse_script(text), {.seed = seed});
    const Result<void> done = scenario.run();
    ASSERT_TRUE(done) << done.fault().text();
    for (const Violation& violation : scenario.violations()) {
        ADD_FAILURE() << violation.promise << " at slot " << violation.slot.value << ": " << violation.text;
    }
}

} // namespace

class Script : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(Script, holds) {
    const std::uint64_t first = seed_of_run();
    const bool is_replay = std::getenv("QUOIN_SEED") != nullptr;
    for (std::uint64_t seed = first; seed < first + (is_replay ? 1 : 5); ++seed) {
        play(text_of(GetParam()), seed);
    }
}

INSTANTIATE_TEST_SUITE_P(Scripts, Script, testing::ValuesIn(scripts()),
                         [](const auto& script) { return script.param.stem().string(); });

TEST(Scenario, equal_seeds_repeat_every_event_and_others_do_not) {
    const Lines lines = parse_script("nodes 4\nchaos 200\n");
    std::vector<Root> hashes;
    for (const std::uint64_t seed : {7, 7, 8}) {
        Scenario scenario(lines, {.seed = seed});
        ASSERT_TRUE(scenario.run());
        ASSERT_GT(scenario.world()->faults().total(), 100u);
        hashes.push_back(scenario.world()->trace().hash());
    }
    EXPECT_EQ(hashes[0], hashes[1]);
    EXPECT_NE(hashes[0], hashes[2]);
}

TEST(Scenario, what_cannot_be_understood_is_a_fault_of_its_line) {
    for (const char* text : {"nodes 4\nrun", "nodes 4\nrun away", "nodes 4\nrun 1 2", "nodes 4\nfly 3",
                             "nodes 4\ncrash 4", "spec slot_mss 3", "spec slot_ms x", "nodes 4\nlie 3 nobly",
                             "nodes 4\nsilent 4", "nodes 4\nrun 1\nexpect miracles"}) {
        Scenario scenario(parse_script(text), {});
        EXPECT_FALSE(scenario.run()) << text;
    }
}

TEST(Scenario, an_expectation_that_is_not_met_is_reported_and_ends_the_run) {
    Scenario scenario(parse_script("nodes 4\nrun 5\nexpect finalized-at-most 0\nrun 5\n"), {});
    ASSERT_TRUE(scenario.run());
    ASSERT_FALSE(scenario.violations().empty());
    EXPECT_EQ(scenario.violations().front().promise, "expect");
    EXPECT_EQ(scenario.played().size(), 3u);
}

} // namespace quoin::sim
