#pragma once

#include <quoin/base/field.hpp>
#include <quoin/codec/variant.hpp>
#include <quoin/types/numbers.hpp>

namespace quoin::inline types {

/// A validator's share of its delegators' rewards, in parts of ten thousand (LEDGER "Pools").
struct Commission {
    std::uint64_t rate_bps = 0;
    std::uint64_t max_rate_bps = 0;
    std::uint64_t max_change_bps = 0; ///< most that `rate_bps` may move in an era

    bool operator==(const Commission&) const = default;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("rate", rate_bps), field("max_rate", max_rate_bps), field("max_change", max_change_bps));
    }
};

struct Transfer {
    static constexpr const char* kind = "transfer";
    Address to;
    Amount amount;

    bool operator==(const Transfer&) const = default;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("to", to), field("amount", amount));
    }
};

/// Registers a validator whose operator is the sender. The proof of possession signs the BLS key under the POP tag.
struct Stake {
    static constexpr const char* kind = "stake";
    ValidatorKey public_key;
    ValidatorSignature proof_of_possession;
    Address withdrawal_address;
    Commission commission;
    Amount amount;

    bool operator==(const Stake&) const = default;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("public_key", public_key), field("proof_of_possession", proof_of_possession),
                field("withdrawal_address", withdrawal_address), field("commission", commission),
                field("amount", amount));
    }
};

struct StakeMore {
    static constexpr const char* kind = "stake_more";
    ValidatorIndex validator;
    Amount amount;

    bool operator==(const StakeMore&) const = default;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("validator", validator), field("amount", amount));
    }
};

/// Takes `amount` out of the operator's own stake into unbonding; `exit` leaves altogether (`amount` is then zero).
struct Unstake {
    static constexpr const char* kind = "unstake";
    ValidatorIndex validator;
    Amount amount;
    bool exit = false;

    bool operator==(const Unstake&) const = default;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("validator", validator), field("amount", amount), field("exit", exit));
    }
};

/// Pays every matured unbonding and entering holding of the sender at `validator`. An operator's own stake is paid to
/// the validator's withdrawal address.
struct Withdraw {
    static constexpr const char* kind = "withdraw";
    ValidatorIndex validator;

    bool operator==(const Withdraw&) const = default;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("validator", validator));
    }
};

using Payload = Union<Transfer, Stake, StakeMore, Unstake, Withdraw>;

/// What an account signs (Ed25519) under the transaction domain of its chain (LEDGER "Transactions").
struct Transaction {
    Payload payload;
    AccountKey sender;
    std::uint64_t nonce = 0;
    Amount max_fee;        ///< per unit of block space
    Amount tip;            ///< per unit of block space
    Slot valid_until_slot; ///< inclusive

    bool operator==(const Transaction&) const = default;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("payload", payload), field("sender", sender), field("nonce", nonce), field("max_fee", max_fee),
                field("tip", tip), field("valid_until_slot", valid_until_slot));
    }
};

struct SignedTransaction {
    Transaction message;
    AccountSignature signature;

    bool operator==(const SignedTransaction&) const = default;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("message", message), field("signature", signature));
    }
};

} // namespace quoin::inline types
