#pragma once

#include <quoin/engine/effect.hpp>
#include <quoin/engine/input.hpp>

#include <string>
#include <vector>

namespace quoin::ports {

/// What a node says of itself in a handshake.
struct Standing {
    Root genesis_root;
    ForkVersion fork_version;
    engine::Tip head;
    Checkpoint finalized;
    std::optional<FinalityCertificate> certificate;
};

struct PeerInfo {
    engine::PeerId id;
    std::string address; ///< host:port it listens on, or the remote end when it does not say
    bool outbound = false;
    engine::Tip head;
    std::uint64_t cost = 0;
    std::uint64_t frames_in = 0;
    std::uint64_t frames_out = 0;
    std::uint64_t bytes_in = 0;
    std::uint64_t bytes_out = 0;
};

/// The node's way to its peers. Calls return at once and may come from any thread.
class Network {
public:
    virtual ~Network() = default;

    virtual void broadcast(const engine::Message& message, const std::optional<engine::PeerId>& except) = 0;
    /// The answer, or its failure, comes as `BlocksAnswered`.
    virtual void request_blocks(const engine::PeerId& peer, const engine::BlockRequest& request) = 0;
    virtual void blame(const engine::PeerId& peer, const Fault& fault) = 0;
    virtual std::vector<PeerInfo> peers() const = 0;
};

/// Answers peers' requests: called by the network, from its threads.
class BlockServer {
public:
    virtual ~BlockServer() = default;

    virtual std::vector<SignedBlock> blocks(const engine::BlockRequest& request) = 0;
    virtual Standing standing() = 0;
};

} // namespace quoin::ports
