#pragma once

#include <quoin/base/bytes.hpp>

#include <cstdint>

/// Domain separation of signatures, as the consensus specs do it: a signature made for one purpose, fork or chain means
/// nothing for another.
namespace quoin::crypto {

using ForkVersion = Bytes<4>;
using Domain = Bytes<32>;

/// Four little-endian bytes on the wire.
enum class DomainType : std::uint32_t {
    proposer = 0,
    attester = 1,
    randao = 2,
    stake_proof = 3,
    transaction = 4,
    aggregate = 5,
};

/// Hash-tree-root of {current_version, genesis_root}.
Root compute_fork_data_root(const ForkVersion& fork_version, const Root& genesis_root);

/// The first four bytes of the fork data root: names a chain in handshakes.
Bytes<4> compute_fork_digest(const ForkVersion& fork_version, const Root& genesis_root);

/// The type, then the first 28 bytes of the fork data root.
Domain compute_domain(DomainType type, const ForkVersion& fork_version, const Root& genesis_root);

/// What is signed for an object: hash-tree-root of {object_root, domain}.
Root signing_root(const Root& object_root, const Domain& domain);

} // namespace quoin::crypto
