#pragma once

#include <quoin/base/bytes.hpp>
#include <quoin/base/result.hpp>
#include <quoin/keys/secret.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

/// The derivations that keys rest on, from OpenSSL. Functions throw std::runtime_error when OpenSSL fails: no input
/// can cause that.
namespace quoin::keys {

/// The octets of a text, as a password or salt is hashed.
inline ByteView octets(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

SecretBytes hmac_sha256(ByteView key, ByteView message);
SecretBytes hmac_sha512(ByteView key, ByteView message);

/// RFC 5869, extract and expand; `size` at most 255 * 32, else `out_of_range`.
Result<SecretBytes> hkdf_sha256(ByteView salt, ByteView input, ByteView info, std::size_t size);

SecretBytes pbkdf2_sha256(ByteView password, ByteView salt, std::uint64_t rounds, std::size_t size);
SecretBytes pbkdf2_sha512(ByteView password, ByteView salt, std::uint64_t rounds, std::size_t size);

struct ScryptCost {
    std::uint64_t n = 0;
    std::uint64_t r = 0;
    std::uint64_t p = 0;
};
/// Uses 128 * n * r bytes; the caller has checked the cost.
SecretBytes scrypt(ByteView password, ByteView salt, const ScryptCost& cost, std::size_t size);

/// Encrypts and decrypts.
SecretBytes aes_128_ctr(ByteView key, ByteView initial_counter, ByteView input);

/// From the operating system.
ByteVector random_bytes(std::size_t size);

bool equal_in_constant_time(ByteView a, ByteView b);

} // namespace quoin::keys
