#pragma once

#include <quoin/base/result.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace quoin::app {

/// What an operator may set, on the command line or in node.toml under the same names. What is absent has the default
/// of `quoin node --help`.
struct NodeSettings {
    std::optional<std::vector<std::string>> peers; ///< `id@host:port` or `host:port`
    std::optional<std::string> peer_host;
    std::optional<std::uint16_t> peer_port; ///< 0: the system chooses
    std::optional<std::string> announce;    ///< host:port that peers should dial
    std::optional<bool> discover;
    std::optional<std::string> api_host;
    std::optional<std::uint16_t> api_port; ///< 0: the system chooses
    std::optional<std::vector<std::string>> allowed_hosts;
    std::optional<std::vector<std::string>> allowed_origins;
    std::optional<std::string> password_file; ///< relative to the data folder in node.toml
    std::optional<std::uint64_t> verifier_threads;
    std::optional<std::string> graffiti;
    std::optional<std::string> log; ///< text or json
    std::optional<std::string> log_level;
};

inline constexpr std::uint16_t peer_port_default = 9600;
inline constexpr std::uint16_t api_port_default = 9700;

/// Reads node.toml; no file is no settings. `config_invalid` with the path of the file and the key: TOML that does not
/// parse, an unknown key, a wrong type, a number out of range.
Result<NodeSettings> read_node_file(const std::filesystem::path& file);

/// What `flags` sets, and of the rest what `file` sets.
NodeSettings merged(NodeSettings flags, NodeSettings file);

} // namespace quoin::app
