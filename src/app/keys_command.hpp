#pragma once

#include "exit.hpp"
#include "node_api.hpp"

#include <cstdint>
#include <string>

namespace quoin::app {

struct KeysNewOptions {
    std::string folder = "keys";
    std::string key;         ///< `dev:N` for a published key; empty: fresh ones
    std::string phrase_file; ///< BIP-39 phrase that keys are derived from
    std::uint32_t first = 0; ///< index of the first, with a phrase
    std::uint32_t count = 1;
    std::string password_file; ///< not used for published keys
    bool json = false;
};
/// Makes validator keystores (EIP-2335); prints public keys and proofs of possession.
ExitCode run_keys_new(const KeysNewOptions& options);

struct KeysFileOptions {
    std::string folder = "keys";
    std::string file;
    std::string public_key;
    std::string password_file;
    bool json = false;
};
/// Checks a keystore of another client and copies it into the folder.
ExitCode run_keys_import(const KeysFileOptions& options);
/// Copies the keystore of a public key out of the folder.
ExitCode run_keys_export(const KeysFileOptions& options);
ExitCode run_keys_list(const KeysFileOptions& options);

struct AccountOptions {
    std::string name; ///< `dev:N`, a keystore's file, or an address
    std::string output;
    std::string password_file;
    std::optional<NodeChoice> node; ///< asked for the balance: one that is named, or a testnet that runs here
    bool json = false;
};
/// Makes an account keystore.
ExitCode run_account_new(const AccountOptions& options);
/// Shows an account's address, and what a node says of it.
ExitCode run_account_show(const AccountOptions& options);

} // namespace quoin::app
