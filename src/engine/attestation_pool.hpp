#pragma once

#include <quoin/crypto/scheme.hpp>
#include <quoin/types/state.hpp>

#include <map>
#include <optional>
#include <span>
#include <vector>

namespace quoin::engine {

/// Verified single votes, until no block may include them any more: what proposers pack, and what tells that a block's
/// aggregate is a sum of signatures already verified.
class AttestationPool {
public:
    explicit AttestationPool(crypto::SignatureScheme& scheme) : scheme_(scheme) {}

    /// False when the vote is held already, or the pool is full.
    bool add(const SingleAttestation& attestation);

    /// How many different votes of this validator for this target epoch are held.
    std::size_t votes_of(ValidatorIndex validator, Epoch target) const;
    bool holds(const SingleAttestation& attestation) const;

    /// One aggregate for each data with voters that `state` (advanced to the block's slot) has not counted, in
    /// ascending order of slot, from slots that `is_includable` accepts.
    std::vector<Attestation> pack(const State& state, const Spec& spec) const;

    /// True when every voter's single signature is held and their sum is the aggregate's. `attesters` are those of the
    /// data's slot, in committee order.
    bool is_sum_of_verified(const Attestation& aggregate, std::span<const ValidatorIndex> attesters) const;

    /// Forgets votes with targets below `oldest`.
    void prune(Epoch oldest);

    std::size_t size() const { return size_; }

private:
    using Votes = std::map<ValidatorIndex, ValidatorSignature>;

    std::optional<Attestation> pack_one(const State& state, const Spec& spec, const AttestationData& data,
                                        const Votes& votes) const;

    crypto::SignatureScheme& scheme_;
    std::map<AttestationData, Votes> by_data_; ///< ascending by slot, and so by target epoch
    std::map<std::pair<Epoch, ValidatorIndex>, std::size_t> votes_;
    std::size_t size_ = 0;
};

} // namespace quoin::engine
