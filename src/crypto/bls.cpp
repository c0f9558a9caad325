#include "bls_points.hpp"

#include <quoin/base/assert.hpp>
#include <quoin/crypto/bls.hpp>

#include <sodium.h>

namespace quoin::crypto {

namespace {

const byte* octets(std::string_view text) {
    return reinterpret_cast<const byte*>(text.data());
}

blst_scalar scalar_of(const std::array<std::uint8_t, 32>& little_endian) {
    blst_scalar scalar;
    std::memcpy(scalar.b, little_endian.data(), sizeof scalar.b);
    return scalar;
}

blst_p2_affine to_affine(const blst_p2& point) {
    blst_p2_affine affine;
    blst_p2_to_affine(&affine, &point);
    return affine;
}

blst_p1 sum_of(std::span<const PublicKey> keys) {
    std::vector<blst_p1_affine> points;
    points.reserve(keys.size());
    for (const PublicKey& key : keys) {
        points.push_back(BlsAccess::point(key));
    }
    const blst_p1_affine* const in_a_row[] = {points.data(), nullptr};
    blst_p1 sum;
    blst_p1s_add(&sum, in_a_row, points.size());
    return sum;
}

bool verify_with_tag(const PublicKey& key, ByteView message, const Signature& signature, std::string_view tag) {
    const blst_p1_affine key_point = BlsAccess::point(key);
    const blst_p2_affine message_point = hash_to_g2(message, tag);
    return pairing_holds({&key_point, 1}, {&message_point, 1}, BlsAccess::point(signature));
}

} // namespace

blst_p2_affine hash_to_g2(ByteView message, std::string_view tag) {
    blst_p2 point;
    blst_hash_to_g2(&point, message.data(), message.size(), octets(tag), tag.size());
    return to_affine(point);
}

bool pairing_holds(std::span<const blst_p1_affine> keys, std::span<const blst_p2_affine> points,
                   const blst_p2_affine& signature) {
    QUOIN_ASSERT(keys.size() == points.size() && !keys.empty(), "a pairing has two sides");
    if (blst_p2_affine_is_inf(&signature)) {
        return false;
    }
    std::vector<const blst_p1_affine*> left;
    std::vector<const blst_p2_affine*> right;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        left.push_back(&keys[i]);
        right.push_back(&points[i]);
    }
    left.push_back(&BLS12_381_NEG_G1);
    right.push_back(&signature);
    blst_fp12 product;
    blst_miller_loop_n(&product, right.data(), left.data(), left.size());
    blst_final_exp(&product, &product);
    return blst_fp12_is_one(&product);
}

Result<PublicKey> PublicKey::decode(const PublicKeyBytes& bytes) {
    blst_p1_affine point;
    if (blst_p1_uncompress(&point, bytes.data()) != BLST_SUCCESS) {
        return Fault{Reason::bad_public_key, "", "public key is not the encoding of a point of the curve"};
    }
    if (blst_p1_affine_is_inf(&point)) {
        return Fault{Reason::bad_public_key, "", "public key is infinity"};
    }
    if (!blst_p1_affine_in_g1(&point)) {
        return Fault{Reason::bad_public_key, "", "public key is not in the group"};
    }
    return BlsAccess::key(point);
}

PublicKeyBytes PublicKey::encode() const {
    const blst_p1_affine point = BlsAccess::point(*this);
    PublicKeyBytes bytes;
    blst_p1_affine_compress(bytes.data(), &point);
    return bytes;
}

Result<Signature> Signature::decode(const SignatureBytes& bytes) {
    blst_p2_affine point;
    if (blst_p2_uncompress(&point, bytes.data()) != BLST_SUCCESS) {
        return Fault{Reason::bad_signature, "", "signature is not the encoding of a point of the curve"};
    }
    if (!blst_p2_affine_in_g2(&point)) {
        return Fault{Reason::bad_signature, "", "signature is not in the group"};
    }
    return BlsAccess::signature(point);
}

SignatureBytes Signature::encode() const {
    const blst_p2_affine point = BlsAccess::point(*this);
    SignatureBytes bytes;
    blst_p2_affine_compress(bytes.data(), &point);
    return bytes;
}

bool Signature::is_infinity() const {
    const blst_p2_affine point = BlsAccess::point(*this);
    return blst_p2_affine_is_inf(&point);
}

