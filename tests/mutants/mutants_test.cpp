#include "killer.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <functional>
#include <string>

// Runs every killer with nothing planted, when none may notice anything, and then every fault with its killers, each of
// which must. Each run is a process of its own: what a fault breaks, an assertion included, ends with it.

namespace quoin::mutants {

namespace {

/// Longer than any killer needs on a loaded machine: what takes longer hangs.
constexpr unsigned run_seconds_max = 60;

Killers all_killers() {
    Killers all;
    for (const auto& part : {world_killers, finality_killers, forkchoice_killers, chain_killers, staking_killers,
                             guard_killers, engine_killers, store_killers, script_killers}) {
        const Killers more = part();
        all.insert(all.end(), more.begin(), more.end());
    }
    return all;
}

/// Turns the first failed expectation into an exception, which ends the scenario.
class Thrower : public testing::EmptyTestEventListener {
    void OnTestPartResult(const testing::TestPartResult& result) override {
        if (result.failed()) {
            throw testing::AssertionException(result);
        }
    }
};

/// What was seen in one line: the last one says what it means.
std::string last_line(const std::string& text) {
    constexpr std::size_t shown_max = 120;
    const std::size_t end = text.find_last_not_of('\n') + 1;
    const std::size_t start = end == 0 ? 0 : text.find_last_of('\n', end - 1) + 1;
    return text.substr(start, std::min(end - start, shown_max));
}

/// In the child: what the killer saw, empty when it saw nothing.
std::string saw(const Killer& killer) {
    auto& listeners = testing::UnitTest::GetInstance()->listeners();
    delete listeners.Release(listeners.default_result_printer());
    listeners.Append(new Thrower);
    try {
        killer.run();
    } catch (const testing::AssertionException& failure) {
        return failure.what();
    } catch (const std::exception& failure) {
        return failure.what();
    }
    return {};
}

struct Outcome {
    std::string seen; ///< empty: nothing
    long milliseconds = 0;
};

std::string read_all(int from) {
    std::string text;
    char buffer[4'096];
    for (ssize_t got = 0; (got = read(from, buffer, sizeof buffer)) > 0;) {
        text.append(buffer, static_cast<std::size_t>(got));
    }
    return text;
}

Outcome run(const Killer& killer, Mutant planted) {
    int ends[2];
    if (pipe(ends) != 0) {
        return {"no pipe"};
    }
    const auto start = std::chrono::steady_clock::now();
    std::fflush(nullptr);
    const pid_t child = fork();
    if (child == 0) {
        alarm(run_seconds_max);
        dup2(ends[1], STDERR_FILENO); // an assertion's words count as what was seen
        planted_mutant = planted;
        const std::string text = saw(killer);
        const ssize_t written = write(ends[1], text.data(), text.size());
        _exit(written == static_cast<ssize_t>(text.size()) && text.empty() ? 0 : 1);
    }
    close(ends[1]);
    std::string text = read_all(ends[0]);
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    if (WIFSIGNALED(status)) {
        text += WTERMSIG(status) == SIGALRM ? " (did not end)" : " (aborted)";
    }
    const auto spent = std::chrono::steady_clock::now() - start;
    const bool ended_well = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    return {ended_well ? "" : text, std::chrono::duration_cast<std::chrono::milliseconds>(spent).count()};
}

void print(const char* mutant, const char* killer, const Outcome& outcome) {
    std::printf("| %s | %s | %s | %ld |\n", mutant, killer, last_line(outcome.seen).c_str(), outcome.milliseconds);
    std::fflush(stdout);
}

} // namespace

TEST(Mutants, nothing_is_noticed_where_nothing_is_planted) {
    for (const Killer& killer : all_killers()) {
        const Outcome outcome = run(killer, Mutant::none);
        EXPECT_EQ(outcome.seen, "") << killer.name;
    }
}

TEST(Mutants, every_planted_fault_is_noticed) {
    const Killers killers = all_killers();
    std::printf("| planted | killed by | seen | ms |\n|---|---|---|---|\n");
    for (std::size_t i = 1; i <= mutant_count; ++i) {
        const auto mutant = static_cast<Mutant>(i);
        const char* name = mutant_names[i].data();
        bool is_noticed = false;
        for (const Killer& killer : killers) {
            if (killer.mutant == mutant) {
                const Outcome outcome = run(killer, mutant);
                is_noticed = true;
                EXPECT_NE(outcome.seen, "") << killer.name << " does not notice " << name;
                print(name, killer.name, outcome);
            }
        }
        EXPECT_TRUE(is_noticed) << name << " has no killer";
    }
}

} // namespace quoin::mutants
