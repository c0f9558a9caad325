#include "duty_signer.hpp"

#include <quoin/base/hex.hpp>
#include <quoin/transition/signatures.hpp>

#include <spdlog/spdlog.h>

namespace quoin::node {

namespace {

struct DutyCounters {
    const char* name;
    ports::Counter* done;
    ports::Counter* refused; ///< null when the database has no say
};

DutyCounters counters_of(ports::NodeMetrics& metrics, const engine::Sign& wanted) {
    if (std::holds_alternative<engine::ProposalIntent>(wanted.intent)) {
        return {"proposal", &metrics.proposals_signed, &metrics.proposals_refused};
    }
    if (std::holds_alternative<engine::AttestationIntent>(wanted.intent)) {
        return {"attestation", &metrics.attestations_signed, &metrics.attestations_refused};
    }
    if (std::holds_alternative<engine::AggregateIntent>(wanted.intent)) {
        return {"aggregate", &metrics.aggregates_signed, nullptr};
    }
    return {"randao", &metrics.randao_signed, nullptr};
}

} // namespace

Result<ports::Permit> DutySigner::permit(const ValidatorKey& key, const engine::ProposalIntent& intent) {
    return doors_.signing_store.permit_proposal(key, intent.header.slot,
                                                transition::proposal_signing_root(doors_.chain, intent.header));
}

Result<ports::Permit> DutySigner::permit(const ValidatorKey& key, const engine::AttestationIntent& intent) {
    return doors_.signing_store.permit_attestation(key, intent.data.source.epoch, intent.data.target.epoch,
                                                   transition::attestation_signing_root(doors_.chain, intent.data));
}

Result<ports::Permit> DutySigner::permit(const ValidatorKey& key, const engine::RandaoIntent& intent) {
    return doors_.signing_store.permit_unrecorded(key, transition::randao_signing_root(doors_.chain, intent.slot));
}

Result<ports::Permit> DutySigner::permit(const ValidatorKey& key, const engine::AggregateIntent& intent) {
    return doors_.signing_store.permit_unrecorded(key,
                                                  transition::aggregate_signing_root(doors_.chain, intent.aggregate));
}

Result<ValidatorSignature> DutySigner::try_to_sign(const engine::Sign& wanted) {
    Result<ports::Permit> permitted =
        std::visit([&](const auto& intent) { return permit(wanted.key, intent); }, wanted.intent);
    if (!permitted) {
        return permitted.fault();
    }
    return doors_.signer.sign(std::move(*permitted));
}

engine::Signed DutySigner::sign(const engine::Sign& wanted) {
    const DutyCounters counters = counters_of(doors_.metrics, wanted);
    const Result<ValidatorSignature> signature = try_to_sign(wanted);
    if (signature) {
        ++*counters.done;
        return {wanted.id, *signature};
    }
    if (counters.refused != nullptr) {
        ++*counters.refused;
    }
    spdlog::warn("node not_signed duty={} key={} why=\"{}\"", counters.name, to_hex(wanted.key),
                 signature.fault().text());
    return {wanted.id, std::nullopt};
}

} // namespace quoin::node
