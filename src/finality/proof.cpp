#include "mismatch.hpp"

#include <quoin/codec/merkle.hpp>
#include <quoin/codec/ssz.hpp>
#include <quoin/finality/certificate.hpp>
#include <quoin/finality/tracker.hpp>

#include <algorithm>
#include <string_view>

namespace quoin::finality {

namespace {

/// Hears the names of a container's fields in their order.
struct FieldNames {
    std::vector<std::string_view> names;

    template <class... Fields>
    void operator()(const Fields&... fields) {
        (names.push_back(fields.name), ...);
    }
};

std::size_t state_field(std::string_view name) {
    State state;
    FieldNames fields;
    state.serialize(fields);
    const auto found = std::find(fields.names.begin(), fields.names.end(), name);
    QUOIN_ASSERT(found != fields.names.end(), "the state has the field");
    return static_cast<std::size_t>(found - fields.names.begin());
}

/// What the verifier believes so far: the pair of weight sets in force and everybody's keys.
class Believed {
public:
    static Result<Believed> from_genesis(const Chain& chain) {
        Believed believed;
        const Spec& spec = chain.spec();
        believed.increment_ = Weight{spec.effective_balance_increment};
        believed.slots_per_epoch_ = spec.slots_per_epoch;
        Column<Weight, type_limits.validators> weights;
        for (const GenesisValidator& validator : chain.genesis.validators) {
            const std::uint64_t stake = validator.stake.value;
            weights.push_back(
                Weight{std::min(stake - stake % spec.effective_balance_increment, spec.max_effective_balance)});
            believed.keys_.push_back(validator.public_key);
        }
        if (Result<void> first = believed.replace_weights(weights); !first) {
            return first.fault();
        }
        if (Result<void> second = believed.replace_weights(weights); !second) {
            return second.fault();
        }
        believed.domain_ =
            crypto::compute_domain(crypto::DomainType::attester, chain.genesis.fork_version, chain.genesis_root);
        return believed;
    }

    CertificateContext context() const {
        CertificateContext context;
        context.sets_at = [this](Epoch) { return &sets_; };
        context.key_of = [this](ValidatorIndex validator) -> const ValidatorKey* {
            return validator.value < keys_.size() ? &keys_[validator.value] : nullptr;
        };
        context.attester_domain = domain_;
        context.slots_per_epoch = slots_per_epoch_;
        context.roots_must_match = false;
        return context;
    }

    const EraSets& sets() const { return sets_; }
    const std::optional<Era>& newest_candidate() const { return newest_candidate_; }

    Result<void> adopt(const Candidate& candidate, const Column<Validator, type_limits.validators>& validators) {
        newest_candidate_ = candidate.computed_at;
        keys_.clear();
        for (const Validator& validator : validators) {
            keys_.push_back(validator.public_key);
        }
        return replace_weights(candidate.weights);
    }

private:
    /// V[v-1] := V[v], V[v] := `weights`; W is never below one increment.
    Result<void> replace_weights(const Column<Weight, type_limits.validators>& weights) {
        std::uint64_t sum = 0;
        for (const Weight weight : weights) {
            const std::optional<std::uint64_t> more = checked_add(sum, weight.value);
            if (!more) {
                return Fault{Reason::out_of_range, "", "the weights sum to more than 64 bits"};
            }
            sum = *more;
        }
        sets_.previous_weights = sets_.weights;
        sets_.weights = weights;
        sets_.total = {std::max(increment_, Weight{sum}), sets_.total[0]};
        return {};
    }

