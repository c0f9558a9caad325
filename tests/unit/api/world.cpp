#include "world.hpp"

#include "support/sample_genesis.hpp"

#include <quoin/staking/transactions.hpp>
#include <quoin/transition/build.hpp>
#include <quoin/transition/signatures.hpp>
#include <quoin/transition/transition.hpp>

#include <gtest/gtest.h>

namespace quoin::test {

namespace {

constexpr std::size_t accounts = 8;

std::vector<crypto::Ed25519SecretKey> make_keys() {
    std::vector<crypto::Ed25519SecretKey> keys;
    for (std::size_t i = 0; i < accounts; ++i) {
        keys.emplace_back(secret(5'000 + i));
    }
    return keys;
}

Chain make_chain(const std::vector<crypto::Ed25519SecretKey>& keys) {
    Genesis genesis = sample_genesis();
    for (const crypto::Ed25519SecretKey& key : keys) {
        genesis.accounts.push_back({staking::address_of(key.public_key()), Amount{10'000 * coin}, false});
    }
    return sample_chain(std::move(genesis));
}

} // namespace

World::World(const Limits& the_bounds, api::ApiSettings settings)
    : bounds(the_bounds), keys_(make_keys()), chain_(make_chain(keys_)) {
    transition::GenesisResult genesis = transition::make_genesis(chain_);
    ports::FinalizedBlock first;
    first.root = genesis.block_root;
    first.block.message.time_ms = chain_.genesis.time_ms;
    first.block.message.state_root = genesis.header.state_root;
    first.post_state = genesis.state;
    first.effects = genesis.effects;
    ledger.append({&first, 1});
    blocks_.push_back(std::move(first));
    publish();
    server_ = api::make_api(std::move(settings),
                            {chain_, snapshots, inbox, ledger, chain_store, network, metrics, clock}, bounds);
    const auto started = server_->start();
    EXPECT_TRUE(started.ok()) << (started.ok() ? "" : started.fault().text());
}

World::~World() {
    server_.reset(); // before what it reads
}

Root World::extend(std::vector<SignedTransaction> transactions, std::vector<ProposerSlashing> slashings) {
    const State& parent = head();
    transition::BlockInputs inputs;
    inputs.slot = parent.slot + 1;
    while (transition::slot_is_void(parent, chain_.spec(), inputs.slot)) {
        ++inputs.slot;
    }
    inputs.proposer = proposer_of(parent, chain_.spec(), inputs.slot);
    inputs.transactions = std::move(transactions);
    inputs.proposer_slashings = std::move(slashings);
    auto built = transition::build_block(chain_, parent, std::move(inputs));
    EXPECT_TRUE(built.ok()) << (built.ok() ? "" : built.fault().text());
    ports::FinalizedBlock block;
    block.number = blocks_.size();
    block.root = built->applied.block_root;
    block.block.message = built->block;
    block.post_state = built->applied.state;
    block.effects = built->applied.effects;
    blocks_.push_back(std::move(block));
    publish();
    const ports::FinalizedBlock& head = blocks_.back();
    const Slot slot = head.block.message.slot;
    snapshots.notify(engine::Event{engine::BlockSeen{slot, head.root, head.block.message.proposer_index}});
    engine::HeadChanged changed{slot, head.root, head.block.message.state_root, 0, head.block.message.parent_root};
    snapshots.notify(engine::Event{changed});
    return head.root;
}

void World::finalize() {
    const std::size_t first = finalized_ + 1;
    ledger.append(std::span{blocks_}.subspan(first));
    finalized_ = blocks_.size() - 1;
    publish();
    snapshots.notify(ports::Snapshots::LedgerGrew{finalized_});
}

void World::grow(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        extend();
        finalize();
    }
}

void World::publish() {
    auto snapshot = std::make_shared<engine::Snapshot>();
    const ports::FinalizedBlock& head_block = blocks_.back();
    const ports::FinalizedBlock& final_block = blocks_[finalized_];
    snapshot->now_ms = clock.now;
    snapshot->syncing = is_syncing;
    snapshot->head = {head_block.block.message.slot, head_block.root};
    snapshot->current_slot = snapshot->head.slot;
    snapshot->head_state = head_block.post_state;
    snapshot->finalized = {final_block.block.message.slot, final_block.root};
    snapshot->finalized_number = finalized_;
    snapshot->finalized_state = final_block.post_state;
    snapshot->justified = {Epoch{snapshot->finalized.slot.value}, final_block.root};
    snapshot->justified_state = final_block.post_state;
    snapshot->certified = snapshot->justified;
    auto tree = std::make_shared<std::vector<engine::TreeBlock>>();
    for (std::size_t i = finalized_; i < blocks_.size(); ++i) {
        const Block& block = blocks_[i].block.message;
        tree->push_back({blocks_[i].root, block.parent_root, block.slot, block.proposer_index, Weight{},
                         snapshot->justified, std::make_shared<const SignedBlock>(blocks_[i].block)});
        if (i > finalized_) {
            snapshot->unfinalized_chain.push_back(blocks_[i].root);
        }
    }
    snapshot->tree = std::move(tree);
    snapshot->mempool = std::make_shared<const std::vector<engine::PendingTransaction>>(mempool);
    snapshot->pending_evidence = pending_evidence;
    snapshots.publish(std::move(snapshot));
}

Address World::address(std::size_t account) const {
    return staking::address_of(key(account));
}

Transaction World::message(Payload payload, std::uint64_t nonce, std::size_t from) const {
    Transaction message;
    message.payload = std::move(payload);
    message.sender = key(from);
    message.nonce = nonce;
    message.max_fee = Amount{1'000};
    message.valid_until_slot = Slot{1'000'000};
    return message;
}

SignedTransaction World::sign(Transaction message, std::size_t from) const {
    const Root root = transition::transaction_signing_root(chain_, message);
    return {std::move(message), keys_[from].sign(root)};
}

SignedTransaction World::transfer(std::uint64_t nonce, std::uint64_t amount, std::size_t from) const {
    return sign(message(Transfer{address(7), Amount{amount}}, nonce, from), from);
}

ProposerSlashing World::double_proposal(ValidatorIndex validator, Slot slot) const {
    ProposerSlashing evidence;
    evidence.first.message.slot = slot;
    evidence.first.message.proposer_index = validator;
    evidence.second.message = evidence.first.message;
    evidence.second.message.time_ms = 1;
    return evidence;
}

std::string subscribe(const std::string& topic, const std::string& from, const std::string& more) {
    return R"({"op":"subscribe","id":"a","topic":")" + topic + R"(","from":")" + from + "\"" +
           (more.empty() ? "" : "," + more) + "}";
}

} // namespace quoin::test
