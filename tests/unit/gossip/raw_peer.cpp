#include "raw_peer.hpp"

#include "frame.hpp"
#include "messages.hpp"

#include <quoin/codec/ssz.hpp>

#include <arpa/inet.h>
#include <openssl/rsa.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <string_view>

namespace quoin::gossip {

namespace {

constexpr int wait_s = 5;

KeyHandle key_of(std::string_view type) {
    if (type == "RSA") {
        return KeyHandle{EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{2'048})};
    }
    if (type == "EC") {
        return KeyHandle{EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")};
    }
    return make_key();
}

} // namespace

RawPeer::RawPeer(std::uint16_t port, const Options& options)
    : port_(port), options_(options), context_(SSL_CTX_new(TLS_client_method())) {
    std::signal(SIGPIPE, SIG_IGN); // OpenSSL writes to sockets that are closed
    make_identity();
    SSL_CTX* context = context_.get();
    if (options_.with_certificate) {
        SSL_CTX_use_certificate(context, identity_.certificate.get());
        SSL_CTX_use_PrivateKey(context, identity_.key.get());
    }
    if (options_.tls_1_2_only) {
        SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION);
    }
    std::string alpn = options_.alpn;
    alpn.insert(alpn.begin(), static_cast<char>(alpn.size()));
    SSL_CTX_set_alpn_protos(context, reinterpret_cast<const unsigned char*>(alpn.data()),
                            static_cast<unsigned>(alpn.size()));
    connect();
}

RawPeer::~RawPeer() {
    ::close(socket_);
}

void RawPeer::make_identity() {
    identity_.key = key_of(options_.key_type);
    identity_.certificate = make_certificate(*identity_.key);
    if (options_.signed_by_another) {
        X509* certificate = identity_.certificate.get();
        X509_NAME* issuer = X509_NAME_new();
        X509_NAME_add_entry_by_txt(issuer, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("other"), -1, -1,
                                   0);
        X509_set_issuer_name(certificate, issuer);
        X509_NAME_free(issuer);
        X509_sign(certificate, make_key().get(), nullptr);
    }
    identity_.id = peer_id_of(*identity_.certificate);
}

void RawPeer::connect() {
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval patience{wait_s, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port_);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    tls_.reset(SSL_new(context_.get()));
    SSL_set_fd(tls_.get(), socket_);
    shook_hands_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
                   SSL_connect(tls_.get()) == 1;
}

void RawPeer::reconnect() {
    ::close(socket_);
    connect();
}

void RawPeer::send(ByteView bytes) {
    if (shook_hands_ && !bytes.empty()) {
        SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size()));
    }
}

void RawPeer::send_frame(Kind kind, ByteView body) {
    send(*make_frame(kind, body));
}

void RawPeer::send_hello(std::uint8_t chain_number) {
    Hello hello;
    hello.genesis_root[0] = chain_number;
    send_frame(Kind::hello, encode(hello));
}

bool RawPeer::read_exactly(ByteVector& bytes) {
    std::size_t got = 0;
    while (got < bytes.size()) {
        const int count = SSL_read(tls_.get(), bytes.data() + got, static_cast<int>(bytes.size() - got));
        if (count <= 0) {
            timed_out_ = SSL_get_error(tls_.get(), count) == SSL_ERROR_WANT_READ;
            return false;
        }
        got += static_cast<std::size_t>(count);
    }
    return true;
}

std::optional<RawPeer::Got> RawPeer::read_frame() {
    ByteVector head(frame_head_bytes);
    if (!shook_hands_ || !read_exactly(head)) {
        return std::nullopt;
    }
    const std::size_t length = head[0] | head[1] << 8 | head[2] << 16 | head[3] << 24;
    Got got{static_cast<Kind>(head[4]), ByteVector(length)};
    if (!read_exactly(got.body)) {
        return std::nullopt;
    }
    return got;
}

std::optional<RawPeer::Got> RawPeer::read_until(Kind kind) {
    while (auto got = read_frame()) {
        if (got->kind == kind) {
            return got;
        }
    }
    return std::nullopt;
}

bool RawPeer::sees_end() {
    while (read_frame()) {}
    return !timed_out_;
}

} // namespace quoin::gossip
