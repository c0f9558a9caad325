#pragma once

#include "node_group.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace quoin::app {

/// What a testnet looks like at one moment.
struct Picture {
    struct Node {
        std::string state; ///< "ok", "syncing", "paused", "silent", or how it ended
        std::uint64_t head_slot = 0;
        std::uint64_t finalized_slot = 0;
        std::uint64_t peers = 0;
        std::string api_address;
        bool answers = false;
    };
    struct Event {
        std::uint64_t slot = 0;
        std::string text;
    };

    std::uint64_t slot = 0; ///< by the clock; under responsive pacing the highest that a node has reached
    std::uint64_t head_slot = 0;
    std::uint64_t justified_epoch = 0;
    std::uint64_t finalized_slot = 0;
    std::uint64_t validators = 0;             ///< on duty
    std::optional<std::uint64_t> finality_ms; ///< mean time to finality since the last picture
    std::vector<Node> nodes;
    std::vector<Event> fresh; ///< since the last picture
    std::deque<Event> recent; ///< the last few
};

/// Looks at the nodes of a testnet through their APIs.
class Monitor {
public:
    Picture look(NodeGroup& group, const Chain& chain);

private:
    void ask(const NodeGroup& group, std::size_t node, Picture& picture);
    void measure_finality(const std::string& api_address, Picture& picture);
    void name_slashed(const std::string& api_address);
    void tell(std::string text) { told_.push_back(std::move(text)); }

    std::deque<Picture::Event> recent_;
    std::vector<std::string> told_;
    std::set<std::string> slashed_;
    std::string evidence_id_ = "0"; ///< of the newest seen
    std::uint64_t duty_validators_ = 0;
    std::uint64_t slot_ = 0; ///< the highest that a node was in
    bool is_stalled_ = false;
    std::string measured_at_;
    double latency_sum_s_ = 0;
    double latency_count_ = 0;
};

/// `slot 120  head 120  justified 119  finalized 118  finality 0.28 s  nodes 4/4  validators 4`
std::string status_line(const Picture& picture);
/// One JSON object with all of it.
std::string status_json(const Picture& picture);
/// Several lines for a terminal, each ending in a line break.
std::string screen_text(const Picture& picture, const std::string& chain_name, const std::string& folder);

} // namespace quoin::app
