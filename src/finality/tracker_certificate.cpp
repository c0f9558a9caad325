#include <quoin/finality/tracker.hpp>

#include <algorithm>

namespace quoin::finality {

namespace {

using Groups = List<CertificateGroup, type_limits.certificate_groups>;
using Voters = Bitlist<type_limits.validators>;

void mark(Voters& voters, std::uint32_t voter) {
    if (voter >= voters.size()) {
        voters.resize(voter + std::size_t{1});
    }
    voters.set(voter);
}

bool is_marked(const Voters& voters, std::uint32_t voter) {
    return voter < voters.size() && voters.get(voter);
}

/// Collects groups until those they name are a quorum. The parts of one data become one group, as far as nobody is in
/// two of them: a signature counts every voter as often as it holds him.
class GroupsBuilder {
public:
    GroupsBuilder(Groups& groups, const EraSets& sets, crypto::SignatureScheme& scheme)
        : groups_(groups), sets_(sets), scheme_(scheme) {}

    bool is_done() const { return is_joint_quorum(weight_, sets_); }

    /// False when there are more groups than a certificate takes.
    template <class DataVotes>
    bool add(const DataVotes& votes) {
        std::vector<Open> opened;
        for (const auto& part : votes.parts) {
            if (is_done()) {
                break;
            }
            if (brings_new(part.voters) && !add_part(opened, part)) {
                return false;
            }
        }
        for (Open& open : opened) {
            open.group.data = votes.data;
            open_.push_back(std::move(open));
        }
        return true;
    }

    Result<void> close() {
        for (Open& open : open_) {
            const Result<ValidatorSignature> sum = scheme_.aggregate(open.signatures);
            if (!sum) {
                return sum.fault();
            }
            open.group.signature = *sum;
            groups_.push_back(std::move(open.group));
        }
        return {};
    }

private:
    struct Open {
        CertificateGroup group;
        std::vector<ValidatorSignature> signatures;
    };

    template <class Indices>
    bool brings_new(const Indices& voters) const {
        return std::any_of(voters.begin(), voters.end(),
                           [this](std::uint32_t voter) { return !is_marked(covered_, voter); });
    }

    /// To the first group that nobody of the part is in.
    template <class Part>
    bool add_part(std::vector<Open>& opened, const Part& part) {
        const auto fits = std::find_if(opened.begin(), opened.end(), [&part](const Open& open) {
            return std::none_of(part.voters.begin(), part.voters.end(),
                                [&open](std::uint32_t voter) { return is_marked(open.group.validators, voter); });
        });
        if (fits == opened.end() && groups_.size() + open_.size() + opened.size() == Groups::limit) {
            return false;
        }
        Open& open = fits == opened.end() ? opened.emplace_back() : *fits;
        open.signatures.push_back(part.signature);
        for (const std::uint32_t voter : part.voters) {
            mark(open.group.validators, voter);
            if (!is_marked(covered_, voter)) {
                mark(covered_, voter);
                const JointWeight added = weight_of(sets_, ValidatorIndex{voter});
                weight_[0] += added[0];
                weight_[1] += added[1];
            }
        }
        return true;
    }

    Groups& groups_;
    const EraSets& sets_;
    crypto::SignatureScheme& scheme_;
    std::vector<Open> open_;
    Voters covered_;
    JointWeight weight_;
};

/// Groups out of `list`, those with the most voters first.
template <class DataList>
Result<void> add_quorum(Groups& groups, DataList list, const EraSets& sets, crypto::SignatureScheme& scheme) {
    std::stable_sort(list.begin(), list.end(), [](const auto* a, const auto* b) { return a->voters > b->voters; });
    GroupsBuilder builder(groups, sets, scheme);
    for (const auto* votes : list) {
        if (builder.is_done()) {
            break;
        }
        if (!builder.add(*votes)) {
            return Fault{Reason::too_large, "", "the votes are split over more data than a certificate takes"};
        }
    }
    if (!builder.is_done()) {
        return Fault{Reason::not_a_quorum, "", "not enough of the votes behind it were seen here"};
    }
    return builder.close();
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
    for (const DataVotes& votes : epochs_.at(target).data) {
        if (votes.data.source == source && votes.weights->roots == roots) {
            list.push_back(&votes);
        }
    }
    return list;
}

/// The data that justify `target` (T3).
Tracker::DataList Tracker::data_for_target(const Checkpoint& target) const {
    DataList list;
    if (const auto epoch = epochs_.find(target.epoch); epoch != epochs_.end()) {
        for (const DataVotes& votes : epoch->second.data) {
            if (votes.data.target == target && votes.justifies) {
                list.push_back(&votes);
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
        const EraSets& sets = behind.front()->weights->sets;
        if (Result<void> added = add_quorum(certificate.justification, behind, sets, scheme); !added) {
            return added.fault();
        }
    }
    return certificate;
}

} // namespace quoin::finality
