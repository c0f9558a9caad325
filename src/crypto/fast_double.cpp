#include <quoin/crypto/scheme.hpp>
#include <quoin/crypto/sha256.hpp>

#include <algorithm>
#include <initializer_list>
#include <string_view>

namespace quoin::crypto {

namespace {

Root tagged_hash(std::string_view tag, std::initializer_list<ByteView> parts) {
    std::array<std::uint8_t, 128> input{};
    auto end = std::copy(tag.begin(), tag.end(), input.begin());
    for (const ByteView part : parts) {
        end = std::copy(part.begin(), part.end(), end);
    }
    return sha256(ByteView{input.begin(), end});
}

/// Adds octet by octet without carry: commutative, and a summand counted twice does not vanish as it would under xor.
void add_to(SignatureBytes& sum, ByteView signature) {
    for (std::size_t i = 0; i < sum.size(); ++i) {
        sum[i] = static_cast<std::uint8_t>(sum[i] + signature[i]);
    }
}

SignatureBytes widened(const Root& tag) {
    SignatureBytes signature;
    std::copy(tag.begin(), tag.end(), signature.begin());
    return signature;
}

template <class Octets>
bool equals(const ByteVector& bytes, const Octets& expected) {
    return std::ranges::equal(bytes, expected);
}

bool is_valid(const SignatureCheck& check) {
    switch (check.scheme) {
    case SignatureCheck::Scheme::ed25519:
        return equals(check.signature, FastDouble::sign(check.ed25519_key, check.message));
    case SignatureCheck::Scheme::bls_possession:
        return check.bls_keys.size() == 1 &&
               equals(check.signature, FastDouble::prove_possession(check.bls_keys.front()));
    case SignatureCheck::Scheme::bls:
        break;
    }
    SignatureBytes sum;
    for (const PublicKeyBytes& key : check.bls_keys) {
        add_to(sum, FastDouble::sign(key, check.message));
    }
    return !check.bls_keys.empty() && equals(check.signature, sum);
}

} // namespace

std::vector<std::uint8_t> FastDouble::verify(std::span<const SignatureCheck> checks, const Root&) {
    std::vector<std::uint8_t> verdicts;
    verdicts.reserve(checks.size());
    for (const SignatureCheck& check : checks) {
        verdicts.push_back(is_valid(check));
    }
    return verdicts;
}

Result<SignatureBytes> FastDouble::aggregate(std::span<const SignatureBytes> signatures) {
    if (signatures.empty()) {
        return Fault{Reason::malformed, "", "no signatures to sum"};
    }
    SignatureBytes sum;
    for (const SignatureBytes& signature : signatures) {
        add_to(sum, signature);
    }
    return sum;
}

PublicKeyBytes FastDouble::bls_key(const Bytes<32>& secret) {
    const Root hash = tagged_hash("double bls key", {secret});
    PublicKeyBytes key;
    std::copy(hash.begin(), hash.end(), key.begin());
    return key;
}

Ed25519PublicKey FastDouble::ed25519_key(const Bytes<32>& secret) {
    return tagged_hash("double ed25519 key", {secret});
}

SignatureBytes FastDouble::sign(const PublicKeyBytes& key, const Root& message) {
    return widened(tagged_hash("bls", {key, message}));
}

SignatureBytes FastDouble::prove_possession(const PublicKeyBytes& key) {
    return widened(tagged_hash("possession", {key}));
}

Ed25519Signature FastDouble::sign(const Ed25519PublicKey& key, const Root& message) {
    const Root tag = tagged_hash("ed25519", {key, message});
    Ed25519Signature signature;
    std::copy(tag.begin(), tag.end(), signature.begin());
    return signature;
}

} // namespace quoin::crypto
