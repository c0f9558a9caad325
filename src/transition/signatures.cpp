#include <quoin/base/mutant.hpp>
#include <quoin/codec/ssz.hpp>
#include <quoin/crypto/signing.hpp>
#include <quoin/slashing/evidence.hpp>
#include <quoin/transition/signatures.hpp>
#include <quoin/types/clock.hpp>

#include <algorithm>
#include <iterator>

namespace quoin::transition {

namespace {

using crypto::DomainType;
using crypto::SignatureCheck;
using Checks = std::vector<SignatureCheck>;

Root root_to_sign(const Chain& chain, DomainType type, const Root& object) {
    const crypto::Domain domain = crypto::compute_domain(type, chain.genesis.fork_version, chain.genesis_root);
    return crypto::signing_root(object, domain);
}

SignatureCheck bls_check(std::vector<ValidatorKey> keys, const Root& message, const ValidatorSignature& signature) {
    SignatureCheck check;
    check.bls_keys = std::move(keys);
    check.message = message;
    check.signature.assign(signature.begin(), signature.end());
    return check;
}

Fault unknown_validator(ValidatorIndex validator, const char* path) {
    return {Reason::unknown_validator, path, "no validator has the index " + std::to_string(validator.value)};
}

/// The first index that the registry does not hold.
template <class Indices>
Result<void> all_known(const State& state, const Indices& validators, const char* path) {
    for (const ValidatorIndex validator : validators) {
        if (validator.value >= state.validators.size()) {
            return unknown_validator(validator, path);
        }
    }
    return {};
}

template <class Indices>
std::vector<ValidatorKey> keys_of(const State& state, const Indices& validators) {
    std::vector<ValidatorKey> keys;
    keys.reserve(validators.size());
    for (const ValidatorIndex validator : validators) {
        keys.push_back(state.validators[validator.value].public_key);
    }
    return keys;
}

slashing::SigningDomains domains_of(const Chain& chain) {
    return slashing::signing_domains(chain.genesis.fork_version, chain.genesis_root);
}

void append(Checks& all, Checks more) {
    std::move(more.begin(), more.end(), std::back_inserter(all));
}

/// Adds the checks of every item, each of them one check or several; a fault is located in its list.
template <class List, class ChecksOf>
Result<void> append_each(Checks& all, const char* list, const List& items, const ChecksOf& checks_of_item) {
    for (std::size_t i = 0; i < items.size(); ++i) {
        Result<Checks> checks = checks_of_item(items[i]);
        if (!checks) {
            const Fault& inner = checks.fault();
            return Fault{inner.reason, std::string{"body."} + list + "[" + std::to_string(i) + "]." + inner.path,
                         inner.message};
        }
        append(all, std::move(*checks));
    }
    return {};
}

} // namespace

Root proposal_signing_root(const Chain& chain, const BlockHeader& header) {
    return root_to_sign(chain, DomainType::proposer, hash_tree_root(header));
}

Root attestation_signing_root(const Chain& chain, const AttestationData& data) {
    return root_to_sign(chain, DomainType::attester, hash_tree_root(data));
}

Root randao_signing_root(const Chain& chain, Slot slot) {
    const bool per_era = is_planted(Mutant::randao_signed_per_era);
    const std::uint64_t number = per_era ? era_of(chain.spec(), slot).value : slot.value;
    Root object; // the hash-tree-root of a uint64 is its bytes
    for (std::size_t i = 0; i < 8; ++i) {
        object[i] = static_cast<std::uint8_t>(number >> (8 * i));
    }
    return root_to_sign(chain, DomainType::randao, object);
}

Root aggregate_signing_root(const Chain& chain, const Aggregate& aggregate) {
    return root_to_sign(chain, DomainType::aggregate, hash_tree_root(aggregate));
}

Root transaction_signing_root(const Chain& chain, const Transaction& transaction) {
    return root_to_sign(chain, DomainType::transaction, hash_tree_root(transaction));
}

Result<SignatureCheck> check_of(const Chain& chain, const State& state, const SignedBlockHeader& header) {
    const ValidatorIndex proposer = header.message.proposer_index;
    if (proposer.value >= state.validators.size()) {
        return unknown_validator(proposer, "proposer_index");
    }
    return bls_check({state.validators[proposer.value].public_key}, proposal_signing_root(chain, header.message),
                     header.signature);
}

SignatureCheck randao_check(const Chain& chain, Slot slot, const ValidatorKey& key, const ValidatorSignature& reveal) {
    return bls_check({key}, randao_signing_root(chain, slot), reveal);
}

Result<SignatureCheck> check_by_index(const Chain& chain, const State& state, const SingleAttestation& attestation) {
    if (attestation.validator.value >= state.validators.size()) {
        return unknown_validator(attestation.validator, "validator");
    }
    return bls_check({state.validators[attestation.validator.value].public_key},
                     attestation_signing_root(chain, attestation.data), attestation.signature);
}

Result<SignatureCheck> check_of(const Chain& chain, const State& state, const EpochCommittees& committees,
                                const SingleAttestation& attestation) {
    if (!committees.is_in(attestation.data.slot, attestation.validator)) {
        return Fault{Reason::not_in_committee, "validator",
                     "validator " + std::to_string(attestation.validator.value) + " does not attest in slot " +
                         std::to_string(attestation.data.slot.value)};
    }
    return check_by_index(chain, state, attestation);
}

namespace {

/// Those whose bits are set, who must be as many as `bits` is long.
Result<std::vector<ValidatorIndex>> voters_of(std::span<const ValidatorIndex> members,
                                              const Bitlist<type_limits.validators>& bits) {
    if (bits.size() != members.size()) {
        return Fault{Reason::bits_beyond_committee, "bits",
                     "has " + std::to_string(bits.size()) + " bits for a committee of " +
                         std::to_string(members.size())};
    }
    std::vector<ValidatorIndex> voters;
    bits.for_each_set([&](std::size_t bit) { voters.push_back(members[bit]); });
    return voters;
}

} // namespace

Result<SignatureCheck> check_of(const Chain& chain, const State& state, const EpochCommittees& committees,
                                const Attestation& attestation) {
    const auto voters = voters_of(committees.attesters(attestation.data.slot), attestation.bits);
    if (!voters) {
        return voters.fault();
    }
    return bls_check(keys_of(state, *voters), attestation_signing_root(chain, attestation.data), attestation.signature);
}

Result<Checks> checks_of(const Chain& chain, const State& state, const EpochCommittees& committees,
                         const SignedAggregate& aggregate) {
    const Aggregate& message = aggregate.message;
    if (!committees.is_aggregator(message.data.slot, message.committee, message.aggregator)) {
        return Fault{Reason::not_in_committee, "message.aggregator", "does not aggregate this committee"};
    }
    const auto voters = voters_of(committees.committee(message.data.slot, message.committee), message.bits);
    if (!voters) {
        return voters.fault();
    }
    if (voters->empty()) {
        return Fault{Reason::no_new_voter, "message.bits", "nobody attests"};
    }
    return Checks{bls_check({state.validators[message.aggregator.value].public_key},
                            aggregate_signing_root(chain, message), aggregate.signature),
                  bls_check(keys_of(state, *voters), attestation_signing_root(chain, message.data), message.signature)};
}

Result<SignatureCheck> check_of(const Chain& chain, const State& state, const IndexedAttestation& attestation) {
    if (auto known = all_known(state, attestation.validators, "validators"); !known) {
        return known.fault();
    }
    return bls_check(keys_of(state, attestation.validators), attestation_signing_root(chain, attestation.data),
                     attestation.signature);
}

Result<Checks> checks_of(const Chain& chain, const State& state, const ProposerSlashing& evidence) {
    const std::vector<ValidatorIndex> proposers{evidence.first.message.proposer_index,
                                                evidence.second.message.proposer_index};
    if (auto known = all_known(state, proposers, "first.message.proposer_index"); !known) {
        return known.fault();
    }
    return slashing::evidence_checks(state, domains_of(chain), evidence);
}

Result<Checks> checks_of(const Chain& chain, const State& state, const AttesterSlashing& evidence) {
    for (const auto* side : {&evidence.first, &evidence.second}) {
        if (auto known = all_known(state, side->validators, "first.validators"); !known) {
            return known.fault();
        }
    }
    return slashing::evidence_checks(state, domains_of(chain), evidence);
}

Checks checks_of(const Chain& chain, const SignedTransaction& transaction) {
    SignatureCheck sender;
    sender.scheme = SignatureCheck::Scheme::ed25519;
    sender.ed25519_key = transaction.message.sender;
    sender.message = transaction_signing_root(chain, transaction.message);
    sender.signature.assign(transaction.signature.begin(), transaction.signature.end());
    Checks checks{std::move(sender)};
    if (const auto* stake = std::get_if<Stake>(&transaction.message.payload)) {
        SignatureCheck proof = bls_check({stake->public_key}, {}, stake->proof_of_possession);
        proof.scheme = SignatureCheck::Scheme::bls_possession;
        checks.push_back(std::move(proof));
    }
    return checks;
}

Result<Checks> block_checks(const Chain& chain, const State& advanced, const SignedBlockHeader& header,
                            const BlockBody& body, CommitteeCache& committees, const IsVerified& is_verified) {
    const Result<SignatureCheck> proposal = check_of(chain, advanced, header);
    if (!proposal) {
        return proposal.fault();
    }
    Checks checks{*proposal, randao_check(chain, header.message.slot, proposal->bls_keys.front(), body.randao_reveal)};
    const auto of_evidence = [&](const auto& evidence) { return checks_of(chain, advanced, evidence); };
    const auto of_attestation = [&](const Attestation& attestation) -> Result<Checks> {
        const SharedCommittees of_epoch =
            committees.of(advanced, chain.spec(), epoch_of(chain.spec(), attestation.data.slot));
        if (of_epoch == nullptr) {
            return Fault{Reason::outside_inclusion_window, "data.slot", "is of an era that the state has forgotten"};
        }
        Result<SignatureCheck> check = check_of(chain, advanced, *of_epoch, attestation);
        if (!check) {
            return check.fault();
        }
        return is_verified && is_verified(attestation) ? Checks{} : Checks{std::move(*check)};
    };
    const auto of_transaction = [&](const SignedTransaction& transaction) -> Result<Checks> {
        return checks_of(chain, transaction);
    };
    for (const auto& verdict : {append_each(checks, "proposer_slashings", body.proposer_slashings, of_evidence),
                                append_each(checks, "attester_slashings", body.attester_slashings, of_evidence),
                                append_each(checks, "attestations", body.attestations, of_attestation),
                                append_each(checks, "transactions", body.transactions, of_transaction)}) {
        if (!verdict) {
            return verdict.fault();
        }
    }
    return checks;
}

} // namespace quoin::transition
