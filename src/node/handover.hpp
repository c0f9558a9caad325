#pragma once

#include <quoin/ports/stores.hpp>
#include <quoin/types/genesis.hpp>

#include <optional>
#include <utility>

namespace quoin::node {

/// Makes hand-over proofs as the chain becomes final (PROTOCOL section 3): one for every candidate that differs from
/// the weights in force, as soon as a block whose state holds it has a certificate weighed by those weights.
class HandoverMaker {
public:
    HandoverMaker(const Chain& chain, ports::ChainStore& chain_store) : chain_(chain), chain_store_(chain_store) {}

    /// True when the block gave a proof, which is then stored.
    bool consider(const ports::FinalizedBlock& block);

private:
    std::optional<FinalityCertificate> certificate_of(const ports::FinalizedBlock& block) const;

    const Chain& chain_;
    ports::ChainStore& chain_store_;
    std::optional<std::pair<std::uint64_t, Root>> last_made_; ///< version handed to, root of the candidate
};

} // namespace quoin::node
