#pragma once

#include <quoin/types/genesis.hpp>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace quoin::sim {

/// Keys of the fast double: whoever knows the number can sign.
ValidatorKey validator_key(std::uint64_t validator);
AccountKey account_key(std::uint64_t account);
Address account_address(std::uint64_t account);

/// What a simulated chain is made of.
struct ChainSettings {
    std::optional<std::string>
        genesis_json{}; ///< of a file; none: the numbers of genesis/devnet.json, equal validators
    std::optional<std::uint64_t> validators{};               ///< none: as many as the file has
    std::vector<std::pair<std::string, std::string>> spec{}; ///< key and value, laid over the file's
};

/// Accounts 0 to `operators_max` - 1 at most are operators: validator i's is account i modulo their number.
inline constexpr std::uint64_t operators_max = 64;

/// A chain that starts from the file's numbers and stakes (taken in turn when more validators are wanted), with keys of
/// the fast double, and with fresh accounts for the operators and eight others, 10,000 coins each.
Result<std::shared_ptr<const Chain>> make_chain(const ChainSettings& settings);

} // namespace quoin::sim
