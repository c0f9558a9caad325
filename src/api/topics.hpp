#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace quoin::api {

/// What can be subscribed to (API.md "WebSocket"). Durable topics come first.
enum class Topic : std::uint8_t {
    finalized_block,
    slashing,
    evidence,
    validator_lifecycle,
    era_rewards,
    head,
    block,
    reorg,
    attestation,
    transaction,
};
inline constexpr std::array<std::string_view, 10> topic_names{
    "finalized_block", "slashing", "evidence",    "validator_lifecycle", "era_rewards", "head",
    "block",           "reorg",    "attestation", "transaction"};

constexpr std::string_view to_string(Topic topic) {
    return topic_names[static_cast<std::size_t>(topic)];
}

constexpr bool is_durable(Topic topic) {
    return topic < Topic::head;
}

constexpr std::optional<Topic> topic_named(std::string_view name) {
    for (std::size_t i = 0; i < topic_names.size(); ++i) {
        if (topic_names[i] == name) {
            return static_cast<Topic>(i);
        }
    }
    return std::nullopt;
}

/// JSON that many subscribers share.
using SharedText = std::shared_ptr<const std::string>;

/// Something that happened just now, rendered once for all.
struct LiveEvent {
    Topic topic = Topic::head;
    std::string data;
};

} // namespace quoin::api
