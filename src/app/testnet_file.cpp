#include "testnet_file.hpp"

#include "files.hpp"
#include "json.hpp"

#include <quoin/codec/json.hpp>

namespace quoin::app {

namespace {

RunningNode node_at(const Json& json, const std::string& pointer) {
    RunningNode node;
    node.pid = static_cast<std::int64_t>(json.number(pointer + "/pid"));
    node.peer_id = json.text(pointer + "/peer_id");
    node.peer_address = json.text(pointer + "/peer_address");
    node.api_address = json.text(pointer + "/api_address");
    node.token_file = json.text(pointer + "/token_file");
    return node;
}

Result<Json> read_json(const std::filesystem::path& file) {
    constexpr std::size_t bytes_max = 16 << 20;
    const auto text = read_file(file, bytes_max);
    if (!text) {
        return text.fault();
    }
    auto json = Json::parse(*text);
    if (!json) {
        return Fault{Reason::config_invalid, file.string(), json.fault().message};
    }
    return json;
}

bool is_whole(const RunningNode& node) {
    return node.pid > 0 && !node.peer_id.empty() && !node.peer_address.empty() && !node.api_address.empty();
}

} // namespace

std::string RunningNode::json() const {
    return "{\"pid\":" + std::to_string(pid) + ",\"peer_id\":" + json_quoted(peer_id) +
           ",\"peer_address\":" + json_quoted(peer_address) + ",\"api_address\":" + json_quoted(api_address) +
           ",\"token_file\":" + json_quoted(token_file) + "}";
}

std::string TestnetFile::json() const {
    std::string text = "{\"genesis\":" + json_quoted(genesis.filename().string()) +
                       ",\"genesis_root\":" + json_quoted(genesis_root) + ",\"pid\":" + std::to_string(pid) +
                       ",\"nodes\":[";
    for (const RunningNode& node : nodes) {
        text += (text.back() == '[' ? "\n" : ",\n") + node.json();
    }
    return text + "\n]}\n";
}

Result<TestnetFile> read_testnet_file(const std::filesystem::path& file) {
    const auto json = read_json(file);
    if (!json) {
        if (json.fault().reason == Reason::not_found) {
            return Fault{Reason::not_found, file.string(), "no testnet runs here: start one with `quoin testnet`"};
        }
        return json.fault();
    }
    TestnetFile testnet;
    testnet.genesis = file.parent_path() / json->text("/genesis");
    testnet.genesis_root = json->text("/genesis_root");
    testnet.pid = static_cast<std::int64_t>(json->number("/pid"));
    for (std::size_t i = 0; i < json->size("/nodes"); ++i) {
        testnet.nodes.push_back(node_at(*json, "/nodes/" + std::to_string(i)));
        if (!is_whole(testnet.nodes.back())) {
            return Fault{Reason::config_invalid, file.string(), "node " + std::to_string(i) + " is not whole"};
        }
    }
    if (testnet.nodes.empty() || testnet.genesis_root.empty()) {
        return Fault{Reason::config_invalid, file.string(), "is no description of a testnet"};
    }
    return testnet;
}

Result<RunningNode> read_running_node(const std::filesystem::path& file) {
    const auto json = read_json(file);
    if (!json) {
        return json.fault();
    }
    const RunningNode node = node_at(*json, "");
    if (!is_whole(node)) {
        return Fault{Reason::config_invalid, file.string(), "is no description of a node"};
    }
    return node;
}

} // namespace quoin::app
