#pragma once

#include "exit.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace quoin::app {

struct GenesisOptions {
    std::string source = "devnet"; ///< a template's name, or a file
    bool json = false;
};
/// Checks all that can be checked, proofs of possession too.
ExitCode run_genesis_validate(const GenesisOptions& options);
/// Prints the root, which is the chain's identity.
ExitCode run_genesis_hash(const GenesisOptions& options);
/// Prints it whole, in its normal form.
ExitCode run_genesis_show(const GenesisOptions& options);

struct GenesisNewOptions {
    std::string source = "devnet";
    std::string output; ///< empty: standard output
    std::string name;
    std::optional<std::uint64_t> validators; ///< so many, with development keys; absent: the template's
    std::optional<std::uint64_t> accounts;   ///< so many funded development accounts besides the operators'
    std::optional<std::uint64_t> start_ms;   ///< from now; absent: the template's time, which is none
    std::vector<std::string> spec;           ///< `key=value`
};
ExitCode run_genesis_new(const GenesisNewOptions& options);

} // namespace quoin::app
