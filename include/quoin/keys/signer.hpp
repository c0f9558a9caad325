#pragma once

#include <quoin/crypto/bls.hpp>
#include <quoin/ports/signing.hpp>

#include <map>
#include <vector>

namespace quoin::keys {

/// The validators' keys, in memory for as long as this lives. There is no way to have it sign but with a permit from
/// the signing database. `sign` may be called from any thread.
class ValidatorSigner final : public ports::Signer {
public:
    /// A key given twice is held once.
    explicit ValidatorSigner(std::vector<crypto::SecretKey> keys);

    /// Ordered as octets.
    std::vector<ValidatorKey> keys() const override;
    Result<ValidatorSignature> sign(ports::Permit permit) override;

private:
    std::map<ValidatorKey, crypto::SecretKey> keys_;
};

} // namespace quoin::keys
