#include "mismatch.hpp"

#include <quoin/codec/ssz.hpp>
#include <quoin/finality/certificate.hpp>
#include <quoin/finality/justification.hpp>
#include <quoin/finality/tracker.hpp>

#include <algorithm>

namespace quoin::finality {

namespace {

using Groups = List<CertificateGroup, type_limits.certificate_groups>;

std::string path_of(const char* list, std::size_t index) {
    return std::string(list) + "[" + std::to_string(index) + "]";
}

/// The voters of several groups, each counted once.
class VoterSum {
public:
    explicit VoterSum(const EraSets& sets) : sets_(sets) {}

    void add(const CertificateGroup& group) {
        group.validators.for_each_set([this](std::size_t index) {
            if (index >= counted_.size()) {
                counted_.resize(index + 1);
            }
            if (!counted_.get(index)) {
                counted_.set(index);
                const JointWeight weight = weight_of(sets_, ValidatorIndex{index});
                weight_[0] += weight[0];
                weight_[1] += weight[1];
            }
        });
    }

    bool is_quorum() const { return is_joint_quorum(weight_, sets_); }

private:
    const EraSets& sets_;
    Bitlist<type_limits.validators> counted_;
    JointWeight weight_;
};

/// What the groups whose target epoch is `target` weigh in the sets of that epoch must be a quorum.
Result<void> check_quorum(const Groups& groups, Epoch target, const CertificateContext& context, const char* path) {
    const EraSets* sets = context.sets_at(target);
    if (sets == nullptr) {
        return Fault{Reason::weights_mismatch, path,
                     "the sets of epoch " + std::to_string(target.value) + " are not known"};
    }
    VoterSum sum(*sets);
    for (const CertificateGroup& group : groups) {
        if (group.data.target.epoch == target) {
            sum.add(group);
        }
    }
    if (!sum.is_quorum()) {
        return Fault{Reason::not_a_quorum, path,
                     "the votes of target epoch " + std::to_string(target.value) + " are no quorum of both sets"};
    }
    return {};
}

Result<void> check_link(const FinalityCertificate& certificate, const CertificateContext& context) {
    const Epoch target = certificate.finalized.epoch + certificate.span;
    for (std::size_t i = 0; i < certificate.link.size(); ++i) {
        const AttestationData& data = certificate.link[i].data;
        if (data.source != certificate.finalized || data.target.epoch != target) {
            return mismatch(path_of("link", i) + ".data", "the vote is not the link it stands for");
        }
    }
    if (const Result<void> quorum = check_quorum(certificate.link, target, context, "link"); !quorum) {
        return quorum;
    }
    const bool same_roots =
        !context.roots_must_match || weights_roots_of(*context.sets_at(target)) == certificate.weights_roots;
    if (!same_roots) {
        return Fault{Reason::weights_mismatch, "weights_roots", "the link is weighed by other sets"};
    }
    return {};
}

/// The checkpoints that have to be justified, by epoch from finalized's up: each the one target of its epoch's groups.
Result<std::vector<Checkpoint>> justified_of(const FinalityCertificate& certificate) {
    std::vector<Checkpoint> chain(certificate.span);
    chain[0] = certificate.finalized;
    for (std::size_t i = 0; i < certificate.justification.size(); ++i) {
        const Checkpoint& target = certificate.justification[i].data.target;
        const std::string path = path_of("justification", i) + ".data.target";
        if (target.epoch < certificate.finalized.epoch || target.epoch - certificate.finalized.epoch >= chain.size()) {
            return mismatch(path, "the vote justifies nothing that the link needs");
        }
        Checkpoint& expected = chain[target.epoch - certificate.finalized.epoch];
        if (expected == Checkpoint{}) {
            expected = target;
        }
        if (target != expected) {
            return mismatch(path, "the vote is for another checkpoint of its epoch");
        }
    }
    return chain;
}

/// The headers go down from the highest checkpoint's block to finalized's, which is the last of its epoch on that way,
/// and the checkpoints between lie on it.
Result<void> check_descent(const FinalityCertificate& certificate, const std::vector<Checkpoint>& chain,
                           std::uint64_t slots_per_epoch) {
    Root at = chain.back().root;
    std::size_t next = chain.size() - 1;
    const auto pass = [&] {
        while (next > 0 && chain[next].root == at) {
            --next;
        }
    };
    pass();
    for (std::size_t i = 0; i < certificate.descent.size(); ++i) {
        if (at == certificate.finalized.root || hash_tree_root(certificate.descent[i]) != at) {
            return mismatch(path_of("descent", i), "the header is not the next block down");
        }
        at = certificate.descent[i].parent_root;
        pass();
    }
    if (at != certificate.finalized.root || next != 0) {
        return mismatch("descent", "the checkpoints between are not shown to descend from the finalized block");
    }
    const Uint128 first_slot = Uint128{certificate.finalized.epoch.value} * slots_per_epoch;
    if (!certificate.descent.empty() && certificate.descent.back().slot.value <= first_slot) {
        return mismatch("descent", "on this chain the finalized block is not the last of its epoch");
    }
    return {};
}

Result<crypto::SignatureCheck> check_of(const CertificateGroup& group, const CertificateContext& context,
                                        const std::string& path) {
    crypto::SignatureCheck check;
    bool all_known = true;
    group.validators.for_each_set([&](std::size_t index) {
        const ValidatorKey* key = context.key_of(ValidatorIndex{index});
        all_known = all_known && key != nullptr;
        if (key != nullptr) {
            check.bls_keys.push_back(*key);
        }
    });
    if (!all_known || check.bls_keys.empty()) {
        return mismatch(path + ".validators", "the voters are none or not all in the registry");
    }
    check.message = crypto::signing_root(hash_tree_root(group.data), context.attester_domain);
    check.signature.assign(group.signature.begin(), group.signature.end());
    return check;
}

Result<void> add_checks(const Groups& groups, const CertificateContext& context, const char* list,
                        std::vector<crypto::SignatureCheck>& checks) {
    for (std::size_t i = 0; i < groups.size(); ++i) {
        Result<crypto::SignatureCheck> check = check_of(groups[i], context, path_of(list, i));
        if (!check) {
            return check.fault();
        }
        checks.push_back(std::move(*check));
    }
    return {};
}

} // namespace

CertificateContext context_of(const State& state, const Spec& spec) {
    CertificateContext context;
    context.sets_at = [&state, &spec](Epoch target) { return sets_of(state, era_of(spec, target)); };
    context.key_of = [&state](ValidatorIndex validator) -> const ValidatorKey* {
        return validator.value < state.validators.size() ? &state.validators[validator.value].public_key : nullptr;
    };
    context.slots_per_epoch = spec.slots_per_epoch;
    context.attester_domain =
        crypto::compute_domain(crypto::DomainType::attester, state.fork_version, state.genesis_root);
    return context;
}

Result<std::vector<crypto::SignatureCheck>> certificate_checks(const FinalityCertificate& certificate,
                                                               const CertificateContext& context) {
    if (certificate.span < 1 || certificate.span > link_span_max) {
        return mismatch("span", "a link spans one to three epochs");
    }
    if (certificate.finalized.epoch == Epoch{} || certificate.finalized.epoch > Epoch::far_future() - link_span_max) {
        return mismatch("finalized", "nothing at this epoch can be finalized by a link");
    }
    const Result<std::vector<Checkpoint>> chain = justified_of(certificate);
    if (!chain) {
        return chain.fault();
    }
    std::vector<crypto::SignatureCheck> checks;
    Result<void> done = check_link(certificate, context);
    for (std::uint64_t step = 0; done && step < certificate.span; ++step) {
        done = check_quorum(certificate.justification, certificate.finalized.epoch + step, context, "justification");
    }
    if (done) {
        done = check_descent(certificate, *chain, context.slots_per_epoch);
    }
    if (done) {
        done = add_checks(certificate.link, context, "link", checks);
    }
    if (done) {
        done = add_checks(certificate.justification, context, "justification", checks);
    }
    if (!done) {
        return done.fault();
    }
    return checks;
}

} // namespace quoin::finality
