#include "testnet_folder.hpp"

#include "exit.hpp"
#include "files.hpp"
#include "genesis_file.hpp"
#include "passwords.hpp"
#include "time.hpp"

#include <quoin/base/hex.hpp>
#include <quoin/gossip/gossip.hpp>
#include <quoin/keys/derivation.hpp>
#include <quoin/keys/key_folder.hpp>
#include <quoin/keys/keystore.hpp>

namespace quoin::app {

namespace {

constexpr const char* node_file = "# Settings of this node; `quoin node --help` names them all. Flags win over them.\n"
                                  "discover = true\n";

/// From now to the genesis of a template: so long do the nodes take to start.
constexpr std::uint64_t delay_ms = 500;
constexpr std::uint64_t delay_per_node_ms = 150;

/// The genesis asked for, with a time and the settings asked for.
std::shared_ptr<const Chain> resolved_genesis(const std::string& asked, const std::vector<std::string>& spec,
                                              std::uint64_t time_ms_of_template) {
    const auto chain = checked_genesis(genesis_text(asked), asked, true);
    if (chain->genesis.time_ms != 0 && spec.empty()) {
        return chain;
    }
    Genesis genesis = chain->genesis;
    change_spec(genesis, spec);
    if (genesis.time_ms == 0) {
        genesis.time_ms = time_ms_of_template;
    }
    // Proofs of possession cover neither the time nor the spec: they were verified with the template.
    return std::make_shared<const Chain>(or_exit(load_genesis(print_genesis(genesis)), ExitCode::config));
}

std::shared_ptr<const Chain> fresh_chain(const TestnetPlan& plan) {
    const std::string asked = plan.genesis.empty() ? "devnet" : plan.genesis;
    const std::size_t validators = checked_genesis(genesis_text(asked), asked, true)->genesis.validators.size();
    const std::size_t nodes = plan.nodes == 0 ? validators : plan.nodes;
    return resolved_genesis(asked, plan.spec, wall_clock_ms() + delay_ms + nodes * delay_per_node_ms);
}

/// The chain of a folder that is gone on with; another that is asked for is refused.
std::shared_ptr<const Chain> old_chain(const TestnetPlan& plan) {
    const std::string file = (plan.path / "genesis.json").string();
    auto chain = load_genesis_file(file);
    const std::string asked = plan.genesis.empty() ? file : plan.genesis;
    if (resolved_genesis(asked, plan.spec, chain->genesis.time_ms)->genesis_root != chain->genesis_root) {
        throw Exit(ExitCode::data_folder,
                   {Reason::wrong_genesis, plan.path.string(), "holds a testnet of another genesis: --new removes it"});
    }
    return chain;
}

/// Validators stay where they are: with another number of nodes one would come without what it has signed.
std::size_t old_node_count(const TestnetPlan& plan) {
    std::size_t count = 0;
    while (std::filesystem::exists(plan.path / ("node-" + std::to_string(count)))) {
        ++count;
    }
    if (plan.nodes != 0 && plan.nodes != count) {
        throw Exit(ExitCode::data_folder, {Reason::data_folder_invalid, plan.path.string(),
                                           "holds a testnet of " + std::to_string(count) + " nodes: --new removes it"});
    }
    return count;
}

/// The keystores of a node's validators. A key is that of its place in the genesis: `dev:I` for validator I.
void write_keystores(const NodePlace& place, const Genesis& genesis, const keys::DevelopmentKeys& published) {
    const std::filesystem::path folder = place.folder / "keys";
    or_exit(keys::make_secret_folder(folder), ExitCode::data_folder);
    for (const std::size_t index : place.validators) {
        const auto number = static_cast<std::uint32_t>(index);
        const crypto::SecretKey key = published.validator(number);
        if (key.public_key().encode() != genesis.validators[index].public_key ||
            !genesis.validators[index].development) {
            throw Exit(ExitCode::config, {Reason::genesis_invalid, "validators[" + std::to_string(index) + "]",
                                          "a testnet runs validators with development keys, dev:I at place I"});
        }
        const std::filesystem::path file = folder / ("validator-" + std::to_string(index) + ".json");
        if (!std::filesystem::exists(file)) {
            const std::string keystore =
                or_exit(keys::make_keystore(key, keys::validator_path(number), development_password,
                                            keys::KeystoreCost::development),
                        ExitCode::config);
            or_exit(keys::write_secret_file(file, keystore), ExitCode::data_folder);
        }
    }
}

bool holds_testnet(const std::filesystem::path& path) {
    return std::filesystem::exists(path / "genesis.json") && std::filesystem::exists(path / "node-0");
}

void check_place(const std::filesystem::path& path) {
    if (!std::filesystem::exists(path)) {
        return;
    }
    if (!std::filesystem::is_directory(path)) {
        throw Exit(ExitCode::data_folder, {Reason::data_folder_invalid, path.string(), "is not a folder"});
    }
    if (!std::filesystem::is_empty(path) && !holds_testnet(path)) {
        throw Exit(ExitCode::data_folder, {Reason::data_folder_invalid, path.string(),
                                           "holds something else than a testnet: give another --dir"});
    }
}

} // namespace

TestnetFolder make_testnet_folder(const TestnetPlan& plan) {
    check_place(plan.path);
    TestnetFolder testnet;
    testnet.path = plan.path;
    testnet.is_continued = holds_testnet(plan.path) && !plan.start_over;
    testnet.chain = testnet.is_continued ? old_chain(plan) : fresh_chain(plan);
    if (plan.start_over) {
        std::filesystem::remove_all(plan.path); // not before the new genesis is known to be sound
    }
    const Genesis& genesis = testnet.chain->genesis;
    const std::size_t count = testnet.is_continued ? old_node_count(plan)
                              : plan.nodes == 0    ? genesis.validators.size()
                                                   : plan.nodes;
    testnet.nodes.resize(count);
    for (std::size_t i = 0; i < genesis.validators.size(); ++i) {
        testnet.nodes[i % count].validators.push_back(i);
    }
    or_exit(make_folder(plan.path), ExitCode::data_folder);
    const std::string text = print_genesis(genesis);
    const keys::DevelopmentKeys published;
    for (std::size_t i = 0; i < count; ++i) {
        NodePlace& place = testnet.nodes[i];
        place.folder = plan.path / ("node-" + std::to_string(i));
        or_exit(make_folder(place.folder), ExitCode::data_folder);
        write_keystores(place, genesis, published);
        place.peer_id = to_hex(or_exit(gossip::ensure_identity((place.folder / "tls").string())));
        or_exit(replace_file(place.folder / "genesis.json", text), ExitCode::data_folder);
        if (!std::filesystem::exists(place.folder / "node.toml")) {
            or_exit(replace_file(place.folder / "node.toml", node_file), ExitCode::data_folder);
        }
    }
    or_exit(replace_file(plan.path / "genesis.json", text), ExitCode::data_folder);
    return testnet;
}

} // namespace quoin::app
