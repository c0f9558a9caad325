#include <quoin/slashing/offence.hpp>

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

} // namespace quoin::slashing
