#pragma once

#include <quoin/staking/books.hpp>

#include <map>
#include <span>

namespace quoin::staking {

/// What an included attestation earns hits for (LEDGER "Rewards and penalties").
struct Hits {
    bool source = false; ///< included within max(1, isqrt(slots_per_epoch)) slots
    bool target = false; ///< the target is this chain's checkpoint
    bool head = false;   ///< the head is this chain's block and the delay one slot

    bool operator==(const Hits&) const = default;
};

/// `state.slot` is the block's; the attestation is includable in it.
Hits hits_of(const State& state, const Spec& spec, const AttestationData& data);

/// Counts the hits of one block's attestations, and what its proposer earns for including them. The state's slot is the
/// block's.
class HitRecorder {
public:
    HitRecorder(State& state, const Spec& spec, ValidatorIndex proposer);

    /// Counts `hits` for voters whose bit the block sets for the first time. Attestations of an era before the last
    /// earn nothing.
    void record(const AttestationData& data, const Hits& hits, std::span<const ValidatorIndex> new_voters);

    /// Adds the block's proposer reward to the state: once, after the last attestation.
    void credit_proposer();

private:
    std::uint64_t base_per_increment(const EraSets& sets);

    State& state_;
    const Spec& spec_;
    ValidatorIndex proposer_;
    Uint128 earned_ = 0; ///< sum of base reward * weight over the new hits
    std::map<Era, std::uint64_t> base_per_increment_;
};

} // namespace quoin::staking
