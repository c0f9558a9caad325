#include <quoin/crypto/ed25519.hpp>

#include <sodium.h>

#include <algorithm>

namespace quoin::crypto {

Ed25519SecretKey::Ed25519SecretKey(const Bytes<32>& seed) {
    Ed25519PublicKey key;
    crypto_sign_seed_keypair(key.data(), expanded_.data(), seed.data());
}

Ed25519SecretKey::Ed25519SecretKey(Ed25519SecretKey&& other) noexcept : expanded_(other.expanded_) {
    sodium_memzero(other.expanded_.data(), other.expanded_.size());
}

Ed25519SecretKey& Ed25519SecretKey::operator=(Ed25519SecretKey&& other) noexcept {
    if (this != &other) {
        expanded_ = other.expanded_;
        sodium_memzero(other.expanded_.data(), other.expanded_.size());
    }
    return *this;
}

Ed25519SecretKey::~Ed25519SecretKey() {
    sodium_memzero(expanded_.data(), expanded_.size());
}

Ed25519PublicKey Ed25519SecretKey::public_key() const {
    return Ed25519PublicKey::from(ByteView{expanded_}.subspan(32));
}

Ed25519Signature Ed25519SecretKey::sign(ByteView message) const {
    Ed25519Signature signature;
    crypto_sign_detached(signature.data(), nullptr, message.data(), message.size(), expanded_.data());
    return signature;
}

Bytes<32> Ed25519SecretKey::seed() const {
    return Bytes<32>::from(expanded_);
}

bool verify(const Ed25519PublicKey& key, ByteView message, const Ed25519Signature& signature) {
    return crypto_sign_verify_detached(signature.data(), message.data(), message.size(), key.data()) == 0;
}

} // namespace quoin::crypto
