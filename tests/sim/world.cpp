#include "world.hpp"

#include <quoin/codec/ssz.hpp>
#include <quoin/slashing/offence.hpp>
#include <quoin/transition/signatures.hpp>
#include <quoin/types/clock.hpp>

#include <gtest/gtest.h>
#include <support/sample_genesis.hpp>

#include <fstream>
#include <string>

namespace quoin::sim {

using namespace engine;

namespace {

Spec devnet_spec() {
    std::ifstream file("genesis/devnet.json");
    const std::string json{std::istreambuf_iterator<char>(file), {}};
    return load_genesis(json)->genesis.spec;
}

} // namespace

World::World(std::size_t validators, std::size_t spare, std::uint64_t seed)
    : chain_(std::make_shared<const Chain>(test::sample_chain(test::sample_genesis(validators, devnet_spec())))),
      random_(seed), now_ms_(chain_->genesis.time_ms - 1'000) {
    std::set<std::size_t> everybody;
    for (std::size_t i = 0; i < validators + spare; ++i) {
        nodes_.emplace_back(i, chain_, std::vector{test::validator_key(i)});
        everybody.insert(i);
    }
    groups_ = {everybody};
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        nodes_[i].start(now_ms_);
        introduce(i);
    }
}

Slot World::slot() const {
    return slot_at(chain_->spec(), chain_->genesis.time_ms, now_ms_);
}

void World::set_delay_ms(std::uint64_t least, std::uint64_t most) {
    delay_least_ms_ = least;
    delay_most_ms_ = most;
}

bool World::connected(std::size_t a, std::size_t b) const {
    return std::any_of(groups_.begin(), groups_.end(),
                       [&](const auto& group) { return group.contains(a) && group.contains(b); });
}

void World::introduce(std::size_t node) {
    for (std::size_t other = 0; other < nodes_.size(); ++other) {
        if (other == node || !nodes_[other].is_up() || !nodes_[node].is_up() || !connected(node, other)) {
            continue;
        }
        const auto hello = [&](std::size_t from, std::size_t to) {
            const SharedSnapshot view = nodes_[from].view();
            deliver_later(from, to, PeerConnected{nodes_[from].id(), view->head, view->certified, {}}, true);
        };
        hello(node, other);
        hello(other, node);
    }
}

void World::crash(std::size_t node) {
    nodes_[node].crash();
    std::erase_if(in_flight_, [&](const auto& entry) { return entry.second.to == node; });
    for (std::size_t other = 0; other < nodes_.size(); ++other) {
        if (other != node && nodes_[other].is_up()) {
            step(other, PeerDisconnected{VirtualNode::id_of(node)});
        }
    }
}

void World::restart(std::size_t node) {
    nodes_[node].start(now_ms_);
    introduce(node);
}

void World::split(std::vector<std::set<std::size_t>> groups) {
    groups_ = std::move(groups);
}

void World::heal() {
    std::set<std::size_t> everybody;
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        everybody.insert(i);
    }
    groups_ = {everybody};
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        introduce(i);
    }
}

std::uint64_t World::submit(std::size_t node, const SignedTransaction& transaction) {
    const std::uint64_t id = next_submission_++;
    Transactions transactions;
    transactions.items.push_back(transaction);
    step(node, Submitted{id, std::move(transactions)});
    return id;
}

void World::inject(std::size_t node, const Message& message) {
    step(node, Received{VirtualNode::id_of(nodes_.size()), message});
}

void World::step(std::size_t node, Input input) {
    nodes_[node].step(now_ms_, std::move(input));
    post(node);
    check_agreement();
}

void World::post(std::size_t from) {
    std::vector<VirtualNode::Outgoing> outgoing = std::move(nodes_[from].outbox);
    nodes_[from].outbox.clear();
    for (VirtualNode::Outgoing& mail : outgoing) {
        for (std::size_t to = 0; to < nodes_.size(); ++to) {
            const PeerId id = VirtualNode::id_of(to);
            if (to == from || (mail.to && *mail.to != id) || (mail.except && *mail.except == id)) {
                continue;
            }
            if (const auto* request = std::get_if<BlockRequest>(&mail.what)) {
                const bool answers = nodes_[to].is_up() && connected(from, to);
                deliver_later(from, from,
                              BlocksAnswered{id, answers ? nodes_[to].answer(*request) : std::vector<SignedBlock>{}},
                              true);
                continue;
            }
            deliver_later(from, to, Received{VirtualNode::id_of(from), std::get<Message>(mail.what)}, false);
        }
        const auto* message = std::get_if<Message>(&mail.what);
        if (message != nullptr && !mail.except) {
            check_honesty(*message);
        }
        const auto* block = message == nullptr ? nullptr : std::get_if<SignedBlock>(message);
        if (block != nullptr && !mail.except && traitors_.contains(from)) {
            betray(from, *block);
        }
    }
}

