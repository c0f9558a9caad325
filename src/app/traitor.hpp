#pragma once

#include "node_api.hpp"
#include "testnet_file.hpp"

#include <quoin/crypto/bls.hpp>
#include <quoin/gossip/gossip.hpp>
#include <quoin/types/genesis.hpp>

#include <filesystem>
#include <memory>

namespace quoin::app {

/// A validator that breaks the rules on a testnet: a peer of all nodes that signs what it likes with a development key.
/// Lives here and not in `keys`, where nothing signs without a permit.
class Traitor {
public:
    /// Connects to every node of the testnet; `scratch` is a folder of its own. Leaves with `network` when it reaches
    /// none.
    Traitor(const TestnetFile& testnet, std::shared_ptr<const Chain> chain, ValidatorIndex validator,
            crypto::SecretKey key, const std::filesystem::path& scratch);
    ~Traitor();

    /// E1: two attestations for the epoch of now, with different sources. False when the chain was not in a state that
    /// allows it; then try again a slot later.
    bool vote_twice();
    /// P1: two blocks for the next slot that is the validator's turn. False when that is too far ahead.
    bool propose_twice();

private:
    struct Ears;

    Slot current_slot();
    bool comes_to_turn(const Json& duties);
    ValidatorSignature sign(const Root& signing_root) const { return key_.sign(signing_root).encode(); }

    std::shared_ptr<const Chain> chain_;
    ValidatorIndex validator_;
    crypto::SecretKey key_;
    NodeApi api_;
    std::unique_ptr<Ears> ears_;
    std::unique_ptr<gossip::Gossip> gossip_;
};

} // namespace quoin::app
