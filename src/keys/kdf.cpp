#include "kdf.hpp"

#include <quoin/base/assert.hpp>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>

namespace quoin::keys {

namespace {

constexpr std::size_t sha256_bytes = 32;
constexpr std::size_t hkdf_bytes_max = 255 * sha256_bytes;
constexpr std::uint64_t scrypt_bytes_max = 300ull << 20;

void require(bool good, const char* what) {
    if (!good) {
        throw std::runtime_error(std::string{"OpenSSL failed: "} + what);
    }
}

/// OpenSSL takes a null pointer for "no key given", which an empty one is not.
const std::uint8_t* not_null(ByteView bytes) {
    static constexpr std::uint8_t nothing = 0;
    return bytes.empty() ? &nothing : bytes.data();
}

const char* as_text(ByteView bytes) {
    return reinterpret_cast<const char*>(not_null(bytes));
}

SecretBytes hmac(const EVP_MD* hash, ByteView key, ByteView message) {
    SecretBytes tag{static_cast<std::size_t>(EVP_MD_get_size(hash))};
    require(HMAC(hash, not_null(key), static_cast<int>(key.size()), not_null(message), message.size(), tag.data(),
                 nullptr) != nullptr,
            "HMAC");
    return tag;
}

SecretBytes pbkdf2(const EVP_MD* hash, ByteView password, ByteView salt, std::uint64_t rounds, std::size_t size) {
    SecretBytes key{size};
    require(PKCS5_PBKDF2_HMAC(as_text(password), static_cast<int>(password.size()), not_null(salt),
                              static_cast<int>(salt.size()), static_cast<int>(rounds), hash, static_cast<int>(size),
                              key.data()) == 1,
            "PBKDF2");
    return key;
}

} // namespace

SecretBytes hmac_sha256(ByteView key, ByteView message) {
    return hmac(EVP_sha256(), key, message);
}

SecretBytes hmac_sha512(ByteView key, ByteView message) {
    return hmac(EVP_sha512(), key, message);
}

Result<SecretBytes> hkdf_sha256(ByteView salt, ByteView input, ByteView info, std::size_t size) {
    if (size > hkdf_bytes_max) {
        return Fault{Reason::out_of_range, "", "HKDF gives at most 8160 bytes"};
    }
    const SecretBytes extracted = hmac_sha256(salt, input);
    SecretBytes output{size};
    SecretBytes block_input{sha256_bytes + info.size() + 1}; // the block before, info, number of the block
    std::copy(info.begin(), info.end(), block_input.data() + sha256_bytes);
    for (std::size_t done = 0; done < size; done += sha256_bytes) {
        block_input.data()[sha256_bytes + info.size()] = static_cast<std::uint8_t>(done / sha256_bytes + 1);
        const ByteView whole = block_input;
        const SecretBytes block = hmac_sha256(extracted, done == 0 ? whole.subspan(sha256_bytes) : whole);
        std::copy_n(block.data(), std::min(sha256_bytes, size - done), output.data() + done);
        std::copy_n(block.data(), sha256_bytes, block_input.data());
    }
    return output;
}

SecretBytes pbkdf2_sha256(ByteView password, ByteView salt, std::uint64_t rounds, std::size_t size) {
    return pbkdf2(EVP_sha256(), password, salt, rounds, size);
}

SecretBytes pbkdf2_sha512(ByteView password, ByteView salt, std::uint64_t rounds, std::size_t size) {
    return pbkdf2(EVP_sha512(), password, salt, rounds, size);
}

SecretBytes scrypt(ByteView password, ByteView salt, const ScryptCost& cost, std::size_t size) {
    SecretBytes key{size};
    require(EVP_PBE_scrypt(as_text(password), password.size(), not_null(salt), salt.size(), cost.n, cost.r, cost.p,
                           scrypt_bytes_max, key.data(), size) == 1,
            "scrypt");
    return key;
}

SecretBytes aes_128_ctr(ByteView key, ByteView initial_counter, ByteView input) {
    QUOIN_ASSERT(key.size() == 16 && initial_counter.size() == 16, "AES-128-CTR takes 16 bytes of key and counter");
    const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context{EVP_CIPHER_CTX_new(),
                                                                                  &EVP_CIPHER_CTX_free};
    SecretBytes output{input.size()};
    int written = 0;
    require(context != nullptr &&
                EVP_EncryptInit_ex(context.get(), EVP_aes_128_ctr(), nullptr, key.data(), initial_counter.data()) ==
                    1 &&
                EVP_EncryptUpdate(context.get(), output.data(), &written, not_null(input),
                                  static_cast<int>(input.size())) == 1,
            "AES-128-CTR");
    return output;
}

ByteVector random_bytes(std::size_t size) {
    ByteVector bytes(size);
    require(RAND_bytes(bytes.data(), static_cast<int>(size)) == 1, "RAND_bytes");
    return bytes;
}

bool equal_in_constant_time(ByteView a, ByteView b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

} // namespace quoin::keys
