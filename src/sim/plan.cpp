#include "plan.hpp"

#include "attacks.hpp"
#include "simulated_chain.hpp"

#include <quoin_embedded/templates.hpp>

#include <algorithm>
#include <set>

namespace quoin::sim {

namespace {

std::optional<std::string> profile_json(const std::string& name) {
    for (const embedded::EmbeddedFile& file : embedded::templates()) {
        if (file.name == name + ".json") {
            return std::string{file.content};
        }
    }
    return std::nullopt;
}

/// `3`, `0,2,5`, or `33%`: as many of the last validators as are worth no more than that part of the stake.
std::vector<ValidatorIndex> validators_of(const Chain& chain, const std::string& who, Arguments& arguments) {
    const auto& validators = chain.genesis.validators;
    std::vector<ValidatorIndex> owned;
    if (who.back() == '%') {
        const std::uint64_t percent = std::strtoull(who.c_str(), nullptr, 10);
        Uint128 all = 0;
        for (const GenesisValidator& validator : validators) {
            all += validator.stake.value;
        }
        Uint128 taken = 0;
        for (std::uint64_t i = validators.size(); i-- > 0;) {
            taken += validators[i].stake.value;
            if (100 * taken > percent * all) {
                break;
            }
            owned.push_back(ValidatorIndex{i});
        }
        return owned;
    }
    for (std::size_t at = 0; at <= who.size();) {
        const std::size_t comma = std::min(who.find(',', at), who.size());
        const std::uint64_t index = std::strtoull(who.substr(at, comma - at).c_str(), nullptr, 10);
        if (index >= validators.size()) {
            arguments.fail("there is no such validator");
        }
        owned.push_back(ValidatorIndex{index});
        at = comma + 1;
    }
    return owned;
}

} // namespace

bool Plan::is_setting(const Line& line) {
    static const std::set<std::string> words{"nodes", "validators", "profile", "spec",
                                             "disks", "silent",     "lie",     "attack"};
    return words.contains(line.command());
}

Result<void> Plan::read(const Line& line) {
    Arguments arguments(line);
    if (line.command() == "nodes") {
        nodes_ = arguments.number();
        spare_ = arguments.is_done() ? 0 : arguments.number();
    } else if (line.command() == "validators") {
        validators_ = arguments.number();
    } else if (line.command() == "profile") {
        const std::string name = arguments.word();
        genesis_json_ = profile_json(name);
        if (!genesis_json_) {
            arguments.fail("no profile `" + name + "`");
        }
    } else if (line.command() == "spec") {
        const std::string key = arguments.word();
        spec_.emplace_back(key, arguments.word());
    } else if (line.command() == "disks") {
        has_real_disks_ = arguments.skip("real");
        if (!has_real_disks_ && !arguments.skip("memory")) {
            arguments.fail("disks are `real` or `memory`");
        }
        disks_.calls_per_failure = arguments.skip("calls") ? arguments.number() : 0;
    } else {
        adversaries_.push_back(line);
        return {};
    }
    return arguments.finish();
}

Result<WorldSettings> Plan::settings(const ScenarioOptions& options) const {
    auto made = chain(options);
    if (!made) {
        return made.fault();
    }
    auto make_node = node_factory(options);
    if (!make_node) {
        return make_node.fault();
    }
    WorldSettings world{*made, options.nodes.value_or(nodes_), spare_, options.seed, *make_node, {}};
    if (auto enlisted = enlist(world); !enlisted) {
        return enlisted.fault();
    }
    return world;
}

Result<std::shared_ptr<const Chain>> Plan::chain(const ScenarioOptions& options) const {
    ChainSettings settings{genesis_json_, validators_, spec_};
    if (options.genesis_json) {
        settings.genesis_json = options.genesis_json;
    }
    if (!settings.validators && !settings.genesis_json && nodes_ != 0) {
        settings.validators = nodes_;
    }
    return make_chain(settings);
}

Result<NodeFactory> Plan::node_factory(const ScenarioOptions& options) const {
    if (!options.has_real_disks.value_or(has_real_disks_)) {
        return NodeFactory{VirtualNode::make};
    }
    if (!options.on_real_disks) {
        return Fault{Reason::config_invalid, "disks", "this program has no real ones"};
    }
    return options.on_real_disks(options.seed, disks_);
}

/// `attack NAME WHO ARGUMENTS`, `lie WHO NAME ARGUMENTS`, `silent WHO`.
Result<void> Plan::enlist(WorldSettings& world) const {
    for (const Line& line : adversaries_) {
        Arguments arguments(line);
        std::string name = line.command();
        name = name == "attack" ? arguments.word() : name;
        const std::vector<ValidatorIndex> owned = validators_of(*world.chain, arguments.word(), arguments);
        name = name == "lie" ? arguments.word() : name;
        if (const auto factory = attacks().find(name); factory != attacks().end()) {
            world.adversaries.push_back(factory->second(owned, arguments));
        } else {
            arguments.fail("no attack `" + name + "`");
        }
        if (auto understood = arguments.finish(); !understood) {
            return understood;
        }
    }
    return {};
}

} // namespace quoin::sim
