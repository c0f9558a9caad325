#pragma once

#include <quoin/base/limits.hpp>
#include <quoin/types/block.hpp>
#include <quoin/types/numbers.hpp>

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace quoin::slashing {

struct DetectorLimits {
    std::size_t votes_max = limits.detector_votes_max; ///< (validator, target epoch) pairs; the lowest epochs go first
    std::size_t headers_max = limits.detector_headers_max; ///< the lowest slots go first
};

/// Finds evidence in the verified messages of a bounded window, whatever chain or gossip they came from.
///
/// D1  of one validator it keeps one attestation for each target epoch, the first seen.
/// D2  a message that makes an offence with a kept one gives evidence, once for each validator until `prune` passes the
///     higher target (or the slot) of what it was caught with.
/// D3  evidence holds what `check_evidence` asks for: indices ascending, the surrounding attestation first.
class Detector {
public:
    explicit Detector(DetectorLimits detector_limits = {});

    /// A verified attestation, single or out of a block, as indexed attestation: its indices ascend. Mostly nothing; an
    /// aggregate may make evidence with several others.
    std::vector<AttesterSlashing> see(std::shared_ptr<const IndexedAttestation> attestation);
    std::vector<AttesterSlashing> see(const SingleAttestation& attestation);

    /// The header of a block whose proposer's signature is verified.
    std::optional<ProposerSlashing> see(const SignedBlockHeader& header);

    /// Forgets attestations with a target below `epoch` and headers below `slot`, normally that epoch's first.
    void prune(Epoch epoch, Slot slot);

    std::size_t votes_kept() const { return votes_; }
    std::size_t headers_kept() const { return headers_.size(); }

private:
    using Kept = std::shared_ptr<const IndexedAttestation>;

    std::optional<AttesterSlashing> conflict(ValidatorIndex validator, const IndexedAttestation& seen) const;
    void note_caught(const AttesterSlashing& evidence);
    void keep(ValidatorIndex validator, const Kept& attestation);
    void drop_epochs_below(Epoch epoch);

    DetectorLimits limits_;
    std::map<ValidatorIndex, std::map<Epoch, Kept>> by_validator_; ///< then by target epoch
    std::map<Epoch, std::vector<ValidatorIndex>> by_epoch_;        ///< who has one with this target
    std::size_t votes_ = 0;
    std::map<std::pair<Slot, ValidatorIndex>, SignedBlockHeader> headers_;
    std::map<ValidatorIndex, Epoch> caught_voting_;   ///< until the higher target is pruned
    std::map<ValidatorIndex, Slot> caught_proposing_; ///< until the slot is pruned
};

} // namespace quoin::slashing
