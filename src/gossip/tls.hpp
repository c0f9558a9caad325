#pragma once

#include "identity.hpp"

#include <boost/asio/ssl/context.hpp>

namespace quoin::gossip {

/// TLS 1.3 for both directions: our certificate, one demanded of the other side, no tickets, no early data, ALPN
/// `quoin/1`. Throws when OpenSSL does not do as told.
boost::asio::ssl::context make_tls_context(const Identity& identity);

/// After a handshake: who is at the other end. `bad_public_key` without a certificate or with a key that is neither
/// Ed25519 nor P-256, `malformed` when `quoin/1` was not agreed on.
Result<engine::PeerId> peer_behind(const SSL& tls);

} // namespace quoin::gossip
