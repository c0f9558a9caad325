#include "node_api.hpp"

#include "testnet_file.hpp"

#include <quoin/base/hex.hpp>

#include <algorithm>

namespace quoin::app {

namespace {

Reason reason_named(const std::string& name) {
    for (unsigned i = 0; i <= static_cast<unsigned>(Reason::unavailable); ++i) {
        if (to_string(static_cast<Reason>(i)) == name) {
            return static_cast<Reason>(i);
        }
    }
    return Reason::malformed;
}

[[noreturn]] void refuse(const Json& json) {
    throw Exit(ExitCode::refused, {reason_named(json.text("/reason")), "", json.text("/message")});
}

} // namespace

std::vector<NodeUrl> NodeChoice::nodes() const {
    std::vector<NodeUrl> nodes;
    for (const std::string& url : urls) {
        nodes.push_back(or_exit(parse_node_url(url), ExitCode::usage));
    }
    if (urls.empty()) {
        std::filesystem::path file = testnet;
        if (file.extension() != ".json") {
            file /= "testnet.json";
        }
        auto read = read_testnet_file(file);
        if (!read) {
            throw Exit(ExitCode::network,
                       {read.fault().reason, read.fault().path, read.fault().message + ", or name a node with --node"});
        }
        for (const RunningNode& node : read->nodes) {
            nodes.push_back(or_exit(parse_node_url(node.api_address), ExitCode::config));
        }
    }
    return nodes;
}

NodeApi::Answer NodeApi::ask(const HttpQuestion& question) {
    std::optional<Fault> fault;
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        const auto answer = app::ask(nodes_[i], question);
        if (!answer) {
            fault = answer.fault();
            continue;
        }
        std::rotate(nodes_.begin(), nodes_.begin() + static_cast<std::ptrdiff_t>(i), nodes_.end());
        const Json json = or_exit(Json::parse(answer->body.empty() ? "null" : answer->body), ExitCode::network);
        if (answer->status >= 300) {
            refuse(json);
        }
        return {answer->status, json};
    }
    throw Exit(ExitCode::network, fault.value_or(Fault{Reason::unavailable, "", "no node is known"}));
}

std::shared_ptr<const Chain> NodeApi::chain() {
    const Json json = get("/v1/genesis").json;
    auto chain = or_exit(load_genesis(json.raw("/data/genesis")), ExitCode::config);
    if (to_hex(chain.genesis_root) != json.text("/data/genesis_root")) {
        throw Exit(ExitCode::config, {Reason::wrong_genesis, node().text(), "its genesis is not what its root says"});
    }
    return std::make_shared<const Chain>(std::move(chain));
}

} // namespace quoin::app
