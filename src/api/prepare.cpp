#include "bodies.hpp"
#include "preview.hpp"
#include "render.hpp"
#include "routes.hpp"
#include "view.hpp"

#include <quoin/staking/transactions.hpp>
#include <quoin/transition/signatures.hpp>

#include <algorithm>

namespace quoin::api {

namespace {

constexpr std::uint64_t valid_for_ms = 60'000;
constexpr std::uint64_t valid_for_slots_min = 64;

/// The nonce after everything of the sender's that is applied or waits.
std::uint64_t next_nonce(const engine::Snapshot& snapshot, const Address& sender) {
    const auto account = find_account(*snapshot.head_state, sender);
    std::uint64_t next = account ? snapshot.head_state->accounts[*account].next_nonce : 0;
    if (snapshot.mempool) {
        for (const engine::PendingTransaction& pending : *snapshot.mempool) {
            next = pending.sender == sender ? std::max(next, pending.nonce + 1) : next;
        }
    }
    return next;
}

Transaction complete(const PrepareBody& body, const engine::Snapshot& snapshot, const Spec& spec) {
    Transaction message;
    message.payload = body.payload;
    message.sender = body.sender;
    message.nonce = body.nonce ? *body.nonce : next_nonce(snapshot, staking::address_of(body.sender));
    // Twice the price of now: the base fee may rise while the transaction waits.
    const std::uint64_t base_fee = snapshot.head_state->base_fee.value;
    message.max_fee = body.max_fee.value_or(Amount{checked_add(base_fee, base_fee).value_or(base_fee)});
    message.tip = body.tip.value_or(Amount{});
    const std::uint64_t slot_ms =
        spec.pacing == Pacing::timer ? spec.slot_ms : std::max<std::uint64_t>(spec.min_slot_ms, 1);
    const std::uint64_t slots = std::max(valid_for_slots_min, valid_for_ms / slot_ms);
    message.valid_until_slot =
        body.valid_until_slot ? *body.valid_until_slot : std::max(snapshot.head.slot, snapshot.current_slot) + slots;
    return message;
}

} // namespace

Reply post_prepare(Context& context, const Request& request) {
    if (const auto fault = Parameters{request}.finish()) {
        return *fault;
    }
    const Result<PrepareBody> body = read_prepare_body(request.body);
    if (!body) {
        return body.fault();
    }
    const auto snapshot = snapshot_of(context);
    if (!snapshot) {
        return snapshot.fault();
    }
    const SignedTransaction unsigned_one{complete(*body, **snapshot, context.spec()), {}};
    const Transaction& message = unsigned_one.message;
    const std::uint64_t units = staking::units_of(unsigned_one);
    const Amount base_fee = (*snapshot)->head_state->base_fee;
    const auto price = checked_add(base_fee.value, message.tip.value);
    const auto expected = checked_mul(std::min(price.value_or(message.max_fee.value), message.max_fee.value), units);
    JsonObject json;
    json.raw("message", to_json(message));
    json.add("signing_root", transition::transaction_signing_root(context.parts.chain, message));
    json.add("units", units).add("base_fee", base_fee).add("fee", expected);
    json.add("fee_max", checked_mul(message.max_fee.value, units));
    Preview preview{context.parts.chain, *(*snapshot)->head_state};
    const Result<std::string> effects = preview.apply(unsigned_one);
    json.raw("preview", effects ? *effects : "null");
    if (!effects) {
        JsonObject failure;
        failure.add("reason", to_string(effects.fault().reason)).add("message", effects.fault().message);
        json.raw("would_fail", failure.take());
    }
    return present_answer(**snapshot, {json.take(), {}});
}

} // namespace quoin::api
