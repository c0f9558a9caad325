#include "monitor.hpp"

#include <quoin/codec/json.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace quoin::app {

namespace {

std::string finality_text(const Picture& picture) {
    if (!picture.finality_ms) {
        return "-";
    }
    return fmt::format("{}.{:02} s", *picture.finality_ms / 1'000, *picture.finality_ms % 1'000 / 10);
}

std::size_t answering(const Picture& picture) {
    return static_cast<std::size_t>(
        std::count_if(picture.nodes.begin(), picture.nodes.end(), [](const auto& node) { return node.answers; }));
}

} // namespace

std::string status_line(const Picture& picture) {
    std::string line =
        fmt::format("slot {}  head {}  justified {}  finalized {}  finality {}  nodes {}/{}  validators {}",
                    picture.slot, picture.head_slot, picture.justified_epoch, picture.finalized_slot,
                    finality_text(picture), answering(picture), picture.nodes.size(), picture.validators);
    for (std::size_t node = 0; node < picture.nodes.size(); ++node) {
        if (picture.nodes[node].state != "ok") {
            line += fmt::format("  node {} {}", node, picture.nodes[node].state);
        }
    }
    for (const Picture::Event& event : picture.fresh) {
        line += "  * " + event.text;
    }
    return line + "\n";
}

std::string status_json(const Picture& picture) {
    std::string nodes;
    for (const Picture::Node& node : picture.nodes) {
        nodes += fmt::format(R"({}{{"state":{},"head_slot":"{}","finalized_slot":"{}","peers":"{}","api_address":{}}})",
                             nodes.empty() ? "" : ",", json_quoted(node.state), node.head_slot, node.finalized_slot,
                             node.peers, json_quoted(node.api_address));
    }
    std::string events;
    for (const Picture::Event& event : picture.fresh) {
        events += fmt::format(R"({}{{"slot":"{}","text":{}}})", events.empty() ? "" : ",", event.slot,
                              json_quoted(event.text));
    }
    return fmt::format(R"({{"slot":"{}","head_slot":"{}","justified_epoch":"{}","finalized_slot":"{}",)"
                       R"("finality_ms":{},"validators":"{}","nodes":[{}],"events":[{}]}})"
                       "\n",
                       picture.slot, picture.head_slot, picture.justified_epoch, picture.finalized_slot,
                       picture.finality_ms ? fmt::format("\"{}\"", *picture.finality_ms) : "null", picture.validators,
                       nodes, events);
}

std::string screen_text(const Picture& picture, const std::string& chain_name, const std::string& folder) {
    std::string text =
        fmt::format("{}   slot {}   head {}   justified {}   finalized {}   finality {}   validators {}\n\n",
                    chain_name, picture.slot, picture.head_slot, picture.justified_epoch, picture.finalized_slot,
                    finality_text(picture), picture.validators);
    text += fmt::format("{:<6}{:<22}{:>8}{:>11}{:>7}   {}\n", "node", "state", "head", "finalized", "peers", "api");
    for (std::size_t i = 0; i < picture.nodes.size(); ++i) {
        const Picture::Node& node = picture.nodes[i];
        text += fmt::format("{:<6}{:<22}{:>8}{:>11}{:>7}   http://{}\n", i, node.state, node.head_slot,
                            node.finalized_slot, node.peers, node.api_address);
    }
    text += "\n";
    for (const Picture::Event& event : picture.recent) {
        text += fmt::format("  slot {:<8} {}\n", event.slot, event.text);
    }
    return text +
           fmt::format("\nCtrl-C stops it. Break it with `quoin testnet fault equivocate --node 3 --dir {}`\n", folder);
}

} // namespace quoin::app
