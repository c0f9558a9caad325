#pragma once

#include "exit.hpp"
#include "http.hpp"
#include "json.hpp"

#include <quoin/types/genesis.hpp>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace quoin::app {

/// How the command line names nodes: by URL, else those of a testnet that runs.
struct NodeChoice {
    std::vector<std::string> urls;
    std::string testnet = "testnet"; ///< folder

    std::vector<NodeUrl> nodes() const;
};

/// The API of whichever of some nodes answers first.
class NodeApi {
public:
    explicit NodeApi(std::vector<NodeUrl> nodes) : nodes_(std::move(nodes)) {}

    struct Answer {
        unsigned status = 0; ///< 2xx
        Json json;
    };
    /// Leaves with `network` when no node answers, with `refused` and the node's reason when it says no.
    Answer get(const std::string& target) { return ask({false, target, {}, timeout_ms_default}); }
    Answer post(const std::string& target, const std::string& body, std::uint64_t timeout_ms = timeout_ms_default) {
        return ask({true, target, body, timeout_ms});
    }

    /// The genesis that the node says it has, checked to be what its root says.
    std::shared_ptr<const Chain> chain();

    /// The node that answered last.
    const NodeUrl& node() const { return nodes_.front(); }

private:
    static constexpr std::uint64_t timeout_ms_default = 15'000;

    Answer ask(const HttpQuestion& question);

    std::vector<NodeUrl> nodes_; ///< who answered last comes first
};

} // namespace quoin::app
