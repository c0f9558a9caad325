#pragma once

#include <quoin/crypto/scheme.hpp>
#include <quoin/types/committees.hpp>
#include <quoin/types/state.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <span>
#include <vector>

namespace quoin::engine {

/// Verified votes, single ones and those that aggregators have gathered, until no block may include them any more: what
/// proposers and aggregators pack, and what tells that a block's aggregate is a sum of signatures already verified.
///
/// A full pool lets go of the signatures of the lowest slots first, which blocks have mostly included: a large registry
/// votes more often in one window than the pool holds. It still knows who has voted.
class AttestationPool {
public:
    using Bits = Bitlist<type_limits.validators>; ///< over the attesters of a slot, in committee order

    explicit AttestationPool(crypto::SignatureScheme& scheme) : scheme_(scheme) {}

    /// False when the vote is held already, or a full pool holds nothing of a lower slot.
    bool add(const SingleAttestation& attestation);
    /// Votes under one signature. False when every voter's is held already, or there is no room as above.
    bool add(const AttestationData& data, const Bits& bits, std::span<const ValidatorIndex> attesters,
             const ValidatorSignature& signature);

    /// How many different votes of this validator for this target epoch are held, up to 255.
    std::size_t votes_of(ValidatorIndex validator, Epoch target) const;
    bool holds(ValidatorIndex validator, const AttestationData& data) const;

    /// One aggregate for each data with voters that `state` (advanced to the block's slot) has not counted, in
    /// ascending order of slot, from slots that `is_includable` accepts.
    std::vector<Attestation> pack(const State& state, const Spec& spec, CommitteeCache& committees) const;

    /// What the members from `begin` up to `end` of a slot's attesters have voted for one data.
    struct Gathered {
        Bits bits; ///< of these members
        ValidatorSignature signature;
    };
    std::optional<Gathered> gather(const AttestationData& data, std::span<const ValidatorIndex> attesters,
                                   std::size_t begin, std::size_t end) const;

    /// For a proposal on `state` (its own post-state): of every validator the latest votes that the chain has not
    /// counted; of an equivocator both of an epoch. At most as many as a proposal takes.
    std::vector<SingleAttestation> not_in_chain(const State& state, const Spec& spec) const;

    /// True when the aggregate's voters can be put together from what is held, and the sum is the aggregate's.
    /// `attesters` are those of the data's slot, in committee order.
    bool is_sum_of_verified(const Attestation& aggregate, std::span<const ValidatorIndex> attesters) const;

    /// Forgets votes with targets below `oldest`.
    void prune(Epoch oldest);

    std::size_t size() const { return size_; } ///< signatures held, and data whose signatures were let go

private:
    struct Part {
        Bits bits;
        ValidatorSignature signature;
    };
    struct Votes {
        std::map<ValidatorIndex, ValidatorSignature> singles;
        std::vector<Part> parts;
        Bits voters; ///< by registry index, as long as the highest needs

        std::size_t size() const { return std::max<std::size_t>(1, singles.size() + parts.size()); }
    };

    ValidatorSignature sum(const std::vector<ValidatorSignature>& signatures) const;
    static std::vector<const Part*> largest_first(const std::vector<Part>& parts);
    bool has_room(Slot slot);
    Votes& votes_for(const AttestationData& data);
    void note_voter(const AttestationData& data, Votes& votes, ValidatorIndex validator);
    std::optional<Attestation> pack_one(const State& state, const AttestationData& data, const Votes& votes,
                                        const EpochCommittees& committees) const;
    std::optional<ValidatorSignature> sum_of(const Votes& votes, Bits wanted,
                                             std::span<const ValidatorIndex> attesters) const;

    crypto::SignatureScheme& scheme_;
    std::map<AttestationData, Votes> by_data_;         ///< ascending by slot, and so by target epoch
    std::map<Epoch, std::vector<std::uint8_t>> votes_; ///< by target epoch, then validator
    std::size_t size_ = 0;
};

} // namespace quoin::engine
