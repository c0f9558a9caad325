#include <quoin/slashing/offence.hpp>

#include <algorithm>
#include <iterator>

namespace quoin::slashing {

bool is_double_vote(const AttestationData& one, const AttestationData& other) {
    return one.target.epoch == other.target.epoch && one != other;
}

bool is_surround(const AttestationData& outer, const AttestationData& inner) {
    return outer.source.epoch < inner.source.epoch && inner.target.epoch < outer.target.epoch;
}

bool is_double_proposal(const BlockHeader& one, const BlockHeader& other) {
    return one.slot == other.slot && one.proposer_index == other.proposer_index && one != other;
}

std::optional<Offence> offence_of(const AttestationData& first, const AttestationData& second) {
    if (is_double_vote(first, second)) {
        return Offence::double_vote;
    }
    if (is_surround(first, second)) {
        return Offence::surround_vote;
    }
    return std::nullopt;
}

std::optional<AttesterSlashing> evidence_of(const IndexedAttestation& one, const IndexedAttestation& other) {
    if (offence_of(one.data, other.data)) {
        return AttesterSlashing{one, other};
    }
    if (is_surround(other.data, one.data)) {
        return AttesterSlashing{other, one};
    }
    return std::nullopt;
}

std::vector<ValidatorIndex> signers_of_both(const AttesterSlashing& evidence) {
    std::vector<ValidatorIndex> both;
    std::set_intersection(evidence.first.validators.begin(), evidence.first.validators.end(),
                          evidence.second.validators.begin(), evidence.second.validators.end(),
                          std::back_inserter(both));
    return both;
}

} // namespace quoin::slashing
