#pragma once

#include "exit.hpp"
#include "node_api.hpp"

#include <cstdint>
#include <string>

namespace quoin::app {

/// What all commands that send a transaction take.
struct SendOptions {
    std::string from; ///< account: `dev:N` or a keystore
    std::string password_file;
    NodeChoice node;
    std::string wait = "included"; ///< accepted, included or finalized
    std::uint64_t timeout_ms = 30'000;
    bool dry_run = false;
    bool json = false;
};

struct TransferOptions {
    SendOptions send;
    std::string to;
    std::string amount;
};
ExitCode run_transfer(const TransferOptions& options);

struct StakeOptions {
    SendOptions send;
    std::string key;       ///< the validator's: `dev:N` or a keystore; empty with `validator`
    std::string validator; ///< index of one that exists and gets more stake
    std::string key_password_file;
    std::string withdrawal_address; ///< empty: the sender's
    std::string amount;
    std::uint64_t commission_bps = 500;
    std::uint64_t commission_max_bps = 2'000;
    std::uint64_t commission_change_bps = 100;
};
ExitCode run_stake(const StakeOptions& options);

struct UnstakeOptions {
    SendOptions send;
    std::string validator; ///< index or public key
    std::string amount;
    bool exit = false; ///< all of it: the validator leaves
};
ExitCode run_unstake(const UnstakeOptions& options);

struct WithdrawOptions {
    SendOptions send;
    std::string validator;
};
ExitCode run_withdraw(const WithdrawOptions& options);

} // namespace quoin::app
