#include "node_command.hpp"

#include "data_folder.hpp"
#include "files.hpp"
#include "genesis_file.hpp"
#include "log.hpp"
#include "passwords.hpp"
#include "random.hpp"
#include "signals.hpp"
#include "testnet_file.hpp"
#include "version.hpp"

#include <quoin/api/api.hpp>
#include <quoin/base/hex.hpp>
#include <quoin/gossip/gossip.hpp>
#include <quoin/keys/derivation.hpp>
#include <quoin/keys/signer.hpp>
#include <quoin/node/machine.hpp>
#include <quoin/node/node.hpp>
#include <quoin/node/start.hpp>
#include <quoin/store/store.hpp>

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

namespace quoin::app {

namespace {

using Keys = std::vector<crypto::SecretKey>;

struct Joining {
    std::string genesis;
    std::vector<std::string> peers;
};

Joining joining(const NodeOptions& options) {
    if (options.join.empty()) {
        return {options.genesis, {}};
    }
    std::filesystem::path file = options.join;
    if (std::filesystem::is_directory(file)) {
        file /= "testnet.json";
    }
    const TestnetFile testnet = or_exit(read_testnet_file(file), ExitCode::config);
    Joining joined{options.genesis.empty() ? testnet.genesis.string() : options.genesis, {}};
    for (const RunningNode& node : testnet.nodes) {
        joined.peers.push_back(node.peer());
    }
    return joined;
}

/// Published keys may sign only where the genesis says that it is a game.
void refuse_development_keys(const Keys& keys, const Genesis& genesis) {
    constexpr std::uint32_t looked_at = 64;
    if (keys.empty() || is_development(genesis)) {
        return;
    }
    const keys::DevelopmentKeys published;
    for (std::uint32_t i = 0; i < looked_at; ++i) {
        const auto public_key = published.validator(i).public_key();
        const auto found =
            std::find_if(keys.begin(), keys.end(), [&](const auto& key) { return key.public_key() == public_key; });
        if (found != keys.end()) {
            throw Exit(ExitCode::config,
                       {Reason::keystore_invalid, to_hex(public_key.encode()),
                        "is a published development key, and the genesis is not marked as of development"});
        }
    }
}

Keys open_keys(const DataFolder& folder, const NodeSettings& settings, const Genesis& genesis) {
    or_exit(keys::make_secret_folder(folder.path() / "keys"), ExitCode::config);
    Keys keys = open_key_folder(folder.path() / "keys", settings.password_file.value_or("")).validators;
    refuse_development_keys(keys, genesis);
    return keys;
}

void warn_of_slow_disk(const DataFolder& folder, const Spec& spec) {
    const std::uint64_t commit_us = probe_commit_us(folder.path());
    const std::uint64_t slot_ms = spec.pacing == Pacing::timer ? spec.slot_ms : spec.min_slot_ms;
    const std::uint64_t bearable_us = slot_ms * 1'000 / 10;
    if (commit_us > bearable_us) {
        spdlog::warn("app slow_disk commit_us={} bearable_us={}", commit_us, bearable_us);
    } else {
        spdlog::debug("app disk commit_us={}", commit_us);
    }
}

gossip::GossipSettings gossip_settings(const DataFolder& folder, const NodeSettings& settings,
                                       std::vector<std::string> peers) {
    gossip::GossipSettings result;
    result.listen_host = settings.peer_host.value_or(result.listen_host);
    result.listen_port = settings.peer_port.value_or(peer_port_default);
    result.announce_address = settings.announce.value_or("");
    result.tls_folder = folder.file("tls");
    result.peers = settings.peers.value_or(std::vector<std::string>{});
    result.peers.insert(result.peers.end(), peers.begin(), peers.end());
    result.discover = settings.discover.value_or(true);
    return result;
}

api::ApiSettings api_settings(const DataFolder& folder, const NodeSettings& settings) {
    api::ApiSettings result;
    result.listen_host = settings.api_host.value_or(result.listen_host);
    result.listen_port = settings.api_port.value_or(api_port_default);
    result.token_file = folder.file("token");
    result.allowed_hosts = settings.allowed_hosts.value_or(result.allowed_hosts);
    result.allowed_origins = settings.allowed_origins.value_or(result.allowed_origins);
    result.version = version;
    return result;
}

Bytes<32> graffiti_of(const NodeSettings& settings) {
    const std::string text = settings.graffiti.value_or("");
    Bytes<32> graffiti;
    if (text.size() > graffiti.size()) {
        throw Exit(ExitCode::config, {Reason::config_invalid, "graffiti", "is longer than 32 bytes"});
    }
    std::copy(text.begin(), text.end(), graffiti.begin());
    return graffiti;
}

std::size_t verifier_threads(const NodeSettings& settings) {
    constexpr std::uint64_t most = 64;
    const std::uint64_t asked = settings.verifier_threads.value_or(std::thread::hardware_concurrency() / 2);
    return static_cast<std::size_t>(std::clamp<std::uint64_t>(asked, 1, most));
}

/// The databases of a data folder.
struct Stores {
    std::unique_ptr<ports::ChainStore> chain;
    std::unique_ptr<ports::LedgerStore> ledger;
    std::unique_ptr<ports::SigningStore> signing;
    std::unique_ptr<ports::SpanStore> spans;

