#pragma once

#include <quoin/base/result.hpp>
#include <quoin/engine/message.hpp>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

namespace quoin::gossip {

struct FreeKey {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct FreeCertificate {
    void operator()(X509* certificate) const { X509_free(certificate); }
};
using KeyHandle = std::unique_ptr<EVP_PKEY, FreeKey>;
using CertificateHandle = std::unique_ptr<X509, FreeCertificate>;

/// Who a node is to its peers: a key and a certificate it signed itself.
struct Identity {
    KeyHandle key;
    CertificateHandle certificate;
    engine::PeerId id;
};

/// Reads the identity of a folder, or makes what is absent (see `ensure_identity`).
Result<Identity> load_identity(const std::string& tls_folder);

KeyHandle make_key();
/// Self-signed and valid for ever: trust rests on the key's hash, not on dates.
CertificateHandle make_certificate(EVP_PKEY& key);
/// SHA-256 of the SubjectPublicKeyInfo.
engine::PeerId peer_id_of(const X509& certificate);

} // namespace quoin::gossip
