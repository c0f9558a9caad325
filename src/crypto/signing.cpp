#include <quoin/crypto/sha256.hpp>
#include <quoin/crypto/signing.hpp>

#include <algorithm>

namespace quoin::crypto {

Root compute_fork_data_root(const ForkVersion& fork_version, const Root& genesis_root) {
    Root version_leaf;
    std::copy(fork_version.begin(), fork_version.end(), version_leaf.begin());
    return hash_pair(version_leaf, genesis_root);
}

Bytes<4> compute_fork_digest(const ForkVersion& fork_version, const Root& genesis_root) {
    return Bytes<4>::from(compute_fork_data_root(fork_version, genesis_root));
}

Domain compute_domain(DomainType type, const ForkVersion& fork_version, const Root& genesis_root) {
    const Root fork_data_root = compute_fork_data_root(fork_version, genesis_root);
    Domain domain;
    for (std::size_t i = 0; i < 4; ++i) {
        domain[i] = static_cast<std::uint8_t>(static_cast<std::uint32_t>(type) >> (8 * i));
    }
    std::copy_n(fork_data_root.begin(), 28, domain.begin() + 4);
    return domain;
}

Root signing_root(const Root& object_root, const Domain& domain) {
    return hash_pair(object_root, domain);
}

} // namespace quoin::crypto