    Stores(const DataFolder& folder, const Chain& of)
        : chain(or_exit(store::open_chain_store(folder.file("chain.db"), of), ExitCode::data_folder)),
          ledger(or_exit(store::open_ledger_store(folder.file("ledger.db"), of), ExitCode::data_folder)),
          signing(
              or_exit(store::open_signing_store(folder.file("signing.db"), of.genesis_root), ExitCode::data_folder)),
          spans(or_exit(store::open_span_store(folder.file("slasher.db"), of.genesis_root), ExitCode::data_folder)) {}
};

/// node.json while the node can be reached.
class Notice {
public:
    Notice(const DataFolder& folder, const gossip::Gossip& gossip, const gossip::GossipSettings& peers,
           const api::ApiServer& api, const api::ApiSettings& rest)
        : file_(folder.file("node.json")) {
        RunningNode node;
        node.pid = ::getpid();
        node.peer_id = to_hex(gossip.self());
        node.peer_address =
            peers.announce_address.empty() ? at(peers.listen_host, gossip.port()) : peers.announce_address;
        node.api_address = at(rest.listen_host, api.port());
        node.token_file = std::filesystem::absolute(rest.token_file).string();
        or_exit(replace_file(file_, node.json() + "\n"));
    }
    Notice(const Notice&) = delete;
    Notice& operator=(const Notice&) = delete;
    ~Notice() {
        std::error_code ignored;
        std::filesystem::remove(file_, ignored);
    }

private:
    static std::string at(const std::string& host, std::uint16_t port) {
        const bool is_everywhere = host == "0.0.0.0" || host == "::";
        const bool is_v6 = host.find(':') != std::string::npos;
        return (is_everywhere ? "127.0.0.1" : is_v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
    }

    std::string file_;
};

std::unique_ptr<crypto::SignatureScheme> make_scheme() {
    return std::make_unique<crypto::BlsScheme>();
}

/// Everything of a node, wired by hand: what is made first outlives what is made later.
void run(const DataFolder& folder, const NodeSettings& settings, const std::shared_ptr<const Chain>& chain, Keys keys,
         const std::vector<std::string>& peers) {
    keys::ValidatorSigner signer(std::move(keys));
    guard_memory();
    Stores stores(folder, *chain);
    warn_of_slow_disk(folder, chain->spec());

    const node::SystemClock clock;
    node::ThreadExecutor executor;
    ports::NodeMetrics metrics;
    ports::Snapshots snapshots;
    node::VerifierPool verifier(verifier_threads(settings), make_scheme, metrics);
    crypto::BlsScheme scheme;
    engine::Anchor anchor = node::start_anchor(*chain, *stores.chain, *stores.ledger);
    auto engine =
        std::make_unique<engine::Engine>(chain, engine::Settings{signer.keys(), graffiti_of(settings)}, scheme, anchor);
    node::Node node({*chain, *stores.chain, *stores.ledger, *stores.signing, signer, verifier, clock, executor,
                     snapshots, metrics, *stores.spans},
                    std::move(engine), anchor);
    anchor.state.reset(); // the node holds what it needs of it

    const gossip::GossipSettings peer_settings = gossip_settings(folder, settings, peers);
    const auto gossip = or_exit(gossip::make_gossip(peer_settings, chain, node, node), ExitCode::config);
    node.set_network(*gossip);
    const api::ApiSettings rest_settings = api_settings(folder, settings);
    const auto api =
        api::make_api(rest_settings, {*chain, snapshots, node, *stores.ledger, *stores.chain, *gossip, metrics, clock});
    or_exit(gossip->start());
    or_exit(api->start());
    const Notice notice(folder, *gossip, peer_settings, *api, rest_settings);
    spdlog::info("app ready genesis_root={} peer_id={} peers_at={}:{} api_at={}:{} validators={}",
                 to_hex(chain->genesis_root), to_hex(gossip->self()), peer_settings.listen_host, gossip->port(),
                 rest_settings.listen_host, api->port(), signer.keys().size());
    const StopOnSignal stop_on_signal([&node] { node.stop(); });
    node.run();
    api->stop();
    gossip->stop();
}

} // namespace

ExitCode run_node(const NodeOptions& options) {
    hold_signals();
    save_memory();
    const DataFolder folder = or_exit(DataFolder::open(options.folder), ExitCode::data_folder);
    const NodeSettings settings =
        merged(options.flags, or_exit(read_node_file(folder.file("node.toml")), ExitCode::config));
    or_exit(start_log(settings.log.value_or("text"), settings.log_level.value_or("info")), ExitCode::config);
    const Joining join = joining(options);
    const std::shared_ptr<const Chain> chain = folder.chain(join.genesis);
    Keys keys = open_keys(folder, settings, chain->genesis);
    try {
        run(folder, settings, chain, std::move(keys), join.peers);
    } catch (const Exit&) {
        throw;
    } catch (const std::exception& failure) {
        spdlog::critical("app failed error=\"{}\"", failure.what());
        throw Exit(ExitCode::data_folder, {Reason::io_error, folder.path().string(), failure.what()});
    }
    spdlog::info("app stopped");
    return ExitCode::ok;
}

} // namespace quoin::app
