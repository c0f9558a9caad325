#include "coins.hpp"
#include "keys_command.hpp"
#include "passwords.hpp"
#include "random.hpp"

#include <quoin/base/hex.hpp>
#include <quoin/codec/json.hpp>
#include <quoin/keys/derivation.hpp>
#include <quoin/keys/keystore.hpp>
#include <quoin/staking/transactions.hpp>

#include <fmt/format.h>

namespace quoin::app {

namespace {

void print_account(const AccountOptions& options, const std::string& file, const Address& address) {
    if (options.json) {
        fmt::print(R"({{"file":{},"address":"{}"}})"
                   "\n",
                   json_quoted(file), to_hex(address));
    } else {
        fmt::print("{}\n  address  {}\n", file, to_hex(address));
    }
}

/// An account by its address, `dev:N`, or its keystore, whose public key needs no password.
Address address_named(const std::string& name) {
    if (const auto address = bytes_from_hex<20>(name)) {
        return *address;
    }
    if (const auto index = development_index(name)) {
        return staking::address_of(keys::DevelopmentKeys{}.account(*index).public_key());
    }
    const std::string json = or_exit(keys::read_secret_file(name), ExitCode::config);
    const auto info = or_exit(keys::inspect_keystore(json), ExitCode::config);
    if (info.kind != keys::KeyKind::account) {
        throw Exit(ExitCode::config, {Reason::keystore_invalid, name, "is the keystore of a validator"});
    }
    return staking::address_of(or_exit(bytes_from_hex<32>(info.public_key), ExitCode::config));
}

} // namespace

ExitCode run_account_new(const AccountOptions& options) {
    const crypto::Ed25519SecretKey key{random_bytes<32>()};
    const std::string password = read_password({options.password_file, true}, "the new keystore");
    const std::string keystore =
        or_exit(keys::make_keystore(key, "", password, keys::KeystoreCost::full), ExitCode::config);
    or_exit(keys::write_secret_file(options.output, keystore));
    print_account(options, options.output, staking::address_of(key.public_key()));
    return ExitCode::ok;
}

ExitCode run_account_show(const AccountOptions& options) {
    const Address address = address_named(options.name);
    if (!options.node) {
        print_account(options, options.name, address);
        return ExitCode::ok;
    }
    NodeApi api(options.node->nodes());
    const Json answer = api.get("/v1/accounts/" + to_hex(address)).json;
    if (options.json) {
        fmt::print("{}\n", answer.raw("/data"));
    } else {
        fmt::print("{}\n  address  {}\n  balance  {}\n  nonce    {}\n", options.name, to_hex(address),
                   coins_text(answer.number("/data/balance")), answer.text("/data/next_nonce"));
    }
    return ExitCode::ok;
}

} // namespace quoin::app
