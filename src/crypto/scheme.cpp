#include <quoin/base/assert.hpp>
#include <quoin/crypto/scheme.hpp>

namespace quoin::crypto {

namespace {

Result<Signature> signature_of(const SignatureCheck& check) {
    if (check.signature.size() != SignatureBytes::size_bytes) {
        return Fault{Reason::bad_signature, "", "a BLS signature has 96 bytes"};
    }
    return Signature::decode(SignatureBytes::from(check.signature));
}

bool verify_ed25519(const SignatureCheck& check) {
    return check.signature.size() == Ed25519Signature::size_bytes &&
           crypto::verify(check.ed25519_key, check.message, Ed25519Signature::from(check.signature));
}

} // namespace

BlsScheme::BlsScheme(std::size_t keys_max) : keys_max_(keys_max) {
    QUOIN_ASSERT(keys_max > 0, "the key cache holds at least one");
}

const PublicKey* BlsScheme::decoded(const PublicKeyBytes& bytes) {
    const auto found = cache_.find(bytes);
    if (found != cache_.end()) {
        order_.splice(order_.begin(), order_, found->second.place);
        return &found->second.key;
    }
    const Result<PublicKey> key = PublicKey::decode(bytes);
    if (!key) {
        return nullptr;
    }
    if (cache_.size() == keys_max_) {
        cache_.erase(order_.back());
        order_.pop_back();
    }
    order_.push_front(bytes);
    return &cache_.emplace(bytes, Cached{*key, order_.begin()}).first->second.key;
}

Result<PublicKey> BlsScheme::sum_of(std::span<const PublicKeyBytes> keys) {
    std::vector<PublicKey> decoded_keys;
    decoded_keys.reserve(keys.size());
    for (const PublicKeyBytes& bytes : keys) {
        const PublicKey* key = decoded(bytes);
        if (key == nullptr) {
            return Fault{Reason::bad_public_key, "", "public key does not decode"};
        }
        decoded_keys.push_back(*key);
    }
    return crypto::aggregate(decoded_keys);
}

/// Anybody may offer keys without end, each once: they do not enter the cache.
bool BlsScheme::verify_proof(const SignatureCheck& check) {
    if (check.bls_keys.size() != 1) {
        return false;
    }
    const Result<PublicKey> key = PublicKey::decode(check.bls_keys.front());
    const Result<Signature> proof = signature_of(check);
    return key && proof && verify_possession(*key, *proof);
}

std::vector<std::uint8_t> BlsScheme::verify(std::span<const SignatureCheck> checks, const Root& batch_seed) {
    std::vector<std::uint8_t> verdicts(checks.size());
    std::vector<BatchItem> batch;
    std::vector<std::size_t> check_of;
    for (std::size_t i = 0; i < checks.size(); ++i) {
        const SignatureCheck& check = checks[i];
        switch (check.scheme) {
        case SignatureCheck::Scheme::ed25519:
            verdicts[i] = verify_ed25519(check);
            break;
        case SignatureCheck::Scheme::bls_possession:
            verdicts[i] = verify_proof(check);
            break;
        case SignatureCheck::Scheme::bls:
            const Result<Signature> signature = signature_of(check);
            if (!signature) {
                break;
            }
            const Result<PublicKey> key = sum_of(check.bls_keys);
            if (key) {
                batch.push_back({*key, check.message, *signature});
                check_of.push_back(i);
            }
            break;
        }
    }
    const std::vector<std::uint8_t> batch_verdicts = verify_batch(batch, batch_seed);
    for (std::size_t i = 0; i < batch.size(); ++i) {
        verdicts[check_of[i]] = batch_verdicts[i];
    }
    return verdicts;
}

Result<SignatureBytes> BlsScheme::aggregate(std::span<const SignatureBytes> signatures) {
    std::vector<Signature> decoded_signatures;
    decoded_signatures.reserve(signatures.size());
    for (const SignatureBytes& bytes : signatures) {
        const Result<Signature> signature = Signature::decode(bytes);
        if (!signature) {
            return signature.fault();
        }
        decoded_signatures.push_back(*signature);
    }
    const Result<Signature> sum = crypto::aggregate(decoded_signatures);
    if (!sum) {
        return sum.fault();
    }
    return sum->encode();
}

} // namespace quoin::crypto
