#include "shrink.hpp"

#include <algorithm>

namespace quoin::sim {

namespace {

class Shrinker {
public:
    Shrinker(Lines lines, const ScenarioOptions& options, const std::string& promise, std::size_t runs_max,
             const std::function<bool()>& is_time_up)
        : lines_(std::move(lines)), options_(options), promise_(promise), runs_left_(runs_max),
          is_time_up_(is_time_up) {}

    Lines shrink() {
        for (std::size_t part = disturbances().size(); part > 0; part = part == 1 ? 0 : (part + 1) / 2) {
            leave_out_parts(part);
        }
        return lines_;
    }

private:
    std::vector<std::size_t> disturbances() const {
        std::vector<std::size_t> places;
        for (std::size_t i = 0; i < lines_.size(); ++i) {
            if (is_disturbance(lines_[i])) {
                places.push_back(i);
            }
        }
        return places;
    }

    /// From the end, so that what went before keeps its place.
    void leave_out_parts(std::size_t part) {
        std::vector<std::size_t> places = disturbances();
        while (!places.empty() && runs_left_ > 0 && !is_time_up_()) {
            const std::size_t count = std::min(part, places.size());
            Lines shorter = lines_;
            for (std::size_t i = 0; i < count; ++i) {
                shorter.erase(shorter.begin() + static_cast<std::ptrdiff_t>(places.back()));
                places.pop_back();
            }
            --runs_left_;
            if (auto played = still_breaks(std::move(shorter))) {
                lines_ = std::move(*played);
                std::erase_if(places, [&](std::size_t place) { return place >= lines_.size(); });
            }
        }
    }

    /// The lines up to the one that breaks it.
    std::optional<Lines> still_breaks(Lines lines) const {
        Scenario scenario(std::move(lines), options_);
        const bool is_played = scenario.run().ok();
        const Violations found = scenario.violations();
        const bool breaks = is_played && std::any_of(found.begin(), found.end(), [&](const Violation& violation) {
                                return violation.promise == promise_;
                            });
        return breaks ? std::optional{scenario.played()} : std::nullopt;
    }

    Lines lines_;
    const ScenarioOptions& options_;
    const std::string& promise_;
    std::size_t runs_left_;
    const std::function<bool()>& is_time_up_;
};

/// The slots of a `run` that counts in slots; nothing for any other line.
std::optional<std::uint64_t> slots_passed(const Line& line) {
    if (line.command() != "run" || line.words.size() != 2) {
        return std::nullopt;
    }
    Arguments arguments(line);
    return arguments.number();
}

} // namespace

Lines shrink(Lines lines, const ScenarioOptions& options, const std::string& promise, std::size_t runs_max,
             const std::function<bool()>& is_time_up) {
    return Shrinker(std::move(lines), options, promise, runs_max, is_time_up).shrink();
}

std::vector<std::string> story(const Lines& lines) {
    std::vector<std::string> told;
    std::uint64_t slots = 0;
    const auto tell_slots = [&] {
        if (slots != 0) {
            told.push_back("run " + std::to_string(slots));
            slots = 0;
        }
    };
    for (const Line& line : lines) {
        if (const auto passed = slots_passed(line)) {
            slots += *passed;
        } else {
            tell_slots();
            told.push_back(line.text());
        }
    }
    tell_slots();
    return told;
}

} // namespace quoin::sim
