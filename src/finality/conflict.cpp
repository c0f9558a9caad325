#include <quoin/finality/conflict.hpp>

namespace quoin::finality {

namespace {

using Voters = Bitlist<type_limits.validators>;

/// Marks who is in both groups. True when somebody was not marked before.
bool accuse(const CertificateGroup& one, const CertificateGroup& other, Voters& accused) {
    bool is_new = false;
    const Voters& others = other.validators;
    one.validators.for_each_set([&](std::size_t voter) {
        if (voter < others.size() && others.get(voter) && !accused.get(voter)) {
            accused.set(voter);
            is_new = true;
        }
    });
    return is_new;
}

} // namespace

VoteGroups votes_of(const FinalityCertificate& certificate) {
    VoteGroups votes;
    for (const CertificateGroup& group : certificate.link) {
        votes.push_back(&group);
    }
    for (const CertificateGroup& group : certificate.justification) {
        votes.push_back(&group);
    }
    return votes;
}

IndexedAttestation indexed(const CertificateGroup& group) {
    IndexedAttestation attestation;
    group.validators.for_each_set(
        [&attestation](std::size_t voter) { attestation.validators.push_back(ValidatorIndex{voter}); });
    attestation.data = group.data;
    attestation.signature = group.signature;
    return attestation;
}

Conflict conflict_between(const VoteGroups& one, const VoteGroups& other, const EraSets& sets,
                          const IsOffence& is_offence) {
    Conflict conflict;
    Voters accused(type_limits.validators);
    for (const CertificateGroup* mine : one) {
        for (const CertificateGroup* theirs : other) {
            const bool is_first = is_offence(mine->data, theirs->data);
            const bool is_slashable = is_first || is_offence(theirs->data, mine->data);
            if (is_slashable && accuse(*mine, *theirs, accused)) {
                conflict.evidence.push_back(is_first ? AttesterSlashing{indexed(*mine), indexed(*theirs)}
                                                     : AttesterSlashing{indexed(*theirs), indexed(*mine)});
            }
        }
    }
    accused.for_each_set([&](std::size_t voter) {
        const JointWeight weight = weight_of(sets, ValidatorIndex{voter});
        conflict.weight[0] += weight[0];
        conflict.weight[1] += weight[1];
        conflict.offenders.emplace_back(voter);
    });
    return conflict;
}

} // namespace quoin::finality
