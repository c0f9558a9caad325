#include <quoin/finality/tracker.hpp>

#include <algorithm>

namespace quoin::finality {

namespace {

using Groups = List<CertificateGroup, type_limits.certificate_groups>;
using Voters = Bitlist<type_limits.validators>;

void mark(Voters& voters, const std::vector<ValidatorIndex>& more) {
    for (const ValidatorIndex validator : more) {
        if (validator.value >= voters.size()) {
            voters.resize(validator.value + 1);
        }
        voters.set(validator.value);
    }
}

/// Collects groups until those they name are a quorum.
class GroupsBuilder {
public:
    GroupsBuilder(Groups& groups, const EraSets& sets, crypto::SignatureScheme& scheme)
        : groups_(groups), sets_(sets), scheme_(scheme) {}

    bool is_done() const { return is_joint_quorum(weight_, sets_); }

    bool brings_new(const std::vector<ValidatorIndex>& voters) const {
        return std::any_of(voters.begin(), voters.end(), [this](ValidatorIndex voter) {
            return voter.value >= covered_.size() || !covered_.get(voter.value);
        });
    }

    /// One group for `voters`, whose signatures are summed.
    Result<void> add(const AttestationData& data, const std::vector<ValidatorIndex>& voters,
                     const std::vector<ValidatorSignature>& signatures) {
        if (groups_.full()) {
            return Fault{Reason::too_large, "", "the votes are split over more data than a certificate takes"};
        }
        const Result<ValidatorSignature> sum = scheme_.aggregate(signatures);
        if (!sum) {
            return sum.fault();
        }
        CertificateGroup& group = groups_.emplace_back();
        group.data = data;
        group.signature = *sum;
        mark(group.validators, voters);
        for (const ValidatorIndex voter : voters) {
            if (brings_new({voter})) {
                mark(covered_, {voter});
                const JointWeight added = weight_of(sets_, voter);
                weight_[0] += added[0];
                weight_[1] += added[1];
            }
        }
        return {};
    }

private:
    Groups& groups_;
    const EraSets& sets_;
    crypto::SignatureScheme& scheme_;
    Voters covered_;
    JointWeight weight_;
};

/// The single votes of one data as one group, then aggregates where they bring somebody new.
template <class Parts>
Result<void> add_data(GroupsBuilder& builder, const AttestationData& data, const Parts& parts) {
    std::vector<ValidatorIndex> singles;
    std::vector<ValidatorSignature> signatures;
    for (const auto& part : parts) {
        if (part.voters.size() == 1) {
            singles.push_back(part.voters.front());
            signatures.push_back(part.signature);
        }
    }
    if (!singles.empty() && builder.brings_new(singles)) {
        if (Result<void> added = builder.add(data, singles, signatures); !added) {
            return added;
        }
    }
    for (const auto& part : parts) {
        if (!builder.is_done() && part.voters.size() > 1 && builder.brings_new(part.voters)) {
            if (Result<void> added = builder.add(data, part.voters, {part.signature}); !added) {
                return added;
            }
        }
    }
    return {};
}

/// Groups out of `list`, those with the most voters first.
template <class DataList>
Result<void> add_quorum(Groups& groups, DataList list, const EraSets& sets, crypto::SignatureScheme& scheme) {
    std::stable_sort(list.begin(), list.end(),
                     [](const auto& a, const auto& b) { return a.second->voters.size() > b.second->voters.size(); });
    GroupsBuilder builder(groups, sets, scheme);
    for (const auto& [data, votes] : list) {
        if (builder.is_done()) {
            break;
        }
        if (Result<void> added = add_data(builder, *data, votes->parts); !added) {
            return added;
        }
    }
    if (!builder.is_done()) {
        return Fault{Reason::not_a_quorum, "", "not enough of the votes behind it were seen here"};
    }
    return {};
}

} // namespace

/// The tally that makes the link from `source` to `target` a quorum, if one does.
const Tracker::Tally* Tracker::link_quorum(const Checkpoint& source, Epoch target) const {
    const auto epoch = epochs_.find(target);
    if (epoch == epochs_.end()) {
        return nullptr;
    }
    for (const auto& [key, tally] : epoch->second.links) {
        if (key.source == source && tally.is_quorum()) {
            return &tally;
        }
    }
    return nullptr;
}

/// The data with this source, weighed by these sets (T1).
Tracker::DataList Tracker::data_for_link(const Checkpoint& source, Epoch target, const WeightsRoots& roots) const {
    DataList list;
    for (const auto& [data, votes] : epochs_.at(target).data) {
        if (data.source == source && votes.weights->roots == roots) {
            list.emplace_back(&data, &votes);
        }
    }
    return list;
}

/// The data that justify `target` (T3).
Tracker::DataList Tracker::data_for_target(const Checkpoint& target) const {
    DataList list;
    if (const auto epoch = epochs_.find(target.epoch); epoch != epochs_.end()) {
        for (const auto& [data, votes] : epoch->second.data) {
            if (data.target == target && votes.source_is_ancestor && justified_.contains(data.source)) {
                list.emplace_back(&data, &votes);
            }
        }
    }
    return list;
}

Result<FinalityCertificate> Tracker::certificate_for(const Finalized& finalized, crypto::SignatureScheme& scheme,
                                                     const HeadersBetween& headers_between) const {
    const Fault unseen{Reason::not_a_quorum, "", "not enough of the votes behind it were seen here"};
    const Checkpoint& source = finalized.checkpoint;
    const Tally* link = link_quorum(source, source.epoch + finalized.span);
    auto chain = justified_between(source, finalized.span - 1);
    if (link == nullptr || !chain) {
        return unseen;
    }
    FinalityCertificate certificate;
    certificate.finalized = source;
    certificate.span = finalized.span;
    certificate.version = link->weights->sets.version;
    certificate.weights_roots = link->weights->roots;
    const DataList voted = data_for_link(source, source.epoch + finalized.span, link->weights->roots);
    if (Result<void> added = add_quorum(certificate.link, voted, link->weights->sets, scheme); !added) {
        return added.fault();
    }
    if (!chain->empty()) {
        const std::vector<BlockHeader> headers = headers_between(source.root, chain->back().root);
        if (headers.size() > decltype(certificate.descent)::limit) {
            return Fault{Reason::too_large, "", "the blocks between are more than a certificate takes"};
        }
        certificate.descent.assign(headers.begin(), headers.end());
    }
    chain->insert(chain->begin(), source);
    for (const Checkpoint& checkpoint : *chain) {
        const DataList behind = data_for_target(checkpoint);
        if (behind.empty()) {
            return unseen;
        }
        const EraSets& sets = behind.front().second->weights->sets;
        if (Result<void> added = add_quorum(certificate.justification, behind, sets, scheme); !added) {
            return added.fault();
        }
    }
    return certificate;
}

} // namespace quoin::finality
