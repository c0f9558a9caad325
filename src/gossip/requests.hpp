#pragma once

#include <quoin/engine/message.hpp>

#include <cstdint>
#include <deque>
#include <map>
#include <optional>

namespace quoin::gossip {

/// Our block requests to one peer: a few under way, a few in line, each answered or given up on.
class Requests {
public:
    static constexpr std::size_t waiting_max = 16;

    Requests(std::size_t in_flight_max, std::uint64_t timeout_ms)
        : in_flight_max_(in_flight_max), timeout_ms_(timeout_ms) {}

    /// False when too many wait already.
    bool add(engine::BlockRequest request);

    struct Outgoing {
        std::uint64_t id = 0;
        engine::BlockRequest request;
    };
    /// The next one to send, if one may be.
    std::optional<Outgoing> next(std::uint64_t now_ms);

    enum class Verdict : std::uint8_t {
        asked,
        late, ///< it was given up on
        never_asked,
    };
    Verdict answered(std::uint64_t id);

    /// Gives up on those that are overdue; how many those are.
    std::size_t expire(std::uint64_t now_ms);

    /// All that have no answer yet.
    std::size_t open() const { return waiting_.size() + in_flight_.size(); }

private:
    std::size_t in_flight_max_;
    std::uint64_t timeout_ms_;
    std::uint64_t next_id_ = 1;
    std::deque<Outgoing> waiting_;
    std::map<std::uint64_t, std::uint64_t> in_flight_; ///< id -> when it was sent
};

} // namespace quoin::gossip
