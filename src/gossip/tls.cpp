#include "tls.hpp"

#include <openssl/ssl.h>

#include <array>
#include <cstring>
#include <stdexcept>
#include <string_view>

namespace quoin::gossip {

namespace {

// As RFC 7301 has it on the wire: length, then name.
constexpr std::string_view alpn_list = "\x07quoin/1";
constexpr std::string_view alpn_name = alpn_list.substr(1);

const unsigned char* octets_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

void require(bool condition, const char* what) {
    if (!condition) {
        throw std::runtime_error(std::string{"OpenSSL could not "} + what);
    }
}

int select_protocol(SSL*, const unsigned char** out, unsigned char* out_length, const unsigned char* in,
                    unsigned in_length, void*) {
    unsigned char* chosen = nullptr;
    const int outcome =
        SSL_select_next_proto(&chosen, out_length, octets_of(alpn_list), alpn_list.size(), in, in_length);
    *out = chosen;
    return outcome == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

/// A certificate need only be sound and signed by itself; whose it is, its key's hash says.
int accept_self_signed(int is_fine, X509_STORE_CTX* store) {
    return is_fine == 1 || X509_STORE_CTX_get_error(store) == X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT ? 1 : 0;
}

bool is_accepted_key(const EVP_PKEY* key) {
    if (EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519) {
        return true;
    }
    std::array<char, 32> group{};
    return EVP_PKEY_get_base_id(key) == EVP_PKEY_EC &&
           EVP_PKEY_get_group_name(key, group.data(), group.size(), nullptr) == 1 &&
           std::string_view{group.data()} == "prime256v1";
}

} // namespace

boost::asio::ssl::context make_tls_context(const Identity& identity) {
    boost::asio::ssl::context context{boost::asio::ssl::context::tls};
    SSL_CTX* tls = context.native_handle();
    require(SSL_CTX_set_min_proto_version(tls, TLS1_3_VERSION) == 1 &&
                SSL_CTX_set_max_proto_version(tls, TLS1_3_VERSION) == 1,
            "be held to TLS 1.3");
    SSL_CTX_set_options(tls, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_session_cache_mode(tls, SSL_SESS_CACHE_OFF);
    require(SSL_CTX_set_num_tickets(tls, 0) == 1 && SSL_CTX_set_max_early_data(tls, 0) == 1, "do without tickets");
    require(SSL_CTX_use_certificate(tls, identity.certificate.get()) == 1 &&
                SSL_CTX_use_PrivateKey(tls, identity.key.get()) == 1,
            "take the node's certificate");
    SSL_CTX_set_verify(tls, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, accept_self_signed);
    SSL_CTX_set_verify_depth(tls, 1);
    require(SSL_CTX_set_alpn_protos(tls, octets_of(alpn_list), alpn_list.size()) == 0, "offer a protocol");
    SSL_CTX_set_alpn_select_cb(tls, select_protocol, nullptr);
    return context;
}

Result<engine::PeerId> peer_behind(const SSL& tls) {
    const unsigned char* protocol = nullptr;
    unsigned protocol_length = 0;
    SSL_get0_alpn_selected(&tls, &protocol, &protocol_length);
    if (protocol_length != alpn_name.size() || std::memcmp(protocol, alpn_name.data(), alpn_name.size()) != 0) {
        return Fault{Reason::malformed, "", "the other side does not speak quoin/1"};
    }
    X509* certificate = SSL_get0_peer_certificate(&tls);
    if (certificate == nullptr) {
        return Fault{Reason::bad_public_key, "", "the other side has no certificate"};
    }
    if (!is_accepted_key(X509_get0_pubkey(certificate))) {
        return Fault{Reason::bad_public_key, "", "the other side's key is neither Ed25519 nor P-256"};
    }
    return peer_id_of(*certificate);
}

} // namespace quoin::gossip
