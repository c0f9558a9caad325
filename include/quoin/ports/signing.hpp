#pragma once

#include <quoin/base/result.hpp>
#include <quoin/types/attestation.hpp>

#include <vector>

namespace quoin::ports {

/// The signing database's leave to sign one root with one key. Only a SigningStore makes them; each is used up by the
/// signature it permits.
class Permit {
public:
    Permit(Permit&&) noexcept = default;
    Permit& operator=(Permit&&) noexcept = default;
    Permit(const Permit&) = delete;
    Permit& operator=(const Permit&) = delete;

    const ValidatorKey& key() const { return key_; }
    const Root& signing_root() const { return signing_root_; }

private:
    friend class SigningStore;
    Permit(const ValidatorKey& key, const Root& signing_root) : key_(key), signing_root_(signing_root) {}

    ValidatorKey key_;
    Root signing_root_;
};

/// Slashing protection (signing.db, PROTOCOL H1). A check and its record are one exclusive durable transaction; only
/// then a permit comes out. Signing the identical message again is permitted; anything else at or below what was signed
/// is refused with `slashable_refused`.
class SigningStore {
public:
    virtual ~SigningStore() = default;

    virtual Result<Permit> permit_proposal(const ValidatorKey& key, Slot slot, const Root& signing_root) = 0;
    virtual Result<Permit> permit_attestation(const ValidatorKey& key, Epoch source, Epoch target,
                                              const Root& signing_root) = 0;
    /// A RANDAO reveal or an aggregate can not be slashed; there is nothing to record.
    Permit permit_unrecorded(const ValidatorKey& key, const Root& signing_root) { return grant(key, signing_root); }

protected:
    static Permit grant(const ValidatorKey& key, const Root& signing_root) { return Permit{key, signing_root}; }
};

/// Holds the validators' secret keys; signs only what a permit names.
class Signer {
public:
    virtual ~Signer() = default;

    virtual std::vector<ValidatorKey> keys() const = 0;
    /// `unknown_validator` when the permit's key is not held.
    virtual Result<ValidatorSignature> sign(Permit permit) = 0;
};

} // namespace quoin::ports
