#pragma once

#include "kdf.hpp"

#include <quoin/keys/keystore.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace quoin::keys {

inline constexpr std::size_t derived_key_bytes = 32; // 16 for the cipher, 16 for the checksum
inline constexpr std::size_t secret_bytes = 32;
inline constexpr std::size_t counter_bytes = 16;

struct Pbkdf2Cost {
    std::uint64_t rounds = 0;
};

/// A keystore whose form was checked.
struct Keystore {
    KeystoreInfo info;
    std::string uuid;
    std::variant<ScryptCost, Pbkdf2Cost> cost;
    ByteVector salt;
    Root checksum;
    Bytes<counter_bytes> counter;
    Bytes<secret_bytes> encrypted;
};

/// What is wrong with a keystore, and where in it.
inline Fault invalid(std::string path, std::string message) {
    return {Reason::keystore_invalid, std::move(path), std::move(message)};
}

/// The keystore in `json`, or `keystore_invalid`.
Result<Keystore> parse_keystore(std::string_view json);

std::string to_json(const Keystore& keystore);

} // namespace quoin::keys
