#pragma once

#include <quoin/base/result.hpp>
#include <quoin/crypto/bls.hpp>
#include <quoin/crypto/ed25519.hpp>
#include <quoin/keys/secret.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace quoin::keys {

/// BIP-39: 64 bytes from a phrase by PBKDF2-HMAC-SHA512. The words are not looked up in a list, nor is their checksum.
/// `malformed` for text whose Unicode normal form is not known here.
Result<SecretBytes> seed_from_phrase(std::string_view phrase, std::string_view passphrase = {});

/// EIP-2333 master key; `out_of_range` for a seed of fewer than 32 bytes.
Result<crypto::SecretKey> derive_master(ByteView seed);

/// EIP-2333 child of a key.
crypto::SecretKey derive_child(const crypto::SecretKey& parent, std::uint32_t index);

/// EIP-2334: the key at a path such as `m/12381/3600/0/0/0`; `malformed` for anything else than `m` and numbers below
/// 2^32, at most 16 of them.
Result<crypto::SecretKey> derive_validator(ByteView seed, std::string_view path);

/// SLIP-0010 for Ed25519: the key at a path such as `m/44'/9090'/0'`; every step must be hardened.
Result<crypto::Ed25519SecretKey> derive_account(ByteView seed, std::string_view path);

/// `m/12381/3600/<index>/0/0`
std::string validator_path(std::uint32_t index);

/// `m/44'/9090'/<index>'`; `index < 2^31`.
std::string account_path(std::uint32_t index);

/// Keys that everybody knows, from the phrase "test test ... junk": for testnets whose genesis marks them
/// `development`. Read no file.
class DevelopmentKeys {
public:
    DevelopmentKeys();

    crypto::SecretKey validator(std::uint32_t index) const;
    crypto::Ed25519SecretKey account(std::uint32_t index) const;

private:
    SecretBytes seed_;
};

} // namespace quoin::keys
