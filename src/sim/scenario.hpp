#pragma once

#include "plan.hpp"

#include <memory>
#include <optional>
#include <string>

namespace quoin::sim {

/// Plays a script in a world. What is not kept is in `violations`: of the world's checkers, and the script's own
/// expectations as `expect`. A run ends at the first of them, unless the script says that it expects violations.
class Scenario {
public:
    Scenario(Lines lines, ScenarioOptions options);

    /// A fault when a line cannot be understood; its path is the line's number.
    Result<void> run();
    /// Called at the start of each slot.
    std::function<void(const World&, const Line&)> on_slot;
    /// Called with each line that is performed.
    std::function<void(const World&, const Line&)> on_line;

    const World* world() const { return world_.get(); } ///< nullptr when the script never played
    Violations violations() const;
    /// The lines as they were played, chaos written out, up to the one at which the run ended.
    const Lines& played() const { return played_; }

private:
    friend class Expectations;

    Result<void> set_up();
    void write_out_chaos();

    Result<void> perform(const Line& line);
    std::uint64_t slots_of(Arguments& arguments) const;
    void change_links(const std::string& command, Arguments& arguments);
    void change_rules(LinkRules& rules, const std::string& command, Arguments& arguments);
    void split(const Line& line, Arguments& arguments);
    void set_clock(const std::string& command, Arguments& arguments);
    bool act_on_node(const std::string& command, Arguments& arguments);
    bool transact(const std::string& command, Arguments& arguments);
    void submit(std::size_t from, const Payload& payload);
    std::size_t node_number(Arguments& arguments) const;
    bool must_end() const;

    Lines lines_;
    ScenarioOptions options_;
    std::unique_ptr<World> world_;
    Lines played_;
    const Line* at_ = nullptr;
    std::vector<std::string> expected_; ///< promises that are to be broken
    Violations unmet_;
    std::map<std::size_t, std::uint64_t> nonces_;
    std::map<std::size_t, ClockRules> clocks_;
};

} // namespace quoin::sim
