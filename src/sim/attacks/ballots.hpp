#pragma once

#include "forge.hpp"

#include <map>
#include <set>
#include <vector>

namespace quoin::sim {

/// The votes an adversary has seen or made, to be packed into its blocks as an honest proposer would.
class Ballots {
public:
    void add(const SingleAttestation& vote);
    /// When `message` is a vote or a block: the block's votes count as well.
    void see(Forge& forge, const engine::Message& message);

    /// Those of recent slots in ascending target epoch; what the block cannot include is left out when it is built.
    std::vector<Attestation> for_block(Forge& forge, const Root& parent, Slot slot) const;

private:
    static constexpr std::uint64_t slots_kept = 16;

    std::map<AttestationData, std::set<ValidatorIndex>> voters_; ///< by slot first: the oldest go first
};

} // namespace quoin::sim
