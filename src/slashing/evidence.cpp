#include <quoin/codec/ssz.hpp>
#include <quoin/slashing/evidence.hpp>
#include <quoin/slashing/offence.hpp>

#include <algorithm>

namespace quoin::slashing {

namespace {

using Indices = List<ValidatorIndex, type_limits.validators>;

Fault fault(Reason reason, std::string path, std::string message) {
    return Fault{reason, std::move(path), std::move(message)};
}

Result<void> check_indices(const State& state, const Indices& indices, const std::string& path) {
    if (indices.empty()) {
        return fault(Reason::malformed, path, "no validator is named");
    }
    const auto out_of_order = std::adjacent_find(indices.begin(), indices.end(), std::greater_equal<>{});
    if (out_of_order != indices.end()) {
        return fault(Reason::malformed, path, "validator indices do not ascend");
    }
    if (indices.back().value >= state.validators.size()) {
        return fault(Reason::unknown_validator, path,
                     "validator " + std::to_string(indices.back().value) + " is not in the registry");
    }
    return {};
}

/// The eras of the offence, once its age is found to be within the window.
Result<void> check_age(const State& state, const Spec& spec, const Offenders& offenders) {
    const Era now = era_of(spec, state.slot);
    if (now - offenders.higher > spec.evidence_max_age_eras) {
        return fault(Reason::evidence_too_old, "",
                     "the offence is of era " + std::to_string(offenders.higher.value) + " and this is era " +
                         std::to_string(now.value));
    }
    return {};
}

/// Leaves out the offenders who are slashed.
Result<Offenders> without_slashed(const State& state, Result<Offenders> offenders) {
    if (offenders) {
        std::erase_if(offenders->validators, [&state](ValidatorIndex validator) {
            return state.validators[validator.value].slashed.has_value();
        });
        if (offenders->validators.empty()) {
            return fault(Reason::already_slashed, "", "every offender is slashed already");
        }
    }
    return offenders;
}

crypto::SignatureCheck header_check(const State& state, const SigningDomains& domains,
                                    const SignedBlockHeader& header) {
    crypto::SignatureCheck check;
    check.bls_keys = {state.validators[header.message.proposer_index.value].public_key};
    check.message = crypto::signing_root(hash_tree_root(header.message), domains.proposer);
    check.signature.assign(header.signature.begin(), header.signature.end());
    return check;
}

crypto::SignatureCheck attestation_check(const State& state, const SigningDomains& domains,
                                         const IndexedAttestation& attestation) {
    crypto::SignatureCheck check;
    for (const ValidatorIndex validator : attestation.validators) {
        check.bls_keys.push_back(state.validators[validator.value].public_key);
    }
    check.message = crypto::signing_root(hash_tree_root(attestation.data), domains.attester);
    check.signature.assign(attestation.signature.begin(), attestation.signature.end());
    return check;
}

} // namespace

SigningDomains signing_domains(const ForkVersion& fork_version, const Root& genesis_root) {
    return {crypto::compute_domain(crypto::DomainType::proposer, fork_version, genesis_root),
            crypto::compute_domain(crypto::DomainType::attester, fork_version, genesis_root)};
}

Result<Offenders> judge_evidence(const State& state, const Spec& spec, const ProposerSlashing& evidence) {
    const BlockHeader& header = evidence.first.message;
    if (!is_double_proposal(header, evidence.second.message)) {
        return fault(Reason::not_slashable, "", "the headers are not two different ones of a proposer for a slot");
    }
    if (header.proposer_index.value >= state.validators.size()) {
        return fault(Reason::unknown_validator, "first.message.proposer_index",
                     "validator " + std::to_string(header.proposer_index.value) + " is not in the registry");
    }
    if (header.slot > state.slot) {
        return fault(Reason::future_slot, "first.message.slot", "the slot has not come yet");
    }
    const Era era = era_of(spec, header.slot);
    Offenders offenders{Offence::double_proposal, {header.proposer_index}, era, era};
    if (const Result<void> age = check_age(state, spec, offenders); !age) {
        return age.fault();
    }
    return offenders;
}

Result<Offenders> judge_evidence(const State& state, const Spec& spec, const AttesterSlashing& evidence) {
    const auto& [first, second] = evidence;
    const std::optional<Offence> offence = offence_of(first.data, second.data);
    if (!offence) {
        return fault(Reason::not_slashable, "",
                     "the attestations are neither a double vote nor does the first surround the second");
    }
    for (const auto& [attestation, path] : {std::pair{&first, "first.validators"}, {&second, "second.validators"}}) {
        if (const Result<void> shape = check_indices(state, attestation->validators, path); !shape) {
            return shape.fault();
        }
    }
    const auto [lower, higher] = std::minmax(first.data.target.epoch, second.data.target.epoch);
    if (higher > epoch_of(spec, state.slot)) {
        return fault(Reason::future_slot, "", "target epoch " + std::to_string(higher.value) + " has not come yet");
    }
    Offenders offenders{*offence, signers_of_both(evidence), era_of(spec, lower), era_of(spec, higher)};
    if (const Result<void> age = check_age(state, spec, offenders); !age) {
        return age.fault();
    }
    if (offenders.validators.empty()) {
        return fault(Reason::not_slashable, "", "no validator is in both attestations");
    }
    return offenders;
}

Result<Offenders> check_evidence(const State& state, const Spec& spec, const ProposerSlashing& evidence) {
    return without_slashed(state, judge_evidence(state, spec, evidence));
}

Result<Offenders> check_evidence(const State& state, const Spec& spec, const AttesterSlashing& evidence) {
    return without_slashed(state, judge_evidence(state, spec, evidence));
}

std::vector<crypto::SignatureCheck> evidence_checks(const State& state, const SigningDomains& domains,
                                                    const ProposerSlashing& evidence) {
    return {header_check(state, domains, evidence.first), header_check(state, domains, evidence.second)};
}

std::vector<crypto::SignatureCheck> evidence_checks(const State& state, const SigningDomains& domains,
                                                    const AttesterSlashing& evidence) {
    return {attestation_check(state, domains, evidence.first), attestation_check(state, domains, evidence.second)};
}

} // namespace quoin::slashing
