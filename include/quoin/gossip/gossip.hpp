#pragma once

#include <quoin/base/limits.hpp>
#include <quoin/ports/inbox.hpp>
#include <quoin/ports/network.hpp>
#include <quoin/types/genesis.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace quoin::gossip {

/// What an operator decides about peers. The bounds that all nodes share stand in `Limits`.
struct GossipSettings {
    std::string listen_host = "127.0.0.1"; ///< an IP address; `0.0.0.0` and `::` listen on every interface
    std::uint16_t listen_port = 0;         ///< 0: the system chooses, `Gossip::port` tells
    std::string announce_address;          ///< host:port that peers should dial; empty: the listening address
    std::string tls_folder;                ///< holds key.pem and certificate.pem; what is absent is created
    std::vector<std::string> peers;        ///< `id@host:port`, or `host:port` where the id is not known
    bool discover = true;                  ///< ask peers for their peers and dial those too
    std::size_t dialled_peers_max = 16;    ///< discovery dials while fewer than this are connected
    std::uint64_t reconnect_ms_min = 250;
    std::uint64_t reconnect_ms_max = 30'000;
    std::uint64_t wrong_chain_backoff_ms = 600'000; ///< before a peer of another chain is dialled again
    std::uint64_t handshake_timeout_ms = 5'000;     ///< from the TCP connection to the peer's hello
    std::uint64_t ping_interval_ms = 2'000;
    std::uint64_t idle_timeout_ms = 15'000;   ///< a peer that sends nothing, or reads nothing, for so long is dropped
    std::uint64_t request_timeout_ms = 5'000; ///< for the answer to a block request
    std::uint64_t discovery_interval_ms = 10'000;
    std::uint64_t ban_ms = 600'000;
    std::uint64_t ban_cost = 100; ///< a peer whose cost (one point is forgiven a second) reaches this is banned
};

/// The node's peers over TLS 1.3, on a thread of its own (STATE.md "Wire"). Everything sent is flooded to all peers
/// once; everything received is decoded, bounded, deduplicated and pushed into the inbox.
class Gossip : public ports::Network {
public:
    /// Binds, listens and begins to dial. `port_in_use` when the port is taken, `config_invalid` when the host is not
    /// an address.
    virtual Result<void> start() = 0;
    /// Says goodbye and returns when nothing of the network runs any more. Also called by the destructor; a stopped
    /// network is not started again.
    virtual void stop() = 0;

    /// The port that is listened on, after `start`.
    virtual std::uint16_t port() const = 0;
    virtual engine::PeerId self() const = 0;
};

/// `inbox` and `server` must outlive the network. Faults: `config_invalid` for a peer that does not parse, and what
/// `ensure_identity` finds wrong with the TLS folder.
Result<std::unique_ptr<Gossip>> make_gossip(GossipSettings settings, std::shared_ptr<const Chain> chain,
                                            ports::Inbox& inbox, ports::BlockServer& server,
                                            const Limits& bounds = limits);

/// The peer id of a TLS folder. Creates the folder (0700), the key (Ed25519, 0600) and a self-signed certificate where
/// they are absent. `config_invalid` when a file does not parse, `not_writable`, or `config_invalid` for a key that
/// others may read.
Result<engine::PeerId> ensure_identity(const std::string& tls_folder);

} // namespace quoin::gossip
