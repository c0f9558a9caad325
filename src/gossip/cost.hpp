#pragma once

#include "kind.hpp"

#include <quoin/base/reason.hpp>
#include <quoin/engine/message.hpp>

#include <array>
#include <cstdint>
#include <map>
#include <vector>

namespace quoin::gossip {

/// What a fault costs the peer who sent it. What an honest peer may do, because it is early or sees another part of the
/// chain, costs nothing or next to it; what no honest peer sends costs so much that the second time bans.
std::uint64_t cost_of(Reason reason);

inline constexpr std::uint64_t cost_over_rate = 2;    ///< of a frame beyond its kind's rate
inline constexpr std::uint64_t cost_unasked = 20;     ///< of an answer to nothing
inline constexpr std::uint64_t cost_unanswered = 10;  ///< of a request left without an answer in time
inline constexpr std::uint64_t cost_wrong_chain = 20; ///< of a hello from another chain
inline constexpr std::uint64_t cost_forgiven_per_s = 1;

/// Costs and bans by peer id, never by address: neighbours behind one address are not each other. Bounded: the
/// cheapest are forgotten first.
class Conduct {
public:
    static constexpr std::size_t peers_max = 4'096;

    Conduct(std::uint64_t ban_cost, std::uint64_t ban_ms) : ban_cost_(ban_cost), ban_ms_(ban_ms) {}

    /// True when the peer is banned from now on.
    bool charge(const engine::PeerId& peer, std::uint64_t cost, std::uint64_t now_ms);
    std::uint64_t cost(const engine::PeerId& peer, std::uint64_t now_ms) const;
    bool is_banned(const engine::PeerId& peer, std::uint64_t now_ms) const;

    std::size_t size() const { return records_.size(); }

private:
    struct Record {
        std::uint64_t cost = 0;
        std::uint64_t at_ms = 0;
        std::uint64_t banned_until_ms = 0;
    };

    static std::uint64_t cost_at(const Record& record, std::uint64_t now_ms);
    void make_room(std::uint64_t now_ms);

    std::uint64_t ban_cost_;
    std::uint64_t ban_ms_;
    std::map<engine::PeerId, Record> records_;
};

/// So many items a second on average, and so many at once.
class TokenBucket {
public:
    TokenBucket(std::uint64_t items_per_s, std::uint64_t items_burst);

    /// Takes `items` if they are there.
    bool take(std::uint64_t items, std::uint64_t now_ms);
    /// How long until `items` (not more than the burst) will be there.
    std::uint64_t wait_ms(std::uint64_t items, std::uint64_t now_ms);

private:
    void fill(std::uint64_t now_ms);

    std::uint64_t items_per_s_;
    std::uint64_t thousandths_max_;
    std::uint64_t thousandths_;
    std::uint64_t at_ms_ = 0;
};

/// One bucket for each kind of frame.
std::vector<TokenBucket> buckets_of(const Limits& bounds);

} // namespace quoin::gossip
