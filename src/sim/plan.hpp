#pragma once

#include "script.hpp"
#include "world.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace quoin::sim {

struct ScenarioOptions {
    std::uint64_t seed = 1;
    /// Makes nodes with databases on disks that fail; without it `disks real` is a fault.
    std::function<NodeFactory(std::uint64_t seed, const DiskRules&)> on_real_disks{};
    std::optional<bool> has_real_disks{};      ///< wins over the script's `disks`
    std::optional<std::string> genesis_json{}; ///< wins over the script's `profile`
    std::optional<std::size_t> nodes{};        ///< validators are spread over so many, whatever the script says
    std::optional<std::uint64_t> chaos_ms{};   ///< how long each `chaos` is, whatever the script says
};

/// What a world is made of, as a script's settings say, before anything happens in it.
class Plan {
public:
    /// True for the lines that `read` is for.
    static bool is_setting(const Line& line);

    Result<void> read(const Line& line);
    Result<WorldSettings> settings(const ScenarioOptions& options) const;

private:
    Result<std::shared_ptr<const Chain>> chain(const ScenarioOptions& options) const;
    Result<NodeFactory> node_factory(const ScenarioOptions& options) const;
    Result<void> enlist(WorldSettings& world) const;

    std::optional<std::uint64_t> validators_;
    std::optional<std::string> genesis_json_;
    std::uint64_t nodes_ = 0;
    std::uint64_t spare_ = 0;
    std::vector<std::pair<std::string, std::string>> spec_;
    bool has_real_disks_ = false;
    DiskRules disks_;
    Lines adversaries_;
};

} // namespace quoin::sim
