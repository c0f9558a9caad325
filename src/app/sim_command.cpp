#include "sim_command.hpp"

#include "files.hpp"
#include "genesis_file.hpp"
#include "log.hpp"

#include <quoin/base/hex.hpp>
#include <quoin/sim/simulate.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>
#include <vector>

namespace quoin::app {

namespace {

constexpr std::size_t scenario_bytes_max = 16 << 20;
constexpr auto progress_every = std::chrono::milliseconds(500);
constexpr auto progress_line_every = std::chrono::seconds(10);

std::string scenario_text(const std::string& name_or_file) {
    std::string names;
    for (const sim::NamedScenario& scenario : sim::scenarios()) {
        if (scenario.name == name_or_file) {
            return scenario.text;
        }
        names += (names.empty() ? "" : ", ") + scenario.name;
    }
    auto text = read_file(name_or_file, scenario_bytes_max);
    if (!text && text.fault().reason == Reason::not_found) {
        throw Exit(ExitCode::config, {Reason::not_found, name_or_file,
                                      "is neither a file nor a scenario of the program (" + names + ")"});
    }
    return or_exit(std::move(text), ExitCode::config);
}

sim::SimulationSettings settings_of(const SimOptions& options) {
    sim::SimulationSettings settings;
    settings.scenario = scenario_text(options.scenario);
    settings.nodes = options.nodes;
    if (!options.disks.empty()) {
        settings.has_real_disks = options.disks == "real";
    }
    if (!options.genesis.empty()) {
        settings.genesis_json = genesis_text(options.genesis);
    }
    if (options.hours) {
        settings.chaos_ms = static_cast<std::uint64_t>(*options.hours * 3'600'000);
    }
    return settings;
}

/// What a world has done so far: on one line of a terminal, or now and then a line for a log.
class ProgressLine {
public:
    ProgressLine() : is_terminal_(::isatty(STDERR_FILENO) != 0), begun_(std::chrono::steady_clock::now()) {}

    void show(std::uint64_t seed, const sim::Progress& progress) {
        const auto now = std::chrono::steady_clock::now();
        const std::lock_guard lock(mutex_);
        const std::chrono::milliseconds every = is_terminal_ ? progress_every : progress_line_every;
        if (now < std::max(begun_, shown_) + every) {
            return;
        }
        shown_ = now;
        fmt::print(stderr, "{}seed {}  slot {}  finalized epoch {}  faults {}  node-slots {}{}",
                   is_terminal_ ? "\r" : "", seed, progress.slot, progress.finalized_epoch, progress.faults,
                   progress.node_slots, is_terminal_ ? "\x1b[K" : "\n");
    }
    void clear() const {
        if (is_terminal_) {
            fmt::print(stderr, "\r\x1b[K");
        }
    }

private:
    bool is_terminal_;
    std::mutex mutex_;
    std::chrono::steady_clock::time_point begun_;
    std::chrono::steady_clock::time_point shown_;
};

void print_lines(const char* title, const std::vector<std::string>& lines) {
    if (!lines.empty()) {
        fmt::print("{}\n", title);
    }
    for (const std::string& line : lines) {
        fmt::print("  {}\n", line);
    }
}

void print(std::uint64_t seed, const sim::SimulationReport& report, bool with_timeline) {
    if (with_timeline) {
        print_lines("Timeline", report.timeline);
    }
    fmt::print("seed {}: {}  {} slots, {} node-slots, finalized epoch {}, {} blocks and {} postings booked\n", seed,
               report.violations.empty() ? "every promise held" : "BROKEN", report.end.slot, report.end.node_slots,
               report.end.finalized_epoch, report.finalized_blocks, report.postings);
    fmt::print("  {} faults: {}\n  trace of {} events: {}\n", report.end.faults, report.faults, report.events,
               to_hex(report.trace));
    print_lines("Violations", report.violations);
    print_lines("The shortest scenario found that still shows it", report.shortest);
}

/// The seeds one after the other, on as many threads as asked for.
class Runs {
public:
    explicit Runs(const SimOptions& options) : options_(options), settings_(settings_of(options)) {}

    ExitCode play() {
        std::vector<std::thread> threads;
        for (std::uint64_t i = 1; i < options_.threads; ++i) {
            threads.emplace_back([this] { work(); });
        }
        work();
        for (std::thread& thread : threads) {
            thread.join();
        }
        progress_.clear();
        if (fault_) {
            throw Exit(ExitCode::config, *fault_);
        }
        if (options_.seeds > 1 && !options_.hash) {
            const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun_;
            fmt::print("{} seeds: {} node-slots, {} faults, {} broken, {:.0f} s\n", options_.seeds, node_slots_,
                       faults_, broken_, took.count());
        }
        return broken_ == 0 ? ExitCode::ok : ExitCode::negative;
    }

private:
    void work() {
        for (std::uint64_t i = next_++; i < options_.seeds; i = next_++) {
            sim::SimulationSettings settings = settings_;
            settings.seed = options_.seed + i;
            settings.progress = [this, &settings](const sim::Progress& at) { progress_.show(settings.seed, at); };
            const auto report = sim::simulate(settings);
            const std::lock_guard lock(mutex_);
            if (!report) {
                fault_ = report.fault();
                return;
            }
            progress_.clear();
            tell(settings.seed, *report);
        }
    }

    void tell(std::uint64_t seed, const sim::SimulationReport& report) {
        broken_ += report.violations.empty() ? 0 : 1;
        node_slots_ += report.end.node_slots;
        faults_ += report.end.faults;
        if (options_.hash) {
            fmt::print("{} {}\n", seed, to_hex(report.trace));
        } else {
            print(seed, report, options_.seeds == 1 || !report.violations.empty());
        }
    }

    const SimOptions& options_;
    sim::SimulationSettings settings_;
    ProgressLine progress_;
    std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
    std::atomic<std::uint64_t> next_{0};
    std::mutex mutex_;
    std::optional<Fault> fault_;
    std::uint64_t broken_ = 0;
    std::uint64_t node_slots_ = 0;
    std::uint64_t faults_ = 0;
};

} // namespace

ExitCode run_sim(const SimOptions& options) {
    if (options.list) {
        for (const sim::NamedScenario& scenario : sim::scenarios()) {
            fmt::print("{}\n{}\n", scenario.name, scenario.text);
        }
        return ExitCode::ok;
    }
    or_exit(start_log("text", "off")); // nodes that are made to fail would log nothing else
    return Runs(options).play();
}

} // namespace quoin::app
