#include "keys_command.hpp"

#include "files.hpp"
#include "passwords.hpp"
#include "random.hpp"

#include <quoin/base/hex.hpp>
#include <quoin/codec/json.hpp>
#include <quoin/keys/derivation.hpp>
#include <quoin/keys/key_folder.hpp>
#include <quoin/keys/keystore.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace quoin::app {

namespace {

constexpr std::uint32_t count_max = 4'096;

/// Where fresh keys come from: a phrase, or octets of the operating system that are kept nowhere.
keys::SecretBytes seed_of(const KeysNewOptions& options) {
    if (!options.phrase_file.empty()) {
        const std::string phrase = or_exit(keys::read_password_file(options.phrase_file), ExitCode::config);
        return or_exit(keys::seed_from_phrase(phrase), ExitCode::config);
    }
    const Bytes<64> octets = random_bytes<64>();
    keys::SecretBytes seed(octets.size());
    std::copy(octets.begin(), octets.end(), seed.data());
    return seed;
}

std::filesystem::path write_keystore(const KeysNewOptions& options, const crypto::SecretKey& key, std::uint32_t index,
                                     std::string_view password, keys::KeystoreCost cost) {
    const std::string public_key = to_hex(key.public_key().encode());
    const std::filesystem::path file =
        std::filesystem::path{options.folder} / ("keystore-" + public_key.substr(0, 18) + ".json");
    const std::string keystore =
        or_exit(keys::make_keystore(key, keys::validator_path(index), password, cost), ExitCode::config);
    or_exit(keys::write_secret_file(file, keystore));
    const std::string proof = to_hex(key.prove_possession().encode());
    if (options.json) {
        fmt::print(R"({{"file":{},"public_key":"{}","proof_of_possession":"{}"}})"
                   "\n",
                   json_quoted(file.string()), public_key, proof);
    } else {
        fmt::print("{}\n  public key           {}\n  proof of possession  {}\n", file.string(), public_key, proof);
    }
    return file;
}

struct Listed {
    std::filesystem::path file;
    keys::KeystoreInfo info;
};

std::vector<Listed> listed(const std::string& folder) {
    if (!std::filesystem::is_directory(folder)) {
        throw Exit(ExitCode::config, {Reason::not_found, folder, "is not a folder"});
    }
    std::vector<Listed> found;
    for (const auto& entry : std::filesystem::directory_iterator{folder}) {
        if (entry.path().extension() == ".json") {
            const std::string json = or_exit(keys::read_secret_file(entry.path()), ExitCode::config);
            auto info = keys::inspect_keystore(json);
            if (!info) {
                throw Exit(ExitCode::config, {info.fault().reason, entry.path().string(), info.fault().message});
            }
            found.push_back({entry.path(), std::move(*info)});
        }
    }
    std::sort(found.begin(), found.end(), [](const Listed& a, const Listed& b) { return a.file < b.file; });
    return found;
}

} // namespace

ExitCode run_keys_new(const KeysNewOptions& options) {
    if (options.count == 0 || options.count > count_max) {
        throw Exit(ExitCode::usage, {Reason::out_of_range, "--count", fmt::format("expected 1 to {}", count_max)});
    }
    or_exit(keys::make_secret_folder(options.folder));
    if (const auto published = options.key.empty() ? std::nullopt : development_index(options.key)) {
        for (std::uint32_t i = 0; i < options.count; ++i) {
            write_keystore(options, keys::DevelopmentKeys{}.validator(*published + i), *published + i,
                           development_password, keys::KeystoreCost::development);
        }
        return ExitCode::ok;
    }
    if (!options.key.empty()) {
        throw Exit(ExitCode::usage, {Reason::out_of_range, "--key", "expected dev:N"});
    }
    const keys::SecretBytes seed = seed_of(options);
    const std::string password = read_password({options.password_file, true}, "the new keystores");
    for (std::uint32_t i = options.first; i < options.first + options.count; ++i) {
        const auto key = or_exit(keys::derive_validator(seed, keys::validator_path(i)), ExitCode::config);
        write_keystore(options, key, i, password, keys::KeystoreCost::full);
    }
    return ExitCode::ok;
}

ExitCode run_keys_import(const KeysFileOptions& options) {
    // A file from elsewhere may have any mode; the copy has the right one.
    const std::string json = or_exit(read_file(options.file, 1 << 20), ExitCode::config);
    const auto info = keys::inspect_keystore(json);
    if (!info) {
        throw Exit(ExitCode::config, {info.fault().reason, options.file, info.fault().message});
    }
    const std::string password = read_password({options.password_file, false}, options.file);
    if (info->kind == keys::KeyKind::validator) {
        or_exit(keys::open_validator_keystore(json, password), ExitCode::config);
    } else {
        or_exit(keys::open_account_keystore(json, password), ExitCode::config);
    }
    or_exit(keys::make_secret_folder(options.folder));
    const std::filesystem::path file =
        std::filesystem::path{options.folder} / ("keystore-" + info->public_key.substr(0, 18) + ".json");
    or_exit(keys::write_secret_file(file, json), ExitCode::config);
    if (options.json) {
        fmt::print(R"({{"file":{},"public_key":"{}"}})"
                   "\n",
                   json_quoted(file.string()), info->public_key);
    } else {
        fmt::print("{} holds {}\n", file.string(), info->public_key);
    }
    return ExitCode::ok;
}

ExitCode run_keys_export(const KeysFileOptions& options) {
    for (const Listed& item : listed(options.folder)) {
        if (item.info.public_key == options.public_key) {
            or_exit(
                keys::write_secret_file(options.file, or_exit(keys::read_secret_file(item.file), ExitCode::config)));
            fmt::print("{} holds {}\n", options.file, item.info.public_key);
            return ExitCode::ok;
        }
    }
    throw Exit(ExitCode::config, {Reason::not_found, options.folder, "no keystore here has this public key"});
}

ExitCode run_keys_list(const KeysFileOptions& options) {
    for (const Listed& item : listed(options.folder)) {
        const char* kind = item.info.kind == keys::KeyKind::validator ? "validator" : "account";
        if (options.json) {
            fmt::print(R"({{"file":{},"kind":"{}","public_key":"{}","path":{}}})"
                       "\n",
                       json_quoted(item.file.string()), kind, item.info.public_key, json_quoted(item.info.path));
        } else {
            fmt::print("{:<10}{}  {}\n", kind, item.info.public_key, item.file.string());
        }
    }
    return ExitCode::ok;
}

} // namespace quoin::app
