#pragma once

#include <quoin/base/result.hpp>
#include <quoin/crypto/bls.hpp>
#include <quoin/crypto/ed25519.hpp>
#include <quoin/keys/key_folder.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace quoin::app {

/// What protects keystores of published keys, which need no protection.
inline constexpr std::string_view development_password = "development";

/// Where a password comes from: the file given, else the one that QUOIN_PASSWORD_FILE names, else the terminal.
struct PasswordSource {
    std::string file;
    bool is_new = false; ///< of a keystore to be made: the terminal asks twice
};
std::string read_password(const PasswordSource& source, const std::string& what);

/// Opens what keystores hold. Without a password file the published one of development keystores is tried first.
keys::KeyFolder open_key_folder(const std::filesystem::path& folder, const std::string& password_file);

/// A key named on the command line: `dev:N` or the file of a keystore.
crypto::Ed25519SecretKey account_key(const std::string& name, const std::string& password_file);
crypto::SecretKey validator_key(const std::string& name, const std::string& password_file);

/// The N of `dev:N`; nothing when the name is a file's.
std::optional<std::uint32_t> development_index(const std::string& name);

} // namespace quoin::app
