#include "eip2333.hpp"
#include "kdf.hpp"
#include "normal_form.hpp"

#include <quoin/base/assert.hpp>
#include <quoin/crypto/sha256.hpp>
#include <quoin/keys/derivation.hpp>

#include <openssl/bn.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <new>
#include <optional>
#include <vector>

namespace quoin::keys {

namespace {

constexpr std::size_t path_steps_max = 16;
constexpr std::uint32_t hardened = 0x8000'0000;
constexpr std::size_t chunk_bytes = 32;
constexpr const char* group_order = "73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001";
constexpr std::string_view development_phrase = "test test test test test test test test test test test junk";

struct FreeNumber {
    void operator()(BIGNUM* number) const { BN_clear_free(number); }
    void operator()(BN_CTX* context) const { BN_CTX_free(context); }
};

/// The number modulo the group order, big-endian.
Bytes<32> reduced(ByteView big_endian) {
    BIGNUM* parsed = nullptr;
    BN_hex2bn(&parsed, group_order);
    const std::unique_ptr<BIGNUM, FreeNumber> order{parsed};
    const std::unique_ptr<BIGNUM, FreeNumber> number{
        BN_bin2bn(big_endian.data(), static_cast<int>(big_endian.size()), nullptr)};
    const std::unique_ptr<BN_CTX, FreeNumber> context{BN_CTX_secure_new()};
    Bytes<32> result;
    if (!order || !number || !context || BN_mod(number.get(), number.get(), order.get(), context.get()) != 1 ||
        BN_bn2binpad(number.get(), result.data(), chunk_bytes) != chunk_bytes) {
        throw std::bad_alloc();
    }
    return result;
}

/// `hkdf_mod_r` of EIP-2333.
crypto::SecretKey key_from(ByteView input) {
    constexpr std::size_t output_bytes = 48;
    constexpr std::array<std::uint8_t, 2> info{0, output_bytes};
    SecretBytes padded{input.size() + 1}; // with a zero octet after it
    std::copy(input.begin(), input.end(), padded.data());
    Root salt = crypto::sha256(octets("BLS-SIG-KEYGEN-SALT-"));
    while (true) {
        const Result<SecretBytes> output = hkdf_sha256(salt, padded, info, output_bytes);
        Bytes<32> scalar = reduced(*output);
        Result<crypto::SecretKey> key = crypto::SecretKey::from_bytes(scalar);
        OPENSSL_cleanse(scalar.data(), scalar.size());
        if (key) {
            return std::move(key).value();
        }
        salt = crypto::sha256(salt);
    }
}

/// `m/1/2'` as numbers; a step marked `'` has its top bit set. Nothing for any other text.
std::optional<std::vector<std::uint32_t>> steps_of(std::string_view path) {
    if (!path.starts_with('m')) {
        return std::nullopt;
    }
    path.remove_prefix(1);
    std::vector<std::uint32_t> steps;
    while (!path.empty()) {
        if (path.front() != '/' || steps.size() == path_steps_max) {
            return std::nullopt;
        }
        path.remove_prefix(1);
        std::uint32_t step = 0;
        const auto [end, error] = std::from_chars(path.data(), path.data() + path.size(), step);
        if (error != std::errc{}) {
            return std::nullopt;
        }
        path.remove_prefix(static_cast<std::size_t>(end - path.data()));
        if (path.starts_with('\'')) {
            if (step >= hardened) {
                return std::nullopt;
            }
            step |= hardened;
            path.remove_prefix(1);
        }
        steps.push_back(step);
    }
    return steps;
}

Fault bad_path(const char* expected) {
    return {Reason::malformed, "path", std::string{"derivation path is not of the form "} + expected};
}

} // namespace

std::vector<Bytes<32>> lamport_chunks(ByteView input, std::uint32_t index) {
    const std::array<std::uint8_t, 4> salt{static_cast<std::uint8_t>(index >> 24),
                                           static_cast<std::uint8_t>(index >> 16),
                                           static_cast<std::uint8_t>(index >> 8), static_cast<std::uint8_t>(index)};
    const Result<SecretBytes> output = hkdf_sha256(salt, input, {}, lamport_chunk_count * chunk_bytes);
    std::vector<Bytes<32>> chunks;
    for (std::size_t i = 0; i < lamport_chunk_count; ++i) {
        chunks.push_back(Bytes<32>::from(ByteView{*output}.subspan(i * chunk_bytes)));
    }
    return chunks;
}

Root lamport_public_key(ByteView input, std::uint32_t index) {
    SecretBytes flipped{input.size()};
    std::transform(input.begin(), input.end(), flipped.data(),
                   [](std::uint8_t octet) { return static_cast<std::uint8_t>(~octet); });
    ByteVector hashes;
    for (const ByteView half : {input, ByteView{flipped}}) {
        std::vector<Bytes<32>> chunks = lamport_chunks(half, index);
        for (Bytes<32>& chunk : chunks) {
            const Root hash = crypto::sha256(chunk);
            hashes.insert(hashes.end(), hash.begin(), hash.end());
            OPENSSL_cleanse(chunk.data(), chunk.size());
        }
    }
    return crypto::sha256(hashes);
}

Result<SecretBytes> seed_from_phrase(std::string_view phrase, std::string_view passphrase) {
    Result<std::string> words = normalised(phrase);
    if (!words) {
        return Fault{Reason::malformed, "phrase", words.fault().message};
    }
    Result<std::string> salt = normalised(passphrase);
    if (!salt) {
        return Fault{Reason::malformed, "passphrase", salt.fault().message};
    }
    salt->insert(0, "mnemonic");
    constexpr std::uint64_t rounds = 2'048;
    constexpr std::size_t seed_bytes = 64;
    SecretBytes seed = pbkdf2_sha512(octets(*words), octets(*salt), rounds, seed_bytes);
    wipe(*words);
    wipe(*salt);
    return seed;
}

Result<crypto::SecretKey> derive_master(ByteView seed) {
    if (seed.size() < 32) {
        return Fault{Reason::out_of_range, "", "a seed has at least 32 bytes"};
    }
    return key_from(seed);
}

crypto::SecretKey derive_child(const crypto::SecretKey& parent, std::uint32_t index) {
    Bytes<32> secret = parent.to_bytes();
    const Root compressed = lamport_public_key(secret, index);
    OPENSSL_cleanse(secret.data(), secret.size());
    return key_from(compressed);
}

Result<crypto::SecretKey> derive_validator(ByteView seed, std::string_view path) {
    const auto steps = steps_of(path);
    if (!steps || path.find('\'') != path.npos) {
        return bad_path("m/12381/3600/0/0/0");
    }
    Result<crypto::SecretKey> key = derive_master(seed);
    if (key) {
        for (const std::uint32_t step : *steps) {
            *key = derive_child(*key, step);
        }
    }
    return key;
}

Result<crypto::Ed25519SecretKey> derive_account(ByteView seed, std::string_view path) {
    const auto steps = steps_of(path);
    if (!steps || std::ranges::any_of(*steps, [](std::uint32_t step) { return step < hardened; })) {
        return bad_path("m/44'/9090'/0'");
    }
    SecretBytes node = hmac_sha512(octets("ed25519 seed"), seed); // 32 bytes of key, then 32 of chain code
    for (const std::uint32_t step : *steps) {
        SecretBytes input{1 + 32 + 4}; // a zero octet, the key, the step big-endian
        std::copy_n(node.data(), 32, input.data() + 1);
        for (std::size_t i = 0; i < 4; ++i) {
            input.data()[33 + i] = static_cast<std::uint8_t>(step >> (24 - 8 * i));
        }
        node = hmac_sha512(ByteView{node}.subspan(32), input);
    }
    Bytes<32> key_seed = Bytes<32>::from(node);
    crypto::Ed25519SecretKey key{key_seed};
    OPENSSL_cleanse(key_seed.data(), key_seed.size());
    return key;
}

std::string validator_path(std::uint32_t index) {
    return "m/12381/3600/" + std::to_string(index) + "/0/0";
}

std::string account_path(std::uint32_t index) {
    QUOIN_ASSERT(index < hardened, "index of an account is below 2^31");
    return "m/44'/9090'/" + std::to_string(index) + "'";
}

DevelopmentKeys::DevelopmentKeys() : seed_(seed_from_phrase(development_phrase).value()) {}

crypto::SecretKey DevelopmentKeys::validator(std::uint32_t index) const {
    return derive_validator(seed_, validator_path(index)).value();
}

crypto::Ed25519SecretKey DevelopmentKeys::account(std::uint32_t index) const {
    return derive_account(seed_, account_path(index)).value();
}

} // namespace quoin::keys