Result<SecretKey> SecretKey::from_bytes(const Bytes<32>& big_endian) {
    blst_scalar scalar;
    blst_scalar_from_bendian(&scalar, big_endian.data());
    if (!blst_sk_check(&scalar)) {
        sodium_memzero(&scalar, sizeof scalar);
        return Fault{Reason::out_of_range, "", "secret key is zero or not below the group order"};
    }
    SecretKey key;
    std::memcpy(key.scalar_.data(), scalar.b, sizeof scalar.b);
    sodium_memzero(&scalar, sizeof scalar);
    return key;
}

SecretKey::SecretKey(SecretKey&& other) noexcept : scalar_(other.scalar_) {
    sodium_memzero(other.scalar_.data(), other.scalar_.size());
}

SecretKey& SecretKey::operator=(SecretKey&& other) noexcept {
    if (this != &other) {
        scalar_ = other.scalar_;
        sodium_memzero(other.scalar_.data(), other.scalar_.size());
    }
    return *this;
}

SecretKey::~SecretKey() {
    sodium_memzero(scalar_.data(), scalar_.size());
}

PublicKey SecretKey::public_key() const {
    blst_scalar scalar = scalar_of(scalar_);
    blst_p1 point;
    blst_sk_to_pk_in_g1(&point, &scalar);
    sodium_memzero(&scalar, sizeof scalar);
    blst_p1_affine affine;
    blst_p1_to_affine(&affine, &point);
    return BlsAccess::key(affine);
}

Signature SecretKey::sign_with_tag(ByteView message, std::string_view tag) const {
    blst_p2 point;
    blst_hash_to_g2(&point, message.data(), message.size(), octets(tag), tag.size());
    blst_scalar scalar = scalar_of(scalar_);
    blst_sign_pk_in_g1(&point, &point, &scalar);
    sodium_memzero(&scalar, sizeof scalar);
    return BlsAccess::signature(to_affine(point));
}

Signature SecretKey::sign(ByteView message) const {
    return sign_with_tag(message, signature_tag);
}

Signature SecretKey::prove_possession() const {
    return sign_with_tag(public_key().encode(), possession_tag);
}

Bytes<32> SecretKey::to_bytes() const {
    blst_scalar scalar = scalar_of(scalar_);
    Bytes<32> big_endian;
    blst_bendian_from_scalar(big_endian.data(), &scalar);
    sodium_memzero(&scalar, sizeof scalar);
    return big_endian;
}

bool verify(const PublicKey& key, ByteView message, const Signature& signature) {
    return verify_with_tag(key, message, signature, signature_tag);
}

bool verify_possession(const PublicKey& key, const Signature& proof) {
    return verify_with_tag(key, key.encode(), proof, possession_tag);
}

bool fast_aggregate_verify(std::span<const PublicKey> keys, ByteView message, const Signature& signature) {
    const Result<PublicKey> sum = aggregate(keys);
    return sum && verify(*sum, message, signature);
}

bool aggregate_verify(std::span<const SignedMessage> parts, const Signature& signature) {
    if (parts.empty()) {
        return false;
    }
    std::vector<blst_p1_affine> keys;
    std::vector<blst_p2_affine> points;
    for (const SignedMessage& part : parts) {
        keys.push_back(BlsAccess::point(part.key));
        points.push_back(hash_to_g2(part.message, signature_tag));
    }
    return pairing_holds(keys, points, BlsAccess::point(signature));
}

Result<Signature> aggregate(std::span<const Signature> signatures) {
    if (signatures.empty()) {
        return Fault{Reason::malformed, "", "no signatures to sum"};
    }
    blst_p2 sum{}; // all zero is infinity
    for (const Signature& signature : signatures) {
        const blst_p2_affine point = BlsAccess::point(signature);
        blst_p2_add_or_double_affine(&sum, &sum, &point);
    }
    return BlsAccess::signature(to_affine(sum));
}

Result<PublicKey> aggregate(std::span<const PublicKey> keys) {
    if (keys.empty()) {
        return Fault{Reason::malformed, "", "no public keys to sum"};
    }
    if (keys.size() == 1) {
        return keys.front();
    }
    const blst_p1 sum = sum_of(keys);
    if (blst_p1_is_inf(&sum)) {
        return Fault{Reason::bad_public_key, "", "public keys sum to infinity"};
    }
    blst_p1_affine affine;
    blst_p1_to_affine(&affine, &sum);
    return BlsAccess::key(affine);
}

} // namespace quoin::crypto
