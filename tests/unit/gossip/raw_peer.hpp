#pragma once

#include "identity.hpp"
#include "kind.hpp"

#include <quoin/base/bytes.hpp>

#include <openssl/ssl.h>

#include <memory>
#include <optional>
#include <string>

namespace quoin::gossip {

/// A client that says and does what no node of ours would: blocking sockets and OpenSSL, nothing of the module's but
/// certificates. Every wait ends after a few seconds.
class RawPeer {
public:
    struct Options {
        bool with_certificate = true;
        bool tls_1_2_only = false;
        std::string alpn = "quoin/1";
        const char* key_type = "ED25519"; ///< or RSA, EC (P-256)
        bool signed_by_another = false;   ///< the certificate is another authority's
    };

    RawPeer(std::uint16_t port, const Options& options);
    explicit RawPeer(std::uint16_t port) : RawPeer(port, Options{}) {}
    ~RawPeer();
    RawPeer(const RawPeer&) = delete;
    RawPeer& operator=(const RawPeer&) = delete;

    /// Comes back as the same peer.
    void reconnect();

    bool shook_hands() const { return shook_hands_; }
    engine::PeerId id() const { return identity_.id; }

    void send(ByteView bytes);
    void send_frame(Kind kind, ByteView body);
    /// The hello of a node of the same chain as `TestNode{chain_number}`.
    void send_hello(std::uint8_t chain_number = 1);

    struct Got {
        Kind kind = Kind::hello;
        ByteVector body;
    };
    /// The next frame; nothing when the connection ended.
    std::optional<Got> read_frame();
    /// Reads on until a frame of this kind.
    std::optional<Got> read_until(Kind kind);
    /// Reads on until the other side closes.
    bool sees_end();

private:
    struct FreeSession {
        void operator()(SSL* tls) const { SSL_free(tls); }
    };
    struct FreeContext {
        void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    };

    void make_identity();
    void connect();
    bool read_exactly(ByteVector& bytes);

    std::uint16_t port_;
    Options options_;
    Identity identity_;
    std::unique_ptr<SSL_CTX, FreeContext> context_;
    std::unique_ptr<SSL, FreeSession> tls_;
    int socket_ = -1;
    bool shook_hands_ = false;
    bool timed_out_ = false;
};

} // namespace quoin::gossip
