#pragma once

#include <quoin/base/result.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace quoin::app {

/// A node that runs: what it writes to `node.json` of its data folder, and what testnet.json says of it.
struct RunningNode {
    std::int64_t pid = 0;
    std::string peer_id;      ///< 0x and 64 digits
    std::string peer_address; ///< host:port
    std::string api_address;  ///< host:port
    std::string token_file;

    bool operator==(const RunningNode&) const = default;

    /// As `--peer` takes it.
    std::string peer() const { return peer_id + "@" + peer_address; }
    std::string json() const;
};

/// testnet.json of a testnet folder (CONVENTIONS "Data folder").
struct TestnetFile {
    std::filesystem::path genesis; ///< of its genesis.json
    std::string genesis_root;
    std::int64_t pid = 0; ///< of the supervisor
    std::vector<RunningNode> nodes;

    std::string json() const;
};

/// `not_found` when no testnet runs there, `config_invalid` when the file is not what it should be.
Result<TestnetFile> read_testnet_file(const std::filesystem::path& file);
Result<RunningNode> read_running_node(const std::filesystem::path& file);

} // namespace quoin::app
