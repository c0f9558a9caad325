#include <quoin/keys/secret.hpp>

#include <openssl/crypto.h>

#include <utility>

namespace quoin::keys {

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
    std::swap(octets_, other.octets_);
    return *this;
}

SecretBytes::~SecretBytes() {
    OPENSSL_cleanse(octets_.data(), octets_.size());
}

} // namespace quoin::keys
