#include <quoin/keys/signer.hpp>

#include <utility>

namespace quoin::keys {

ValidatorSigner::ValidatorSigner(std::vector<crypto::SecretKey> keys) {
    for (crypto::SecretKey& key : keys) {
        const ValidatorKey public_key = key.public_key().encode();
        keys_.emplace(public_key, std::move(key));
    }
}

std::vector<ValidatorKey> ValidatorSigner::keys() const {
    std::vector<ValidatorKey> result;
    for (const auto& [public_key, secret_key] : keys_) {
        result.push_back(public_key);
    }
    return result;
}

Result<ValidatorSignature> ValidatorSigner::sign(ports::Permit permit) {
    const auto found = keys_.find(permit.key());
    if (found == keys_.end()) {
        return Fault{Reason::unknown_validator, "", "no secret key is held for the validator"};
    }
    return found->second.sign(permit.signing_root()).encode();
}

} // namespace quoin::keys
