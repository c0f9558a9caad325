#pragma once

#include <quoin/base/limits.hpp>
#include <quoin/ports/inbox.hpp>
#include <quoin/ports/machine.hpp>
#include <quoin/ports/metrics.hpp>
#include <quoin/ports/network.hpp>
#include <quoin/ports/snapshots.hpp>
#include <quoin/ports/stores.hpp>
#include <quoin/types/genesis.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace quoin::api {

/// What an operator decides about the REST and WebSocket server (API.md). Bounds stand in `Limits`.
struct ApiSettings {
    std::string listen_host = "127.0.0.1";    ///< an IP address
    std::uint16_t listen_port = 0;            ///< 0: the system chooses, `ApiServer::port` tells
    std::string token_file;                   ///< admin token, made (0600) if absent; empty: admin routes are refused
    std::vector<std::string> allowed_hosts;   ///< names a `Host` header may carry besides loopback's and `listen_host`
    std::vector<std::string> allowed_origins; ///< such as `https://example.org`; empty: no other origin is served
    std::string version = "0";                ///< of the program, for /v1/status
    std::size_t io_threads = 2;
};

/// What the server reads and writes. All of it must outlive the server.
struct ApiParts {
    const Chain& chain;
    ports::Snapshots& snapshots;
    ports::Inbox& inbox;
    ports::LedgerStore& ledger;
    ports::ChainStore& chain_store;
    ports::Network& network;
    const ports::NodeMetrics& metrics;
    const ports::Clock& clock;
};

/// The node's face: REST, WebSocket, server-sent events and metrics on one port, on threads of its own.
class ApiServer {
public:
    virtual ~ApiServer() = default;

    /// Binds, listens and serves. `port_in_use` when the port is taken, `config_invalid` when the host is not an
    /// address or the token file is open to others, `not_writable` when the token can not be written.
    virtual Result<void> start() = 0;
    /// Tells streams goodbye and returns when nothing of the server runs any more. Also called by the destructor; a
    /// stopped server is not started again.
    virtual void stop() = 0;

    /// The port that is listened on, after `start`.
    virtual std::uint16_t port() const = 0;
};

std::unique_ptr<ApiServer> make_api(ApiSettings settings, ApiParts parts, const Limits& bounds = limits);

} // namespace quoin::api
