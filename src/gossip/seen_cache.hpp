#pragma once

#include "kind.hpp"

#include <quoin/base/bytes.hpp>

#include <cstdint>
#include <deque>
#include <unordered_map>

namespace quoin::gossip {

/// What went through this node lately and which peers are known to have it. Bounded by number and by age; the oldest
/// goes first.
class SeenCache {
public:
    /// A set of peers: bit i stands for the peer in place i.
    using Holders = std::uint64_t;
    static constexpr std::size_t places = 64;

    /// `seed` keeps peers from choosing what collides.
    SeenCache(std::size_t entries_max, std::uint64_t age_ms_max, std::uint64_t seed);

    /// What an item is known by: its hash, told apart by kind, since bytes may be valid as two kinds.
    static Root key_of(Kind kind, ByteView encoded);

    /// True when it was not there before. Either way `holders` have it from now on.
    bool note(const Root& key, Holders holders, std::uint64_t now_ms);
    Holders holders(const Root& key) const;
    /// As if it had never come: for what the engine had no room for.
    void forget(const Root& key);
    /// The peer in this place is gone: the place means somebody else from now on.
    void vacate(std::size_t place);

    std::size_t size() const { return entries_.size(); }

private:
    struct Mix {
        std::uint64_t seed = 0;
        std::size_t operator()(const Root& key) const;
    };
    struct Arrival {
        Root key;
        std::uint64_t number = 0;
        std::uint64_t at_ms = 0;
    };
    struct Entry {
        Holders holders = 0;
        std::uint64_t number = 0; ///< of its arrival: a key forgotten and noted again has an older one in line too
    };

    void make_room(std::uint64_t now_ms);

    std::size_t entries_max_;
    std::uint64_t age_ms_max_;
    std::uint64_t next_number_ = 0;
    std::unordered_map<Root, Entry, Mix> entries_;
    std::deque<Arrival> arrivals_;
};

} // namespace quoin::gossip
