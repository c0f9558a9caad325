#pragma once

#include "adversary.hpp"

#include <quoin/base/random.hpp>

namespace quoin::sim {

/// A network on which blocks are as fast as ever and every vote is late, for ever.
class LateVotes : public Adversary {
public:
    /// Votes take from `least_ms` to `most_ms` to each node.
    LateVotes(std::uint64_t least_ms, std::uint64_t most_ms, std::uint64_t seed);

    std::optional<std::uint64_t> delay_ms(Powers& powers, const Sighting& sighting, std::size_t to) override;

private:
    std::uint64_t least_ms_;
    std::uint64_t most_ms_;
    SeededRandom random_;
};

} // namespace quoin::sim
