#include "real_node.hpp"
#include "scenario.hpp"
#include "shrink.hpp"
#include "timeline.hpp"

#include <quoin/sim/simulate.hpp>

#include <quoin_embedded/scenarios.hpp>

#include <algorithm>
#include <chrono>

namespace quoin::sim {

namespace {

constexpr std::size_t shrink_runs_max = 400;

Progress progress_of(const World& world) {
    std::uint64_t finalized = 0;
    for (std::size_t i = 0; i < world.size(); ++i) {
        finalized = std::max(finalized, world.node(i).view()->certified.epoch.value);
    }
    return {world.slot().value, finalized, world.faults().total(), world.node_slots()};
}

std::string text_of(const Violation& violation) {
    return violation.promise + " at slot " + std::to_string(violation.slot.value) + ": " + violation.text;
}

/// Lines of a scenario as it was written; what chaos does goes by too fast to tell.
bool is_worth_telling(const Line& line, int chaos_line) {
    return line.command() != "run" && line.command() != "expect" && line.number != chaos_line;
}

std::vector<std::string> shortest(const Scenario& scenario, const ScenarioOptions& options, std::uint64_t seconds) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
    const std::string promise = scenario.violations().front().promise;
    return story(shrink(scenario.played(), options, promise, seconds == 0 ? 0 : shrink_runs_max,
                        [&] { return std::chrono::steady_clock::now() >= end; }));
}

void fill(SimulationReport& report, const World& world) {
    report.end = progress_of(world);
    report.faults = world.faults().text();
    report.finalized_blocks = world.checkers().finalized_blocks();
    report.postings = world.checkers().books().postings();
    report.events = world.trace().events();
    report.trace = world.trace().hash();
}

} // namespace

Result<SimulationReport> simulate(const SimulationSettings& settings) {
    const ScenarioOptions options{settings.seed,         RealNode::factory, settings.has_real_disks,
                                  settings.genesis_json, settings.nodes,    settings.chaos_ms};
    const Lines lines = parse_script(settings.scenario);
    const auto chaos =
        std::find_if(lines.begin(), lines.end(), [](const Line& line) { return line.command() == "chaos"; });
    const int chaos_line = chaos == lines.end() ? 0 : chaos->number;
    Scenario scenario(lines, options);
    std::optional<Timeline> timeline;
    scenario.on_slot = [&](const World& world, const Line&) {
        if (!timeline) {
            timeline.emplace(world);
        }
        timeline->enter_slot();
        if (settings.progress) {
            settings.progress(progress_of(world));
        }
    };
    scenario.on_line = [&](const World&, const Line& line) {
        if (timeline && is_worth_telling(line, chaos_line)) {
            timeline->note(line.text());
        }
    };
    if (auto played = scenario.run(); !played) {
        return played.fault();
    }
    SimulationReport report;
    fill(report, *scenario.world());
    for (const Violation& violation : scenario.violations()) {
        report.violations.push_back(text_of(violation));
    }
    report.timeline = timeline ? timeline->text() : std::vector<std::string>{};
    if (!report.violations.empty()) {
        report.shortest = shortest(scenario, options, settings.shrink_seconds);
    }
    return report;
}

std::vector<NamedScenario> scenarios() {
    std::vector<NamedScenario> found;
    for (const embedded::EmbeddedFile& file : embedded::scenarios()) {
        found.push_back({std::string{file.name.substr(0, file.name.find('.'))}, std::string{file.content}});
    }
    return found;
}

} // namespace quoin::sim
