#pragma once

#include <quoin/codec/ssz.hpp>
#include <quoin/crypto/scheme.hpp>
#include <quoin/crypto/sha256.hpp>
#include <quoin/types/genesis.hpp>

#include <cstdint>
#include <string>

/// A small valid chain for tests, with keys of the fast double: validator i signs with `bls_key(secret(i))`, account i
/// with `ed25519_key(secret(1000 + i))`. Accounts 0 to validators - 1 are the operators.
namespace quoin::test {

constexpr std::uint64_t coin = 1'000'000'000;

inline Root secret(std::uint64_t number) {
    Root seed;
    for (std::size_t i = 0; i < 8; ++i) {
        seed[i] = static_cast<std::uint8_t>(number >> (8 * i));
    }
    return crypto::sha256(seed);
}

inline ValidatorKey validator_key(std::uint64_t validator) {
    return crypto::FastDouble::bls_key(secret(validator));
}

inline AccountKey account_key(std::uint64_t account) {
    return crypto::FastDouble::ed25519_key(secret(1'000 + account));
}

inline Address account_address(std::uint64_t account) {
    return Address::from(crypto::sha256(account_key(account)));
}

/// The numbers of genesis/devnet.json, with short eras: 8 slots.
inline Spec sample_spec() {
    Spec spec;
    spec.slot_ms = 250;
    spec.slots_per_epoch = 1;
    spec.epochs_per_era = 8;
    spec.target_committee_size = 128;
    spec.max_committees_per_slot = 64;
    spec.inclusion_window_epochs = 8;
    spec.attestation_due_bps = 2'500;
    spec.aggregate_due_bps = 5'000;
    spec.freeze_bps = 7'500;
    spec.proposer_schedule = ProposerSchedule::weighted;
    spec.pacing = Pacing::timer;
    spec.min_slot_ms = 50;
    spec.pacing_backoff_slots = 4;
    spec.slot_ms_max = 4'000;
    spec.block_time_drift_ms_max = 500;
    spec.effective_balance_increment = coin;
    spec.max_effective_balance = 1'000'000 * coin;
    spec.ejection_balance = 16 * coin;
    spec.min_self_stake = 32 * coin;
    spec.base_reward_factor = 4;
    spec.min_slash_quotient = 32;
    spec.correlation_multiplier = 3;
    spec.reporter_reward_quotient = 512;
    spec.leak_after_epochs = 16;
    spec.leak_half_life_eras = 64;
    spec.inactivity_score_bias = 4;
    spec.inactivity_score_recovery = 16;
    spec.hysteresis_quotient = 4;
    spec.hysteresis_downward_multiplier = 1;
    spec.hysteresis_upward_multiplier = 5;
    spec.target_aggregators_per_committee = 16;
    spec.unbonding_eras = 4;
    spec.evidence_max_age_eras = 4;
    spec.churn_limit_quotient = 4;
    spec.min_churn = 1'000 * coin;
    spec.base_fee_initial = 100;
    spec.base_fee_change_denominator = 8;
    spec.block_units_target = 250'000;
    spec.block_units_limit = 1'000'000;
    spec.max_validators = 1'024;
    spec.max_attestations_per_block = 128;
    spec.max_transactions_per_block = 2'000;
    spec.max_proposer_slashings_per_block = 16;
    spec.max_attester_slashings_per_block = 8;
    return spec;
}

/// `validators` validators with 1,000 coins each, and eight accounts more than that with 10,000 coins each.
inline Genesis sample_genesis(std::uint64_t validators = 4, const Spec& spec = sample_spec()) {
    Genesis genesis;
    genesis.name = "sample";
    genesis.time_ms = 1'700'000'000'000;
    genesis.fork_version = ForkVersion{{0x51, 0, 0, 1}};
    genesis.spec = spec;
    for (std::uint64_t i = 0; i < validators; ++i) {
        GenesisValidator validator;
        validator.public_key = validator_key(i);
        validator.proof_of_possession = crypto::FastDouble::prove_possession(validator.public_key);
        validator.operator_address = account_address(i);
        validator.withdrawal_address = account_address(i);
        validator.stake = Amount{1'000 * coin};
        validator.commission = {500, 2'000, 100};
        genesis.validators.push_back(validator);
    }
    for (std::uint64_t i = 0; i < validators + 8; ++i) {
        genesis.accounts.push_back({account_address(i), Amount{10'000 * coin}, false});
    }
    return genesis;
}

inline Chain sample_chain(Genesis genesis) {
    const Root root = hash_tree_root(genesis);
    return {std::move(genesis), root};
}

inline Chain sample_chain(std::uint64_t validators = 4, const Spec& spec = sample_spec()) {
    return sample_chain(sample_genesis(validators, spec));
}

} // namespace quoin::test
