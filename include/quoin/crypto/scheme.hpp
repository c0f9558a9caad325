#pragma once

#include <quoin/base/bytes.hpp>
#include <quoin/base/limits.hpp>
#include <quoin/base/result.hpp>
#include <quoin/crypto/bls.hpp>
#include <quoin/crypto/ed25519.hpp>

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <span>
#include <vector>

namespace quoin::crypto {

/// "These keys signed this root": all that a verifier needs to know about a message. Keys and signatures are as they
/// came from the wire; what does not decode is simply not valid.
struct SignatureCheck {
    enum class Scheme : std::uint8_t {
        bls,            ///< one key, or several who signed the same root and whose signatures were summed
        bls_possession, ///< exactly one key, and the proof is over the key itself: `message` is not looked at
        ed25519,
    };

    Scheme scheme = Scheme::bls;
    std::vector<PublicKeyBytes> bls_keys; ///< for the BLS schemes
    Ed25519PublicKey ed25519_key;         ///< for Ed25519
    Root message;                         ///< the signing root
    ByteVector signature;                 ///< 96 bytes for BLS, 64 for Ed25519; another length is not valid

    bool operator==(const SignatureCheck&) const = default;
};

/// How signatures are checked and summed. Two exist: the real one, and a fast double for the simulator and tests. An
/// object belongs to one thread.
class SignatureScheme {
public:
    virtual ~SignatureScheme() = default;

    /// One verdict per check, 1 = valid. `batch_seed` must not be guessable by peers: see `verify_batch`.
    virtual std::vector<std::uint8_t> verify(std::span<const SignatureCheck> checks, const Root& batch_seed) = 0;

    /// Sum of BLS signatures; `bad_signature` when one does not decode, `malformed` for an empty list.
    virtual Result<SignatureBytes> aggregate(std::span<const SignatureBytes> signatures) = 0;
};

/// The real thing. Keeps up to `keys_max` decoded public keys, and forgets those not used for longest.
class BlsScheme final : public SignatureScheme {
public:
    explicit BlsScheme(std::size_t keys_max = Limits{}.public_keys_max);

    std::vector<std::uint8_t> verify(std::span<const SignatureCheck> checks, const Root& batch_seed) override;
    Result<SignatureBytes> aggregate(std::span<const SignatureBytes> signatures) override;

    std::size_t keys_cached() const { return cache_.size(); }
    bool is_cached(const PublicKeyBytes& key) const { return cache_.contains(key); }

private:
    struct Cached {
        PublicKey key;
        std::list<PublicKeyBytes>::iterator place;
    };

    const PublicKey* decoded(const PublicKeyBytes& bytes);
    Result<PublicKey> sum_of(std::span<const PublicKeyBytes> keys);
    bool verify_proof(const SignatureCheck& check);

    std::size_t keys_max_;
    std::map<PublicKeyBytes, Cached> cache_;
    std::list<PublicKeyBytes> order_; ///< newest first
};

/// SIMULATOR AND TESTS ONLY: anybody can forge these. A public key is a hash of the secret; a signature is a tag that
/// anyone who knows the public key can recompute; signatures add up lane by lane, so that a subset, a further signer or
/// one counted twice shows. One short hash for each key.
class FastDouble final : public SignatureScheme {
public:
    std::vector<std::uint8_t> verify(std::span<const SignatureCheck> checks, const Root& batch_seed) override;
    Result<SignatureBytes> aggregate(std::span<const SignatureBytes> signatures) override;

    /// The double's public keys for a secret seed.
    static PublicKeyBytes bls_key(const Bytes<32>& secret);
    static Ed25519PublicKey ed25519_key(const Bytes<32>& secret);

    /// What `verify` accepts from this key for this root.
    static SignatureBytes sign(const PublicKeyBytes& key, const Root& message);
    static SignatureBytes prove_possession(const PublicKeyBytes& key);
    static Ed25519Signature sign(const Ed25519PublicKey& key, const Root& message);
};

} // namespace quoin::crypto
