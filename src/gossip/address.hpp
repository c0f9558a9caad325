#pragma once

#include <quoin/base/result.hpp>
#include <quoin/engine/message.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace quoin::gossip {

/// Where a peer is reached, and who it must be where that is known.
struct PeerAddress {
    std::optional<engine::PeerId> id;
    std::string host; ///< an address or a name; an IPv6 address without brackets
    std::uint16_t port = 0;

    bool operator==(const PeerAddress&) const = default;

    /// `host:port`, an IPv6 address in brackets.
    std::string endpoint() const;
    /// True for `0.0.0.0` and `::`, which say "where you see me".
    bool is_unspecified() const;
};

/// Reads `id@host:port` or `host:port`; the id is 64 hex digits with or without `0x`. `config_invalid` for anything
/// else.
Result<PeerAddress> parse_peer(std::string_view text);

/// The first digits of an id, as logs show it.
std::string short_text(const engine::PeerId& id);

} // namespace quoin::gossip
