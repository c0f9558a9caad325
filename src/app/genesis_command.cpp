#include "genesis_command.hpp"

#include "files.hpp"
#include "genesis_file.hpp"
#include "time.hpp"

#include <quoin/base/hex.hpp>
#include <quoin/codec/json.hpp>
#include <quoin/keys/derivation.hpp>
#include <quoin/staking/transactions.hpp>

#include <fmt/format.h>

namespace quoin::app {

namespace {

std::shared_ptr<const Chain> chain_of(const GenesisOptions& options) {
    return checked_genesis(genesis_text(options.source), options.source, true);
}

/// Validators with development keys, each like the template's first; operator I has account dev:I.
void set_validators(Genesis& genesis, std::uint64_t count) {
    constexpr std::uint64_t most = 4'096;
    if (count == 0 || count > most || genesis.validators.empty()) {
        throw Exit(ExitCode::usage, {Reason::out_of_range, "--validators", fmt::format("expected 1 to {}", most)});
    }
    const keys::DevelopmentKeys published;
    const GenesisValidator pattern = genesis.validators[0];
    std::vector<GenesisValidator> validators;
    for (std::uint32_t i = 0; i < count; ++i) {
        const crypto::SecretKey key = published.validator(i);
        GenesisValidator validator = pattern;
        validator.public_key = key.public_key().encode();
        validator.proof_of_possession = key.prove_possession().encode();
        validator.operator_address = staking::address_of(published.account(i).public_key());
        validator.withdrawal_address = validator.operator_address;
        validator.development = true;
        validators.push_back(validator);
    }
    genesis.validators = decltype(genesis.validators){std::move(validators)};
}

/// Development accounts dev:0 and on: one for each operator, then `extra` more, all with the richest's balance.
void set_accounts(Genesis& genesis, std::uint64_t extra) {
    constexpr std::uint64_t most = 100'000;
    if (extra > most) {
        throw Exit(ExitCode::usage, {Reason::out_of_range, "--accounts", fmt::format("expected at most {}", most)});
    }
    Amount balance;
    for (const GenesisAccount& account : genesis.accounts) {
        balance = std::max(balance, account.balance);
    }
    const keys::DevelopmentKeys published;
    std::vector<GenesisAccount> accounts;
    for (std::uint32_t i = 0; i < genesis.validators.size() + extra; ++i) {
        accounts.push_back({staking::address_of(published.account(i).public_key()), balance, true});
    }
    genesis.accounts = decltype(genesis.accounts){std::move(accounts)};
}

} // namespace

ExitCode run_genesis_validate(const GenesisOptions& options) {
    const auto chain = chain_of(options);
    const Genesis& genesis = chain->genesis;
    if (options.json) {
        fmt::print(R"({{"valid":true,"genesis_root":"{}","validators":"{}","accounts":"{}","template":{}}})"
                   "\n",
                   to_hex(chain->genesis_root), genesis.validators.size(), genesis.accounts.size(),
                   genesis.time_ms == 0);
    } else {
        fmt::print("{} is sound: {} with {} validators and {} accounts{}\n{}\n", options.source, genesis.name.view(),
                   genesis.validators.size(), genesis.accounts.size(),
                   genesis.time_ms == 0 ? ", a template without a time" : "", to_hex(chain->genesis_root));
    }
    return ExitCode::ok;
}

ExitCode run_genesis_hash(const GenesisOptions& options) {
    const auto chain = chain_of(options);
    fmt::print(fmt::runtime(options.json ? "{{\"genesis_root\":\"{}\"}}\n" : "{}\n"), to_hex(chain->genesis_root));
    return ExitCode::ok;
}

ExitCode run_genesis_show(const GenesisOptions& options) {
    fmt::print("{}", print_genesis(chain_of(options)->genesis));
    return ExitCode::ok;
}

ExitCode run_genesis_new(const GenesisNewOptions& options) {
    Genesis genesis = chain_of({options.source, false})->genesis;
    if (!options.name.empty()) {
        if (!decltype(genesis.name)::fits(options.name)) {
            throw Exit(ExitCode::usage, {Reason::too_large, "--name", "expected at most 64 bytes of UTF-8"});
        }
        genesis.name = options.name;
    }
    change_spec(genesis, options.spec);
    if (options.validators) {
        set_validators(genesis, *options.validators);
    }
    if (options.validators || options.accounts) {
        set_accounts(genesis, options.accounts.value_or(8));
    }
    if (options.start_ms) {
        genesis.time_ms = wall_clock_ms() + *options.start_ms;
    }
    or_exit(validate_genesis(genesis), ExitCode::config);
    const std::string text = print_genesis(genesis);
    if (options.output.empty()) {
        fmt::print("{}", text);
    } else {
        or_exit(replace_file(options.output, text), ExitCode::config);
        fmt::print("{} is written: {}\n", options.output,
                   to_hex(or_exit(load_genesis(text), ExitCode::config).genesis_root));
    }
    return ExitCode::ok;
}

} // namespace quoin::app
