#include "passwords.hpp"

#include "exit.hpp"

#include <quoin/keys/derivation.hpp>
#include <quoin/keys/keystore.hpp>

#include <termios.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <iostream>

namespace quoin::app {

namespace {

std::string password_file_of(const std::string& given) {
    if (!given.empty()) {
        return given;
    }
    const char* named = std::getenv("QUOIN_PASSWORD_FILE");
    return named == nullptr ? "" : named;
}

/// Switches the terminal's echo off while it lives.
class Silence {
public:
    Silence() {
        ::tcgetattr(STDIN_FILENO, &before_);
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    }
    Silence(const Silence&) = delete;
    Silence& operator=(const Silence&) = delete;
    ~Silence() { ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_); }

private:
    termios before_{};
};

std::string asked(const std::string& prompt) {
    if (::isatty(STDIN_FILENO) == 0) {
        throw Exit(ExitCode::config, {Reason::bad_password, "", "no password: give --password-file FILE"});
    }
    std::cerr << prompt << std::flush;
    std::string line;
    {
        const Silence silence;
        std::getline(std::cin, line);
    }
    std::cerr << '\n';
    return line;
}

template <class Open>
auto with_password(const std::string& given_file, const std::string& what, Open open) {
    const std::string file = password_file_of(given_file);
    if (file.empty()) {
        auto opened = open(development_password);
        if (opened || opened.fault().reason != Reason::bad_password) {
            return or_exit(std::move(opened), ExitCode::config);
        }
    }
    return or_exit(open(read_password({file, false}, what)), ExitCode::config);
}

} // namespace

std::string read_password(const PasswordSource& source, const std::string& what) {
    const std::string file = password_file_of(source.file);
    if (!file.empty()) {
        return or_exit(keys::read_password_file(file), ExitCode::config);
    }
    const std::string password = asked("Password of " + what + ": ");
    if (source.is_new && asked("The same again: ") != password) {
        throw Exit(ExitCode::config, {Reason::bad_password, "", "the two differ"});
    }
    return password;
}

keys::KeyFolder open_key_folder(const std::filesystem::path& folder, const std::string& password_file) {
    return with_password(password_file, folder.string(),
                         [&](std::string_view password) { return keys::KeyFolder::open(folder, password); });
}

std::optional<std::uint32_t> development_index(const std::string& name) {
    constexpr std::string_view prefix = "dev:";
    if (!name.starts_with(prefix)) {
        return std::nullopt;
    }
    const std::string_view digits = std::string_view{name}.substr(prefix.size());
    std::uint32_t index = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
    if (error != std::errc{} || end != digits.data() + digits.size() || index >= 0x8000'0000) {
        throw Exit(ExitCode::usage, {Reason::out_of_range, name, "expected dev:N with a number N"});
    }
    return index;
}

crypto::Ed25519SecretKey account_key(const std::string& name, const std::string& password_file) {
    if (const auto index = development_index(name)) {
        return keys::DevelopmentKeys{}.account(*index);
    }
    const std::string json = or_exit(keys::read_secret_file(name), ExitCode::config);
    return with_password(password_file, name,
                         [&](std::string_view password) { return keys::open_account_keystore(json, password); });
}

crypto::SecretKey validator_key(const std::string& name, const std::string& password_file) {
    if (const auto index = development_index(name)) {
        return keys::DevelopmentKeys{}.validator(*index);
    }
    const std::string json = or_exit(keys::read_secret_file(name), ExitCode::config);
    return with_password(password_file, name,
                         [&](std::string_view password) { return keys::open_validator_keystore(json, password); });
}

} // namespace quoin::app
