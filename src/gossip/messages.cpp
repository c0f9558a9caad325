#include "messages.hpp"

#include <quoin/base/assert.hpp>
#include <quoin/codec/archive.hpp>

#include <array>

QUOIN_SSZ_TYPE(quoin::gossip::Hello)
QUOIN_SSZ_TYPE(quoin::gossip::Ping)
QUOIN_SSZ_TYPE(quoin::gossip::Goodbye)
QUOIN_SSZ_TYPE(quoin::gossip::RangeRequest)
QUOIN_SSZ_TYPE(quoin::gossip::RootsRequest)
QUOIN_SSZ_TYPE(quoin::gossip::BlocksAnswer)
QUOIN_SSZ_TYPE(quoin::gossip::PeersRequest)
QUOIN_SSZ_TYPE(quoin::gossip::PeersAnswer)
QUOIN_SSZ_TYPE(quoin::gossip::Attestations)

namespace quoin::gossip {

std::string_view to_string(Farewell reason) {
    static constexpr std::array<std::string_view, 10> names{
        "stopping",  "wrong_version",  "wrong_genesis", "wrong_fork", "self",
        "duplicate", "too_many_peers", "banned",        "misbehaved", "idle",
    };
    const auto number = static_cast<std::size_t>(reason);
    return number < names.size() ? names[number] : "unknown";
}

} // namespace quoin::gossip
