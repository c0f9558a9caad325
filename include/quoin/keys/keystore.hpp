#pragma once

#include <quoin/base/result.hpp>
#include <quoin/crypto/bls.hpp>
#include <quoin/crypto/ed25519.hpp>

#include <cstdint>
#include <string>
#include <string_view>

/// EIP-2335 keystores, version 4. A validator's is as any other client writes it; an account's is the same with
/// `"quoin_kind": "account"` and its Ed25519 seed and public key.
namespace quoin::keys {

enum class KeyKind : std::uint8_t { validator, account };

enum class KeystoreCost : std::uint8_t {
    full,        ///< scrypt n = 2^18, r = 8, p = 1: 256 MiB and about a second
    development, ///< PBKDF2 with 1,024 rounds: for keys that are published anyway
};

/// The part of a keystore that needs no password.
struct KeystoreInfo {
    KeyKind kind = KeyKind::validator;
    std::string public_key; ///< `0x` and 96 digits for a validator, 64 for an account
    std::string path;
    std::string description;
};

/// JSON of a new keystore, with salt, initialisation vector and uuid from the operating system. `bad_password` for a
/// password whose Unicode normal form is not known here.
Result<std::string> make_keystore(const crypto::SecretKey& key, std::string_view path, std::string_view password,
                                  KeystoreCost cost);
Result<std::string> make_keystore(const crypto::Ed25519SecretKey& key, std::string_view path, std::string_view password,
                                  KeystoreCost cost);

/// `keystore_invalid` for anything but a well-formed keystore of at most 1 MiB within the bounds of THREATS K2:
/// n * r <= 2^21, p <= 4, c <= 2^20.
Result<KeystoreInfo> inspect_keystore(std::string_view json);

/// `keystore_invalid` as above, or when the key inside is not that of `pubkey`; `bad_password` when the checksum, which
/// is compared in constant time, differs.
Result<crypto::SecretKey> open_validator_keystore(std::string_view json, std::string_view password);
Result<crypto::Ed25519SecretKey> open_account_keystore(std::string_view json, std::string_view password);

} // namespace quoin::keys
