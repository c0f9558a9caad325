#include <quoin/slashing/detector.hpp>
#include <quoin/slashing/offence.hpp>

#include <algorithm>

namespace quoin::slashing {

Detector::Detector(DetectorLimits detector_limits) : limits_(detector_limits) {}

std::vector<AttesterSlashing> Detector::see(std::shared_ptr<const IndexedAttestation> attestation) {
    std::vector<AttesterSlashing> found;
    for (const ValidatorIndex validator : attestation->validators) {
        if (!caught_voting_.contains(validator)) {
            if (auto evidence = conflict(validator, *attestation)) {
                note_caught(*evidence);
                found.push_back(std::move(*evidence));
            }
        }
        keep(validator, attestation);
    }
    while (votes_ > limits_.votes_max) {
        drop_epochs_below(by_epoch_.begin()->first + 1);
    }
    return found;
}

std::vector<AttesterSlashing> Detector::see(const SingleAttestation& attestation) {
    return see(std::make_shared<const IndexedAttestation>(
        IndexedAttestation{{attestation.validator}, attestation.data, attestation.signature}));
}

std::optional<ProposerSlashing> Detector::see(const SignedBlockHeader& header) {
    const ValidatorIndex proposer = header.message.proposer_index;
    const auto [kept, is_new] = headers_.try_emplace({header.message.slot, proposer}, header);
    if (is_new) {
        if (headers_.size() > limits_.headers_max) {
            headers_.erase(headers_.begin());
        }
        return std::nullopt;
    }
    if (!is_double_proposal(kept->second.message, header.message) || caught_proposing_.contains(proposer)) {
        return std::nullopt;
    }
    caught_proposing_.emplace(proposer, header.message.slot);
    return ProposerSlashing{kept->second, header};
}

void Detector::prune(Epoch epoch, Slot slot) {
    drop_epochs_below(epoch);
    std::erase_if(caught_voting_, [epoch](const auto& entry) { return entry.second < epoch; });
    headers_.erase(headers_.begin(), headers_.lower_bound({slot, ValidatorIndex{}}));
    std::erase_if(caught_proposing_, [slot](const auto& entry) { return entry.second < slot; });
}

std::optional<AttesterSlashing> Detector::conflict(ValidatorIndex validator, const IndexedAttestation& seen) const {
    const auto kept = by_validator_.find(validator);
    if (kept == by_validator_.end()) {
        return std::nullopt;
    }
    // Only a target above `seen`'s source can be surrounded by it or equal its own; only a higher one can surround it.
    const auto& by_target = kept->second;
    for (auto at = by_target.upper_bound(seen.data.source.epoch); at != by_target.end(); ++at) {
        if (auto evidence = evidence_of(*at->second, seen)) {
            return evidence;
        }
    }
    return std::nullopt;
}

/// Everybody in both attestations is caught by this one piece.
void Detector::note_caught(const AttesterSlashing& evidence) {
    const Epoch higher = std::max(evidence.first.data.target.epoch, evidence.second.data.target.epoch);
    for (const ValidatorIndex validator : signers_of_both(evidence)) {
        caught_voting_.emplace(validator, higher);
    }
}

void Detector::keep(ValidatorIndex validator, const Kept& attestation) {
    const Epoch target = attestation->data.target.epoch;
    if (by_validator_[validator].try_emplace(target, attestation).second) {
        by_epoch_[target].push_back(validator);
        ++votes_;
    }
}

void Detector::drop_epochs_below(Epoch epoch) {
    const auto end = by_epoch_.lower_bound(epoch);
    for (auto at = by_epoch_.begin(); at != end; ++at) {
        for (const ValidatorIndex validator : at->second) {
            const auto kept = by_validator_.find(validator);
            kept->second.erase(at->first);
            if (kept->second.empty()) {
                by_validator_.erase(kept);
            }
        }
        votes_ -= at->second.size();
    }
    by_epoch_.erase(by_epoch_.begin(), end);
}

} // namespace quoin::slashing
