#include "kdf.hpp"
#include "keystore_form.hpp"
#include "normal_form.hpp"

#include <quoin/base/hex.hpp>
#include <quoin/crypto/sha256.hpp>
#include <quoin/keys/keystore.hpp>

#include <openssl/crypto.h>

namespace quoin::keys {

namespace {

constexpr std::size_t salt_bytes = 32;
constexpr ScryptCost full_cost{1 << 18, 8, 1};
constexpr std::uint64_t development_rounds = 1'024;

SecretBytes derived_key(const Keystore& keystore, std::string_view normal_password) {
    if (const auto* cost = std::get_if<ScryptCost>(&keystore.cost)) {
        return scrypt(octets(normal_password), keystore.salt, *cost, derived_key_bytes);
    }
    const std::uint64_t rounds = std::get<Pbkdf2Cost>(keystore.cost).rounds;
    return pbkdf2_sha256(octets(normal_password), keystore.salt, rounds, derived_key_bytes);
}

ByteView cipher_key(const SecretBytes& derived) {
    return ByteView{derived}.first(16);
}

Root checksum_of(const SecretBytes& derived, ByteView encrypted) {
    return crypto::Sha256{}.update(ByteView{derived}.subspan(16)).update(encrypted).finish();
}

Result<SecretBytes> decrypt(const Keystore& keystore, std::string_view password) {
    Result<std::string> normal = normalised_password(password);
    if (!normal) {
        return normal.fault();
    }
    const SecretBytes derived = derived_key(keystore, *normal);
    wipe(*normal);
    if (!equal_in_constant_time(checksum_of(derived, keystore.encrypted), keystore.checksum)) {
        return Fault{Reason::bad_password, "", "password does not open the keystore"};
    }
    return aes_128_ctr(cipher_key(derived), keystore.counter, keystore.encrypted);
}

std::string random_uuid() {
    ByteVector bytes = random_bytes(16);
    bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0f) | 0x40); // version 4: random
    bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3f) | 0x80);
    std::string text = to_hex(bytes).substr(2);
    for (const std::size_t place : {20u, 16u, 12u, 8u}) {
        text.insert(place, 1, '-');
    }
    return text;
}

Result<Keystore> encrypt(KeystoreInfo info, const Bytes<secret_bytes>& secret, std::string_view password,
                         KeystoreCost cost) {
    Result<std::string> normal = normalised_password(password);
    if (!normal) {
        return normal.fault();
    }
    Keystore keystore;
    keystore.info = std::move(info);
    keystore.uuid = random_uuid();
    keystore.salt = random_bytes(salt_bytes);
    keystore.counter = Bytes<counter_bytes>::from(random_bytes(counter_bytes));
    if (cost == KeystoreCost::full) {
        keystore.cost = full_cost;
    } else {
        keystore.cost = Pbkdf2Cost{development_rounds};
    }
    const SecretBytes derived = derived_key(keystore, *normal);
    wipe(*normal);
    keystore.encrypted = Bytes<secret_bytes>::from(aes_128_ctr(cipher_key(derived), keystore.counter, secret));
    keystore.checksum = checksum_of(derived, keystore.encrypted);
    return keystore;
}

Result<std::string> make(KeystoreInfo info, Bytes<secret_bytes> secret, std::string_view password, KeystoreCost cost) {
    const Result<Keystore> keystore = encrypt(std::move(info), secret, password, cost);
    OPENSSL_cleanse(secret.data(), secret.size());
    if (!keystore) {
        return keystore.fault();
    }
    return to_json(*keystore);
}

/// Form, kind and password; the secret of the keystore.
Result<SecretBytes> open(std::string_view json, KeyKind kind, std::string_view password, std::string& public_key) {
    const Result<Keystore> keystore = parse_keystore(json);
    if (!keystore) {
        return keystore.fault();
    }
    if (keystore->info.kind != kind) {
        return invalid("quoin_kind", kind == KeyKind::account ? "keystore is a validator's, not an account's"
                                                              : "keystore is an account's, not a validator's");
    }
    public_key = keystore->info.public_key;
    return decrypt(*keystore, password);
}

Fault other_key() {
    return invalid("pubkey", "pubkey is not that of the secret key inside");
}

} // namespace

Result<std::string> make_keystore(const crypto::SecretKey& key, std::string_view path, std::string_view password,
                                  KeystoreCost cost) {
    KeystoreInfo info{KeyKind::validator, to_hex(key.public_key().encode()), std::string{path}, "quoin validator"};
    return make(std::move(info), key.to_bytes(), password, cost);
}

Result<std::string> make_keystore(const crypto::Ed25519SecretKey& key, std::string_view path, std::string_view password,
                                  KeystoreCost cost) {
    KeystoreInfo info{KeyKind::account, to_hex(key.public_key()), std::string{path}, "quoin account"};
    return make(std::move(info), key.seed(), password, cost);
}

Result<KeystoreInfo> inspect_keystore(std::string_view json) {
    Result<Keystore> keystore = parse_keystore(json);
    if (!keystore) {
        return keystore.fault();
    }
    return std::move(keystore->info);
}

Result<crypto::SecretKey> open_validator_keystore(std::string_view json, std::string_view password) {
    std::string public_key;
    const Result<SecretBytes> secret = open(json, KeyKind::validator, password, public_key);
    if (!secret) {
        return secret.fault();
    }
    Bytes<secret_bytes> big_endian = Bytes<secret_bytes>::from(*secret);
    Result<crypto::SecretKey> key = crypto::SecretKey::from_bytes(big_endian);
    OPENSSL_cleanse(big_endian.data(), big_endian.size());
    if (!key) {
        return invalid("crypto", "the secret inside is not a key: " + key.fault().message);
    }
    return to_hex(key->public_key().encode()) == public_key ? std::move(key) : other_key();
}

Result<crypto::Ed25519SecretKey> open_account_keystore(std::string_view json, std::string_view password) {
    std::string public_key;
    const Result<SecretBytes> secret = open(json, KeyKind::account, password, public_key);
    if (!secret) {
        return secret.fault();
    }
    Bytes<secret_bytes> seed = Bytes<secret_bytes>::from(*secret);
    crypto::Ed25519SecretKey key{seed};
    OPENSSL_cleanse(seed.data(), seed.size());
    if (to_hex(key.public_key()) != public_key) {
        return other_key();
    }
    return key;
}

} // namespace quoin::keys
