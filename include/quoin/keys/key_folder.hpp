#pragma once

#include <quoin/base/result.hpp>
#include <quoin/crypto/bls.hpp>
#include <quoin/crypto/ed25519.hpp>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

/// Secrets on disk: folders of mode 0700, files of mode 0600. What is open to others is refused, not repaired: it may
/// have been read already (THREATS K1).
namespace quoin::keys {

/// Creates the folder and those above it; `not_writable` when that fails, `keystore_invalid` when it exists with a mode
/// wider than 0700.
Result<void> make_secret_folder(const std::filesystem::path& folder);

/// Writes a new file durably; `keystore_invalid` when it exists already, `not_writable` when it cannot be written.
Result<void> write_secret_file(const std::filesystem::path& file, std::string_view contents);

/// At most 1 MiB. `not_found`, `keystore_invalid` for a mode wider than 0600 or anything but a regular file,
/// `io_error`.
Result<std::string> read_secret_file(const std::filesystem::path& file);

/// The first line of a file read as above.
Result<std::string> read_password_file(const std::filesystem::path& file);

/// Every keystore of a `keys/` folder, opened.
struct KeyFolder {
    std::vector<crypto::SecretKey> validators; ///< in the order of the files' names
    std::vector<crypto::Ed25519SecretKey> accounts;

    /// Opens all `*.json` in the folder with one password. The path of a fault is the file; `duplicate_key` when two
    /// files hold the same key.
    static Result<KeyFolder> open(const std::filesystem::path& folder, std::string_view password);
};

} // namespace quoin::keys
