#include "sample.hpp"

#include "tape.hpp"

#include <quoin/codec/ssz.hpp>
#include <quoin/transition/signatures.hpp>

#include <sim/virtual_node.hpp>
#include <support/sample_genesis.hpp>

#include <variant>

namespace quoin::fuzz {

namespace {

/// Keeps the last of each kind of message that carries something.
void keep(Sample& sample, const engine::Message& message) {
    if (const auto* proposal = std::get_if<engine::Proposal>(&message)) {
        if (!proposal->block.message.body.transactions.empty() || sample.block.message.body.transactions.empty()) {
            sample.block = proposal->block;
        }
    } else if (const auto* vote = std::get_if<SingleAttestation>(&message)) {
        sample.attestation = *vote;
    }
}

void run(Sample& sample, sim::VirtualNode& node, std::uint64_t from_ms, std::uint64_t slots) {
    const std::uint64_t end_ms = from_ms + slots * sample.chain->spec().slot_ms;
    for (std::uint64_t now_ms = from_ms; now_ms < end_ms; now_ms = std::max(now_ms + 1, node.next_wakeup_ms())) {
        node.step(now_ms, engine::Tick{});
        for (const sim::VirtualNode::Outgoing& mail : node.outbox) {
            if (const auto* message = std::get_if<engine::Message>(&mail.what)) {
                keep(sample, *message);
            }
        }
        node.outbox.clear();
    }
}

void accuse(Sample& sample) {
    sample.proposer_slashing.first = header_of(sample.block);
    sample.proposer_slashing.second = sample.proposer_slashing.first;
    sample.proposer_slashing.second.message.body_root[0] ^= 1;
    IndexedAttestation vote;
    vote.validators.push_back(sample.attestation.validator);
    vote.data = sample.attestation.data;
    vote.signature = sample.attestation.signature;
    sample.attester_slashing.first = vote;
    vote.data.head[0] ^= 1;
    sample.attester_slashing.second = vote;
}

void gather(Sample& sample) {
    Aggregate& aggregate = sample.aggregate.message;
    aggregate.aggregator = sample.attestation.validator;
    aggregate.data = sample.attestation.data;
    aggregate.bits.resize(4);
    aggregate.bits.set(sample.attestation.validator.value);
    aggregate.signature = sample.attestation.signature;
    sample.aggregate.signature = crypto::FastDouble::sign(test::validator_key(aggregate.aggregator.value),
                                                          transition::aggregate_signing_root(*sample.chain, aggregate));
}

Sample make_sample() {
    Sample sample;
    sample.chain = std::make_shared<const Chain>(test::sample_chain());
    std::vector<ValidatorKey> keys;
    for (std::uint64_t i = 0; i < 4; ++i) {
        keys.push_back(test::validator_key(i));
    }
    for (std::size_t kind = 0; kind < 5; ++kind) {
        sample.transactions.items.push_back(transaction_of(*sample.chain, 4 + kind, 0, payload_of(kind, test::coin)));
    }
    sim::VirtualNode node(0, sample.chain, keys);
    const std::uint64_t genesis_ms = sample.chain->genesis.time_ms;
    node.start(genesis_ms);
    node.step(genesis_ms, engine::Submitted{1, sample.transactions});
    run(sample, node, genesis_ms, 2 * sample.chain->spec().epochs_per_era);
    require(!sample.block.message.body.transactions.empty(), "the sample's block holds a transaction");
    require(node.newest_certificate().has_value(), "the sample's chain finalizes");
    sample.certificate = *node.newest_certificate();
    sample.state = *node.view()->head_state;
    accuse(sample);
    gather(sample);
    return sample;
}

} // namespace

const Sample& sample() {
    static const Sample made = make_sample();
    return made;
}

Payload payload_of(std::size_t kind, std::uint64_t number) {
    const ValidatorIndex validator{number % 4};
    switch (kind % 5) {
    case 0:
        return Transfer{test::account_address(number % 12), Amount{number}};
    case 1: {
        const ValidatorKey key = test::validator_key(100 + number % 8);
        return Stake{key,
                     crypto::FastDouble::prove_possession(key),
                     test::account_address(5),
                     {500, 2'000, 100},
                     Amount{32 * test::coin + number}};
    }
    case 2:
        return StakeMore{validator, Amount{number}};
    case 3:
        return Unstake{validator, Amount{number % 3 == 0 ? 0 : number}, number % 3 == 0};
    default:
        return Withdraw{validator};
    }
}

SignedTransaction transaction_of(const Chain& chain, std::uint64_t account, std::uint64_t nonce, Payload payload) {
    SignedTransaction transaction;
    transaction.message.payload = std::move(payload);
    transaction.message.sender = test::account_key(account);
    transaction.message.nonce = nonce;
    transaction.message.max_fee = Amount{1'000};
    transaction.message.tip = Amount{1};
    transaction.message.valid_until_slot = Slot{1'000};
    const Root root = transition::transaction_signing_root(chain, transaction.message);
    transaction.signature = crypto::FastDouble::sign(transaction.message.sender, root);
    return transaction;
}

} // namespace quoin::fuzz