    EraSets sets_;
    std::vector<ValidatorKey> keys_;
    Weight increment_;
    std::uint64_t slots_per_epoch_ = 1;
    crypto::Domain domain_{};
    std::optional<Era> newest_candidate_;
};

/// True when the claimed roots are of other weights than those held.
bool claims_other_weights(const FinalityCertificate& certificate, const EraSets& held) {
    return certificate.weights_roots != weights_roots_of(held);
}

Result<void> check_certificate(const FinalityCertificate& certificate, const BlockHeader& header,
                               const Believed& believed, crypto::SignatureScheme& scheme, const Root& batch_seed,
                               const std::string& path) {
    if (hash_tree_root(header) != certificate.finalized.root) {
        return mismatch(path + "header", "it is not the header of the finalized block");
    }
    const auto checks = certificate_checks(certificate, believed.context());
    if (!checks) {
        Fault fault = checks.fault();
        fault.path = path + "certificate." + fault.path;
        if (fault.reason == Reason::not_a_quorum && claims_other_weights(certificate, believed.sets())) {
            fault.reason = Reason::handover_missing;
            fault.message += "; it claims other weights than those that the hand-overs before it lead to";
        }
        return fault;
    }
    const std::vector<std::uint8_t> verdicts = scheme.verify(*checks, batch_seed);
    const auto bad = std::find(verdicts.begin(), verdicts.end(), 0);
    if (bad != verdicts.end()) {
        const std::size_t index = static_cast<std::size_t>(bad - verdicts.begin());
        const std::size_t links = certificate.link.size();
        const std::string group = index < links ? "link[" + std::to_string(index) + "]"
                                                : "justification[" + std::to_string(index - links) + "]";
        return Fault{Reason::bad_signature, path + "certificate." + group + ".signature",
                     "it is not the signature of the voters named"};
    }
    return {};
}

/// The candidate and the registry are those of the header's state.
Result<void> check_state(const HandoverProof& handover, const std::string& path) {
    const auto& roots = handover.state_field_roots;
    if (merkleize(roots.items()) != handover.header.state_root) {
        return mismatch(path + "state_field_roots", "they do not hash to the state root of the header");
    }
    const std::size_t candidate = state_field("candidate");
    const std::size_t validators = state_field("validators");
    if (roots.size() <= std::max(candidate, validators)) {
        return mismatch(path + "state_field_roots", "they are fewer than the fields of a state");
    }
    if (hash_tree_root(handover.candidate) != roots[candidate]) {
        return mismatch(path + "candidate", "it is not the candidate of the state");
    }
    if (hash_tree_root(handover.validators) != roots[validators]) {
        return mismatch(path + "validators", "it is not the registry of the state");
    }
    return {};
}

Result<void> follow(Believed& believed, const HandoverProof& handover, crypto::SignatureScheme& scheme,
                    const Root& batch_seed, const std::string& path) {
    Result<void> checked = check_certificate(handover.certificate, handover.header, believed, scheme, batch_seed, path);
    if (checked) {
        checked = check_state(handover, path);
    }
    if (!checked) {
        return checked;
    }
    if (!handover.candidate) {
        return Fault{Reason::handover_missing, path + "candidate", "the state holds no candidate to hand over to"};
    }
    if (believed.newest_candidate() && handover.candidate->computed_at <= *believed.newest_candidate()) {
        return Fault{Reason::handover_missing, path + "candidate.computed_at",
                     "it is not later than that of the hand-over before"};
    }
    return believed.adopt(*handover.candidate, handover.validators);
}

} // namespace

Result<void> verify_finality_proof(const Chain& chain, const FinalityProof& proof, crypto::SignatureScheme& scheme,
                                   const Root& batch_seed) {
    if (proof.genesis_root != chain.genesis_root) {
        return Fault{Reason::wrong_genesis, "genesis_root", "the proof is of another chain than the genesis file"};
    }
    Result<Believed> believed = Believed::from_genesis(chain);
    if (!believed) {
        return believed.fault();
    }
    for (std::size_t i = 0; i < proof.handovers.size(); ++i) {
        const std::string path = "handovers[" + std::to_string(i) + "].";
        if (Result<void> followed = follow(*believed, proof.handovers[i], scheme, batch_seed, path); !followed) {
            return followed;
        }
    }
    return check_certificate(proof.certificate, proof.header, *believed, scheme, batch_seed, "");
}

} // namespace quoin::finality
