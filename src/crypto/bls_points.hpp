#pragma once

#include <quoin/crypto/bls.hpp>

#include <blst.h>

#include <cstring>
#include <span>
#include <string_view>

namespace quoin::crypto {

inline constexpr std::string_view signature_tag = "BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_";
inline constexpr std::string_view possession_tag = "BLS_POP_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_";

/// The way between the opaque values of the public header and the points of blst.
struct BlsAccess {
    static blst_p1_affine point(const PublicKey& key) {
        static_assert(sizeof key.affine_ == sizeof(blst_p1_affine));
        blst_p1_affine point;
        std::memcpy(&point, key.affine_.data(), sizeof point);
        return point;
    }
    static PublicKey key(const blst_p1_affine& point) {
        PublicKey key;
        std::memcpy(key.affine_.data(), &point, sizeof point);
        return key;
    }
    static blst_p2_affine point(const Signature& signature) {
        static_assert(sizeof signature.affine_ == sizeof(blst_p2_affine));
        blst_p2_affine point;
        std::memcpy(&point, signature.affine_.data(), sizeof point);
        return point;
    }
    static Signature signature(const blst_p2_affine& point) {
        Signature signature;
        std::memcpy(signature.affine_.data(), &point, sizeof point);
        return signature;
    }
};

/// hash_to_curve of RFC 9380 for G2 with the given domain separation tag.
blst_p2_affine hash_to_g2(ByteView message, std::string_view tag);

/// e(keys[0], points[0]) * ... * e(-G1, signature) == 1. Nothing may be infinity; infinity in `signature` is false.
bool pairing_holds(std::span<const blst_p1_affine> keys, std::span<const blst_p2_affine> points,
                   const blst_p2_affine& signature);

} // namespace quoin::crypto
