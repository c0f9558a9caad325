#include "render.hpp"

#include <quoin/codec/ssz.hpp>

#include <variant>

namespace quoin::api {

std::string json_of(const engine::Evidence& evidence) {
    return std::visit(
        [](const auto& offence) {
            // The union's JSON is the alternative's with its kind in front.
            return std::string{R"({"kind":")"} + offence.kind + "\"," + to_json(offence).substr(1);
        },
        evidence);
}

Root root_of(const engine::Evidence& evidence) {
    return std::visit([](const auto& offence) { return hash_tree_root(offence); }, evidence);
}

std::string json_of(const Checkpoint& checkpoint) {
    return to_json(checkpoint);
}

std::string json_of(const engine::Tip& tip) {
    return JsonObject{}.add("slot", tip.slot).add("root", tip.root).take();
}

JsonObject row_members(const ports::BlockRow& row) {
    JsonObject members;
    members.add("number", row.number).add("slot", row.slot).add("root", row.root).add("parent_root", row.parent_root);
    members.add("state_root", row.state_root).add("running_hash", row.running_hash).add("proposer", row.proposer);
    members.add("time_ms", row.time_ms).add("transaction_count", row.transactions);
    members.add("attestation_count", row.attestations).add("posting_count", row.postings);
    return members;
}

std::string json_of(const Posting& posting, std::uint64_t block_number, std::uint64_t index) {
    JsonObject json;
    json.add("block_number", block_number).add("index", index).add("slot", posting.slot).add("era", posting.era);
    json.add("debit", posting.debit.text()).add("credit", posting.credit.text()).add("amount", posting.amount);
    json.add("kind", to_string(posting.kind));
    if (posting.reference.is_zero()) {
        json.raw("reference", "null");
    } else {
        json.add("reference", posting.reference);
    }
    return json.take();
}

std::string json_of(const ports::PostingRow& row) {
    return json_of(row.posting, row.block_number, row.index);
}

std::string json_of(const ports::TransactionRow& row) {
    const TransactionOutcome& outcome = row.outcome;
    JsonObject json;
    json.add("block_number", row.block_number).add("index", row.index).add("slot", row.slot);
    json.add("hash", outcome.hash).add("sender", outcome.sender).add("nonce", outcome.nonce);
    json.add("kind", kind_of(row.transaction.message.payload));
    json.add("failure", outcome.failure ? std::optional{to_string(*outcome.failure)} : std::nullopt);
    json.add("fee_burned", outcome.fee_burned).add("fee_tip", outcome.fee_tip);
    return json.raw("transaction", to_json(row.transaction)).take();
}

std::string json_of(const ports::EvidenceRow& row) {
    JsonObject json;
    json.add("id", row.id).add("root", row.evidence_root).add("state", "finalized");
    json.add("block_number", row.block_number).add("slot", row.slot);
    return json.raw("evidence", json_of(row.evidence)).take();
}

std::string json_of(const ports::SlashingRow& row) {
    const SlashingOutcome& outcome = row.outcome;
    JsonObject json;
    json.add("block_number", row.block_number).add("index", row.index).add("slot", row.slot);
    json.add("validator", outcome.validator).add("offence", to_string(outcome.offence));
    json.add("evidence_root", outcome.evidence).add("offence_era", outcome.offence_era).add("taken", outcome.taken);
    return json.add("reward", outcome.reward).add("reporter", outcome.reporter).take();
}

std::string json_of(const ports::LifecycleRow& row) {
    JsonObject json;
    json.add("block_number", row.block_number).add("index", row.index).add("validator", row.event.validator);
    return json.add("kind", to_string(row.event.kind)).add("era", row.event.era).take();
}

std::string json_of(const ports::RewardRow& row) {
    const ValidatorReward& reward = row.reward;
    JsonObject json;
    json.add("era", row.era).add("block_number", row.block_number).add("validator", reward.validator);
    json.add("source", reward.source).add("target", reward.target).add("head", reward.head);
    json.add("proposer", reward.proposer).add("penalty_missed", reward.penalty_missed);
    json.add("penalty_inactivity", reward.penalty_inactivity).add("ideal", reward.ideal);
    return json.add("commission", reward.commission).take();
}

const char* kind_of(const Payload& payload) {
    return std::visit([](const auto& alternative) { return alternative.kind; }, payload);
}

} // namespace quoin::api
