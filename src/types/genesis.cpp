#include "print.hpp"

#include <quoin/base/checked.hpp>
#include <quoin/codec/json.hpp>
#include <quoin/codec/ssz.hpp>
#include <quoin/types/genesis.hpp>

#include <map>
#include <optional>

namespace quoin::inline types {

namespace {

constexpr std::uint64_t genesis_version = 1;
constexpr std::uint64_t basis_points = 10'000;
/// All money must fit 64 bits with room for what will be issued.
constexpr std::uint64_t supply_max = std::uint64_t{1} << 62;

Fault invalid(const std::string& path, std::string message) {
    return {Reason::genesis_invalid, path, std::move(message)};
}

std::string item(const char* list, std::size_t index) {
    return std::string{list} + "[" + std::to_string(index) + "]";
}

std::optional<Fault> commission_fault(const Commission& commission, const std::string& path) {
    const auto fault = [&](const char* key, const char* message) {
        return Fault{Reason::bad_commission, path + "." + key, message};
    };
    if (commission.max_rate_bps > basis_points) {
        return fault("max_rate", "must not be above 10000");
    }
    if (commission.rate_bps > commission.max_rate_bps) {
        return fault("rate", "must not be above max_rate");
    }
    if (commission.max_change_bps > commission.max_rate_bps) {
        return fault("max_change", "must not be above max_rate");
    }
    return std::nullopt;
}

std::optional<Fault> validator_fault(const Spec& spec, const GenesisValidator& validator, const std::string& path) {
    if (validator.stake.is_zero()) {
        return Fault{Reason::amount_is_zero, path + ".stake", "a validator needs stake"};
    }
    if (validator.stake.value < spec.min_self_stake) {
        return Fault{Reason::below_min_self_stake, path + ".stake",
                     "is below spec.min_self_stake " + std::to_string(spec.min_self_stake)};
    }
    if (validator.operator_address.is_zero()) {
        return invalid(path + ".operator", "is the zero address");
    }
    if (validator.withdrawal_address.is_zero()) {
        return invalid(path + ".withdrawal_address", "is the zero address");
    }
    return commission_fault(validator.commission, path + ".commission");
}

Result<void> check_validators(const Genesis& genesis) {
    if (genesis.validators.empty()) {
        return invalid("validators", "a chain needs at least one validator");
    }
    if (genesis.validators.size() > genesis.spec.max_validators) {
        return invalid("validators", "are more than spec.max_validators");
    }
    std::map<ValidatorKey, std::size_t> seen;
    for (std::size_t i = 0; i < genesis.validators.size(); ++i) {
        const GenesisValidator& validator = genesis.validators[i];
        const std::string path = item("validators", i);
        if (auto fault = validator_fault(genesis.spec, validator, path)) {
            return *fault;
        }
        const auto [first, fresh] = seen.emplace(validator.public_key, i);
        if (!fresh) {
            return Fault{Reason::duplicate_key, path + ".public_key",
                         "is also the key of " + item("validators", first->second)};
        }
    }
    return {};
}

Result<void> check_accounts(const Genesis& genesis) {
    std::map<Address, std::size_t> seen;
    for (std::size_t i = 0; i < genesis.accounts.size(); ++i) {
        const std::string path = item("accounts", i) + ".address";
        if (genesis.accounts[i].address.is_zero()) {
            return invalid(path, "is the zero address");
        }
        const auto [first, fresh] = seen.emplace(genesis.accounts[i].address, i);
        if (!fresh) {
            return invalid(path, "is also the address of " + item("accounts", first->second));
        }
    }
    return {};
}

Result<void> check_supply(const Genesis& genesis) {
    Uint128 supply = 0;
    for (std::size_t i = 0; i < genesis.validators.size(); ++i) {
        supply += genesis.validators[i].stake.value;
        if (supply > supply_max) {
            return invalid(item("validators", i) + ".stake", "brings the supply above 2^62 base units");
        }
    }
    for (std::size_t i = 0; i < genesis.accounts.size(); ++i) {
        supply += genesis.accounts[i].balance.value;
        if (supply > supply_max) {
            return invalid(item("accounts", i) + ".balance", "brings the supply above 2^62 base units");
        }
    }
    return {};
}

} // namespace

Result<void> validate_genesis(const Genesis& genesis) {
    if (genesis.version != genesis_version) {
        return invalid("version", "this program reads version 1");
    }
    if (genesis.name.empty()) {
        return invalid("name", "is empty");
    }
    for (const auto& verdict :
         {validate_spec(genesis.spec), check_validators(genesis), check_accounts(genesis), check_supply(genesis)}) {
        if (!verdict) {
            return verdict;
        }
    }
    return {};
}

Result<Chain> load_genesis(std::string_view json) {
    Result<Genesis> genesis = from_json<Genesis>(json);
    if (!genesis) {
        return genesis.fault();
    }
    if (auto verdict = validate_genesis(*genesis); !verdict) {
        return verdict.fault();
    }
    const Root root = hash_tree_root(*genesis);
    return Chain{std::move(*genesis), root};
}

std::vector<crypto::SignatureCheck> genesis_checks(const Genesis& genesis) {
    std::vector<crypto::SignatureCheck> checks;
    checks.reserve(genesis.validators.size());
    for (const GenesisValidator& validator : genesis.validators) {
        crypto::SignatureCheck check;
        check.scheme = crypto::SignatureCheck::Scheme::bls_possession;
        check.bls_keys = {validator.public_key};
        check.signature.assign(validator.proof_of_possession.begin(), validator.proof_of_possession.end());
        checks.push_back(std::move(check));
    }
    return checks;
}

std::string print_genesis(const Genesis& genesis) {
    return indent_json(to_json(genesis));
}

} // namespace quoin::inline types
