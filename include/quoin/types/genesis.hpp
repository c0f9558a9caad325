#pragma once

#include <quoin/base/limits.hpp>
#include <quoin/base/result.hpp>
#include <quoin/codec/list.hpp>
#include <quoin/codec/text.hpp>
#include <quoin/crypto/scheme.hpp>
#include <quoin/types/spec.hpp>
#include <quoin/types/transaction.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace quoin::inline types {

struct GenesisValidator {
    ValidatorKey public_key;
    ValidatorSignature proof_of_possession;
    Address operator_address;
    Address withdrawal_address;
    Amount stake;
    Commission commission;
    bool development = false; ///< its key comes from the published development phrase

    bool operator==(const GenesisValidator&) const = default;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("public_key", public_key), field("proof_of_possession", proof_of_possession),
                field("operator", operator_address), field("withdrawal_address", withdrawal_address),
                field("stake", stake), field("commission", commission), optional_field("development", development));
    }
};

struct GenesisAccount {
    Address address;
    Amount balance;
    bool development = false;

    bool operator==(const GenesisAccount&) const = default;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("address", address), field("balance", balance), optional_field("development", development));
    }
};

/// The file a chain starts from (STATE.md "Genesis"). Its hash-tree-root is the chain's one identity. `time_ms` 0 marks
/// a template: `quoin testnet` writes the resolved file.
struct Genesis {
    std::uint64_t version = 1;
    Text<type_limits.name_bytes> name;
    std::uint64_t time_ms = 0;
    ForkVersion fork_version;
    Spec spec;
    List<GenesisValidator, type_limits.validators> validators;
    List<GenesisAccount, type_limits.genesis_accounts> accounts;

    bool operator==(const Genesis&) const = default;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("version", version), field("name", name), field("time_ms", time_ms),
                field("fork_version", fork_version), field("spec", spec), field("validators", validators),
                field("accounts", accounts));
    }
};

/// A genesis file that has been checked, with its root: what every module is constructed with.
struct Chain {
    Genesis genesis;
    Root genesis_root;

    const Spec& spec() const { return genesis.spec; }
};

/// Everything that can be wrong with a genesis but its proofs of possession; the fault is `genesis_invalid` (or the
/// closer reason) with the path of the field.
Result<void> validate_genesis(const Genesis& genesis);

/// Only the numbers of the chain, each by itself and with the others.
Result<void> validate_spec(const Spec& spec);

/// Reads a genesis file and checks it by `validate_genesis`. The caller still verifies `genesis_checks`.
Result<Chain> load_genesis(std::string_view json);

/// One proof of possession per validator, in order, for a SignatureScheme.
std::vector<crypto::SignatureCheck> genesis_checks(const Genesis& genesis);

/// The file for people: indented, one field a line, ending in a line break.
std::string print_genesis(const Genesis& genesis);

} // namespace quoin::inline types
