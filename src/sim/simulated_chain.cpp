#include "simulated_chain.hpp"

#include <quoin/codec/ssz.hpp>
#include <quoin/crypto/sha256.hpp>

#include <quoin_embedded/templates.hpp>

#include <algorithm>
#include <charconv>

namespace quoin::sim {

namespace {

constexpr std::uint64_t coin = 1'000'000'000;
constexpr std::uint64_t genesis_time_ms = 1'700'000'000'000;
constexpr std::uint64_t spare_accounts = 8;
constexpr std::uint64_t equal_validators = 4;

Root secret(std::uint64_t number) {
    Root seed;
    for (std::size_t i = 0; i < 8; ++i) {
        seed[i] = static_cast<std::uint8_t>(number >> (8 * i));
    }
    return crypto::sha256(seed);
}

bool read(const std::string& text, std::uint64_t& value) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size();
}

bool read(const std::string& text, bool& value) {
    value = text == "true";
    return value || text == "false";
}

template <class Enum>
requires std::is_enum_v<Enum>
bool read(const std::string& text, Enum& value) {
    const auto& names = names_of(value);
    const auto found = std::find(names.begin(), names.end(), text);
    value = static_cast<Enum>(found - names.begin());
    return found != names.end();
}

/// An archive that writes one field, found by its name.
struct SpecEditor {
    const std::string& key;
    const std::string& text;
    bool is_found = false;
    bool is_read = false;

    template <class... T>
    void operator()(Field<T>... fields) {
        (edit(fields), ...);
    }
    template <class T>
    void edit(Field<T> named) {
        if (key == named.name) {
            is_found = true;
            is_read = read(text, named.value);
        }
    }
};

Result<void> edit_spec(Spec& spec, const std::vector<std::pair<std::string, std::string>>& changes) {
    for (const auto& [key, text] : changes) {
        SpecEditor editor{key, text};
        spec.serialize(editor);
        if (!editor.is_found) {
            return Fault{Reason::unknown_field, "spec." + key, "is no number of the chain"};
        }
        if (!editor.is_read) {
            return Fault{Reason::wrong_type, "spec." + key, "cannot be `" + text + "`"};
        }
    }
    return {};
}

std::string_view devnet_json() {
    const auto files = embedded::templates();
    return std::find_if(files.begin(), files.end(), [](const auto& file) { return file.name == "devnet.json"; })
        ->content;
}

GenesisValidator simulated(GenesisValidator validator, std::uint64_t index, std::uint64_t operators) {
    validator.public_key = validator_key(index);
    validator.proof_of_possession = crypto::FastDouble::prove_possession(validator.public_key);
    validator.operator_address = account_address(index % operators);
    validator.withdrawal_address = account_address(index % operators);
    validator.development = false;
    return validator;
}

GenesisValidator equal_validator() {
    GenesisValidator validator;
    validator.stake = Amount{1'000 * coin};
    validator.commission = {500, 2'000, 100};
    return validator;
}

void replace_people(Genesis& genesis, const std::vector<GenesisValidator>& models, std::uint64_t count) {
    const std::uint64_t operators = std::min(count, operators_max);
    std::vector<GenesisValidator> validators;
    for (std::uint64_t i = 0; i < count; ++i) {
        validators.push_back(simulated(models[i % models.size()], i, operators));
    }
    std::vector<GenesisAccount> accounts;
    for (std::uint64_t i = 0; i < operators + spare_accounts; ++i) {
        accounts.push_back({account_address(i), Amount{10'000 * coin}, false});
    }
    genesis.validators = decltype(genesis.validators)(std::move(validators));
    genesis.accounts = decltype(genesis.accounts)(std::move(accounts));
    genesis.spec.max_validators = std::max(genesis.spec.max_validators, count);
}

} // namespace

ValidatorKey validator_key(std::uint64_t validator) {
    return crypto::FastDouble::bls_key(secret(validator));
}

AccountKey account_key(std::uint64_t account) {
    return crypto::FastDouble::ed25519_key(secret((std::uint64_t{1} << 32) + account));
}

Address account_address(std::uint64_t account) {
    return Address::from(crypto::sha256(account_key(account)));
}

Result<std::shared_ptr<const Chain>> make_chain(const ChainSettings& settings) {
    const Result<Chain> base =
        load_genesis(settings.genesis_json ? std::string_view{*settings.genesis_json} : devnet_json());
    if (!base) {
        return base.fault();
    }
    Genesis genesis = base->genesis;
    const auto models = settings.genesis_json ? genesis.validators.items() : std::vector{equal_validator()};
    const std::uint64_t as_in_file = settings.genesis_json ? models.size() : equal_validators;
    const std::uint64_t count = settings.validators.value_or(as_in_file);
    if (models.empty() || count == 0 || count > type_limits.validators) {
        return Fault{Reason::out_of_range, "validators", "no such number of them is possible"};
    }
    replace_people(genesis, models, count);
    genesis.time_ms = genesis_time_ms;
    if (auto edited = edit_spec(genesis.spec, settings.spec); !edited) {
        return edited.fault();
    }
    if (auto valid = validate_genesis(genesis); !valid) {
        return valid.fault();
    }
    const Root root = hash_tree_root(genesis);
    return std::make_shared<const Chain>(Chain{std::move(genesis), root});
}

} // namespace quoin::sim