void World::deliver_later(std::size_t from, std::size_t to, Input input, bool reliable) {
    if (!connected(from, to) || (!reliable && random_.chance(loss_percent_))) {
        return;
    }
    const std::uint64_t delay = delay_least_ms_ + random_.below(delay_most_ms_ - delay_least_ms_ + 1);
    in_flight_.emplace(now_ms_ + delay, Delivery{to, std::move(input)});
}

void World::betray(std::size_t node, const SignedBlock& block) {
    const ValidatorKey key = test::validator_key(node);
    if (nodes_[node].view()->head_state->validators[block.message.proposer_index.value].public_key != key) {
        return;
    }
    traitors_.erase(node);
    SignedBlock other = block;
    other.message.body.graffiti[0] ^= 1;
    other.signature =
        crypto::FastDouble::sign(key, transition::proposal_signing_root(*chain_, header_of(other.message)));
    for (std::size_t to = 0; to < nodes_.size(); ++to) {
        if (to != node) {
            deliver_later(node, to, Received{VirtualNode::id_of(node), other}, true);
        }
    }
}

void World::run_slots(std::uint64_t slots) {
    run_until(slot_start_ms(chain_->spec(), chain_->genesis.time_ms, slot() + slots));
}

void World::run_until(std::uint64_t end_ms) {
    while (now_ms_ < end_ms) {
        std::uint64_t next_ms = in_flight_.empty() ? end_ms : in_flight_.begin()->first;
        for (const VirtualNode& node : nodes_) {
            if (node.is_up()) {
                next_ms = std::min(next_ms, node.next_wakeup_ms());
            }
        }
        now_ms_ = std::max(now_ms_, std::min(next_ms, end_ms));
        for (std::size_t i = 0; i < nodes_.size(); ++i) {
            if (nodes_[i].is_up() && nodes_[i].next_wakeup_ms() <= now_ms_) {
                step(i, Tick{});
            }
        }
        while (!in_flight_.empty() && in_flight_.begin()->first <= now_ms_) {
            Delivery delivery = std::move(in_flight_.begin()->second);
            in_flight_.erase(in_flight_.begin());
            if (nodes_[delivery.to].is_up()) {
                step(delivery.to, std::move(delivery.input));
            }
        }
    }
}

/// S2, from outside: over what nodes send of their own, restarts included.
void World::check_honesty(const Message& own) {
    if (const auto* vote = std::get_if<SingleAttestation>(&own)) {
        for (const AttestationData& before : voted_[vote->validator]) {
            ASSERT_FALSE(slashing::is_double_vote(before, vote->data)) << "slot " << vote->data.slot.value;
            ASSERT_FALSE(slashing::is_surround(before, vote->data) || slashing::is_surround(vote->data, before));
        }
        voted_[vote->validator].push_back(vote->data);
    } else if (const auto* block = std::get_if<SignedBlock>(&own)) {
        const Root root = hash_tree_root(header_of(block->message));
        const auto [before, is_new] =
            proposed_.emplace(std::pair{block->message.proposer_index, block->message.slot}, root);
        ASSERT_EQ(before->second, root) << "two proposals in slot " << block->message.slot.value;
    }
}

/// S1, from outside: one list of finalized blocks, of which every node holds a part from the start.
void World::check_agreement() {
    for (const VirtualNode& node : nodes_) {
        const std::vector<Root>& finalized = node.disk().finalized;
        for (std::size_t i = agreed_.empty() ? 0 : std::min(agreed_.size(), finalized.size()) - 1; i < finalized.size();
             ++i) {
            if (i < agreed_.size()) {
                ASSERT_EQ(agreed_[i], finalized[i]) << "block number " << i << " is finalized twice";
            } else {
                agreed_.push_back(finalized[i]);
            }
        }
    }
}

} // namespace quoin::sim
