#pragma once

#include <quoin/base/bytes.hpp>
#include <quoin/base/result.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

/// BLS12-381 signatures with public keys in G1 (48 bytes) and signatures in G2 (96 bytes), proof-of-possession scheme:
/// draft-irtf-cfrg-bls-signature, ciphersuite `BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_`.
namespace quoin::crypto {

using PublicKeyBytes = Bytes<48>; ///< compressed point of G1, as on the wire
using SignatureBytes = Bytes<96>; ///< compressed point of G2, as on the wire

/// A public key ready for use: decoded, in the group, not infinity.
class PublicKey {
public:
    /// `bad_public_key` for anything that is not the canonical encoding of a point of the group, and for infinity.
    /// Costs about 50 us.
    static Result<PublicKey> decode(const PublicKeyBytes& bytes);

    PublicKeyBytes encode() const;

    bool operator==(const PublicKey&) const = default;

private:
    friend struct BlsAccess;
    PublicKey() = default;
    std::array<std::uint64_t, 12> affine_{};
};

/// A signature ready for use: decoded and in the group. Infinity decodes, since sums may pass through it, but no
/// verification here accepts it.
class Signature {
public:
    /// `bad_signature` for anything that is not the canonical encoding of a point of the group. Costs about 60 us.
    static Result<Signature> decode(const SignatureBytes& bytes);

    SignatureBytes encode() const;
    bool is_infinity() const;

    bool operator==(const Signature&) const = default;

private:
    friend struct BlsAccess;
    Signature() = default;
    std::array<std::uint64_t, 24> affine_{};
};

/// A secret key; its bytes are overwritten when it goes.
class SecretKey {
public:
    /// Big-endian; `out_of_range` unless 0 < value < group order.
    static Result<SecretKey> from_bytes(const Bytes<32>& big_endian);

    SecretKey(SecretKey&& other) noexcept;
    SecretKey& operator=(SecretKey&& other) noexcept;
    SecretKey(const SecretKey&) = delete;
    SecretKey& operator=(const SecretKey&) = delete;
    ~SecretKey();

    PublicKey public_key() const;
    Signature sign(ByteView message) const;

    /// PopProve of the draft: signs the 48 bytes of the public key under the proof-of-possession tag.
    Signature prove_possession() const;

    /// Big-endian, for a keystore. The caller overwrites it after use.
    Bytes<32> to_bytes() const;

private:
    SecretKey() = default;
    Signature sign_with_tag(ByteView message, std::string_view tag) const;
    std::array<std::uint8_t, 32> scalar_{};
};

bool verify(const PublicKey& key, ByteView message, const Signature& signature);

/// All keys signed the same message and `signature` is the sum. False for no keys, and for keys that sum to infinity.
/// Safe only for keys whose possession was proved.
bool fast_aggregate_verify(std::span<const PublicKey> keys, ByteView message, const Signature& signature);

struct SignedMessage {
    PublicKey key;
    ByteView message;
};

/// Each key signed its own message and `signature` is the sum. False for an empty list.
bool aggregate_verify(std::span<const SignedMessage> parts, const Signature& signature);

/// PopVerify of the draft: checks a proof made by `SecretKey::prove_possession`.
bool verify_possession(const PublicKey& key, const Signature& proof);

/// The sum; `malformed` for an empty list.
Result<Signature> aggregate(std::span<const Signature> signatures);

/// The sum of public keys; `malformed` for an empty list and `bad_public_key` when the sum is infinity.
Result<PublicKey> aggregate(std::span<const PublicKey> keys);

struct BatchItem {
    PublicKey key; ///< of one signer, or the sum of those who signed this message
    ByteView message;
    Signature signature;
};

/// Verifies many signatures at once by a random linear combination: one pairing per distinct message, so that many
/// signatures over one message cost little more than one. Returns one verdict per item, 1 = good; on failure the batch
/// is halved until the bad items are found (each costs about 2 log2(n) further pairings).
/// `seed` must not be guessable by whoever made the signatures: the 64-bit coefficients come from it.
std::vector<std::uint8_t> verify_batch(std::span<const BatchItem> items, const Root& seed);

} // namespace quoin::crypto
