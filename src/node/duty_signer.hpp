#pragma once

#include <quoin/node/node.hpp>

namespace quoin::node {

/// From an intent to a signature: signing root, the signing database's permit, the key. Nothing when one of them
/// refuses; that is logged and counted.
class DutySigner {
public:
    explicit DutySigner(const Doors& doors) : doors_(doors) {}

    engine::Signed sign(const engine::Sign& wanted);

private:
    Result<ports::Permit> permit(const ValidatorKey& key, const engine::ProposalIntent& intent);
    Result<ports::Permit> permit(const ValidatorKey& key, const engine::AttestationIntent& intent);
    Result<ports::Permit> permit(const ValidatorKey& key, const engine::RandaoIntent& intent);
    Result<ports::Permit> permit(const ValidatorKey& key, const engine::AggregateIntent& intent);
    Result<ValidatorSignature> try_to_sign(const engine::Sign& wanted);

    Doors doors_;
};

} // namespace quoin::node
