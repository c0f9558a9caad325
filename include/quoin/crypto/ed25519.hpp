#pragma once

#include <quoin/base/bytes.hpp>

namespace quoin::crypto {

using Ed25519PublicKey = Bytes<32>;
using Ed25519Signature = Bytes<64>;

/// An Ed25519 secret key from its 32-byte seed (RFC 8032 section 5.1.5); overwritten when it goes.
class Ed25519SecretKey {
public:
    explicit Ed25519SecretKey(const Bytes<32>& seed);
    Ed25519SecretKey(Ed25519SecretKey&& other) noexcept;
    Ed25519SecretKey& operator=(Ed25519SecretKey&& other) noexcept;
    Ed25519SecretKey(const Ed25519SecretKey&) = delete;
    Ed25519SecretKey& operator=(const Ed25519SecretKey&) = delete;
    ~Ed25519SecretKey();

    Ed25519PublicKey public_key() const;
    Ed25519Signature sign(ByteView message) const;

    /// For a keystore. The caller overwrites it after use.
    Bytes<32> seed() const;

private:
    Bytes<64> expanded_; ///< seed, then public key
};

/// The rule by which the whole chain accepts an Ed25519 signature (R, S) by key A over M; all nodes must agree, so it
/// is fixed here and tested against the published edge cases:
/// - S < L, else refused (no malleable S);
/// - A is the canonical encoding of a point and not of small order, else refused; an A with a small-order part beside
///   its large one is taken;
/// - R is not one of the small-order encodings, canonical or not;
/// - the cofactorless equation, compared as bytes: R == encode(S*B - SHA-512(R, A, M)*A), so a non-canonical R never
///   passes.
/// It is what libsodium 1.0.18 does in `crypto_sign_verify_detached`.
bool verify(const Ed25519PublicKey& key, ByteView message, const Ed25519Signature& signature);

} // namespace quoin::crypto
