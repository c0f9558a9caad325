#include "send_command.hpp"

#include "coins.hpp"
#include "passwords.hpp"

#include <quoin/base/hex.hpp>
#include <quoin/codec/json.hpp>
#include <quoin/staking/transactions.hpp>
#include <quoin/transition/signatures.hpp>

#include <fmt/format.h>

namespace quoin::app {

namespace {

const char* route_of(const Payload& payload) {
    if (std::holds_alternative<Transfer>(payload)) {
        return "/v1/transactions";
    }
    if (std::holds_alternative<Unstake>(payload)) {
        return "/v1/unstake";
    }
    return std::holds_alternative<Withdraw>(payload) ? "/v1/withdraw" : "/v1/stake";
}

Amount amount_of(const std::string& text) {
    return Amount{or_exit(parse_amount(text), ExitCode::usage)};
}

Address address_of(const std::string& text, const char* flag) {
    const auto address = bytes_from_hex<20>(text);
    if (!address) {
        throw Exit(ExitCode::usage, {address.fault().reason, flag, address.fault().message});
    }
    return *address;
}

ValidatorIndex validator_of(NodeApi& api, const std::string& index_or_key) {
    return ValidatorIndex{api.get("/v1/validators/" + index_or_key).json.number("/data/index")};
}

/// Nonce, fee and expiry as the node proposes them. What is signed is built here, not taken from the answer.
Transaction completed(NodeApi& api, const Payload& payload, const AccountKey& sender) {
    Transaction message;
    message.payload = payload;
    message.sender = sender;
    const auto draft = Json::parse(to_json(message));
    const Json prepared =
        api.post("/v1/transactions/prepare",
                 fmt::format(R"({{"payload":{},"sender":{}}})", draft->raw("/payload"), draft->raw("/sender")))
            .json;
    message.nonce = prepared.number("/data/message/nonce");
    message.max_fee = Amount{prepared.number("/data/message/max_fee")};
    message.tip = Amount{prepared.number("/data/message/tip")};
    message.valid_until_slot = Slot{prepared.number("/data/message/valid_until_slot")};
    return message;
}

/// One line for each thing the node says, amounts and all as they come.
void print_members(const Json& json, const std::string& pointer) {
    for (const std::string& name : json.names(pointer)) {
        const std::string text = json.text(pointer + "/" + name);
        if (!text.empty()) {
            fmt::print("  {:<22}{}\n", name, text);
        }
    }
}

ExitCode send(const SendOptions& options, NodeApi& api, const crypto::Ed25519SecretKey& key, const Payload& payload) {
    const std::shared_ptr<const Chain> chain = api.chain();
    SignedTransaction transaction;
    transaction.message = completed(api, payload, key.public_key());
    transaction.signature = key.sign(transition::transaction_signing_root(*chain, transaction.message));
    const std::string query =
        options.dry_run ? "?dry_run=true" : fmt::format("?wait={}&timeout_ms={}", options.wait, options.timeout_ms);
    constexpr std::uint64_t grace_ms = 5'000;
    const NodeApi::Answer answer =
        api.post(route_of(payload) + query, to_json(transaction), options.timeout_ms + grace_ms);
    if (options.json) {
        fmt::print("{}\n", answer.json.raw("/data"));
    } else {
        const char* kind = std::visit([](const auto& alternative) { return alternative.kind; }, payload);
        fmt::print("{}{}\n", kind, options.dry_run ? " (dry run)" : "");
        print_members(answer.json, "/data");
    }
    if (const std::string failure = answer.json.text("/data/failure"); !failure.empty()) {
        throw Exit(ExitCode::refused, {Reason::malformed, "", "the transaction failed: " + failure});
    }
    constexpr unsigned accepted_only = 202;
    return answer.status == accepted_only ? ExitCode::timed_out : ExitCode::ok;
}

} // namespace

ExitCode run_transfer(const TransferOptions& options) {
    Transfer transfer;
    transfer.to = address_of(options.to, "--to");
    transfer.amount = amount_of(options.amount);
    NodeApi api(options.send.node.nodes());
    return send(options.send, api, account_key(options.send.from, options.send.password_file), transfer);
}

ExitCode run_stake(const StakeOptions& options) {
    const Amount amount = amount_of(options.amount);
    NodeApi api(options.send.node.nodes());
    const auto sender = account_key(options.send.from, options.send.password_file);
    if (!options.validator.empty()) {
        return send(options.send, api, sender, StakeMore{validator_of(api, options.validator), amount});
    }
    const crypto::SecretKey key = validator_key(options.key, options.key_password_file);
    Stake stake;
    stake.public_key = key.public_key().encode();
    stake.proof_of_possession = key.prove_possession().encode();
    stake.withdrawal_address = options.withdrawal_address.empty()
                                   ? staking::address_of(sender.public_key())
                                   : address_of(options.withdrawal_address, "--withdrawal-address");
    stake.commission = {options.commission_bps, options.commission_max_bps, options.commission_change_bps};
    stake.amount = amount;
    return send(options.send, api, sender, stake);
}

ExitCode run_unstake(const UnstakeOptions& options) {
    NodeApi api(options.send.node.nodes());
    const auto sender = account_key(options.send.from, options.send.password_file);
    Unstake unstake;
    unstake.validator = validator_of(api, options.validator);
    unstake.amount = options.exit ? Amount{} : amount_of(options.amount);
    unstake.exit = options.exit;
    return send(options.send, api, sender, unstake);
}

ExitCode run_withdraw(const WithdrawOptions& options) {
    NodeApi api(options.send.node.nodes());
    const auto sender = account_key(options.send.from, options.send.password_file);
    return send(options.send, api, sender, Withdraw{validator_of(api, options.validator)});
}

} // namespace quoin::app
