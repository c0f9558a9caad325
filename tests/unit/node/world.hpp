#pragma once

#include "memory_stores.hpp"

#include <quoin/crypto/scheme.hpp>
#include <quoin/node/machine.hpp>
#include <quoin/node/node.hpp>
#include <quoin/node/start.hpp>

#include <gtest/gtest.h>
#include <support/memory_spans.hpp>
#include <support/sample_genesis.hpp>

#include <atomic>
#include <chrono>
#include <exception>
#include <memory>
#include <thread>

namespace quoin::node::test {

using namespace quoin::test;

/// Holds the keys of the fast double.
class DoubleSigner final : public ports::Signer {
public:
    DoubleSigner(Log& log, std::uint64_t validators) : log_(log), validators_(validators) {}

    std::vector<ValidatorKey> keys() const override {
        std::vector<ValidatorKey> keys;
        for (std::uint64_t i = 0; i < validators_; ++i) {
            keys.push_back(validator_key(i));
        }
        return keys;
    }
    Result<ValidatorSignature> sign(ports::Permit permit) override {
        log_.add("sign", permit.signing_root());
        return crypto::FastDouble::sign(permit.key(), permit.signing_root());
    }

private:
    Log& log_;
    std::uint64_t validators_;
};

class SilentNetwork final : public ports::Network {
public:
    explicit SilentNetwork(Log& log) : log_(log) {}

    void broadcast(const engine::Message& message, const std::optional<engine::PeerId>&) override {
        if (const auto* proposal = std::get_if<engine::Proposal>(&message)) {
            log_.add("send block", hash_tree_root(header_of(proposal->block.message)));
        } else if (const auto* certificate = std::get_if<FinalityCertificate>(&message)) {
            log_.add("send certificate", certificate->finalized.root);
        }
    }
    void request_blocks(const engine::PeerId&, const engine::BlockRequest&) override {}
    void blame(const engine::PeerId&, const Fault&) override { log_.add("blame", {}); }
    std::vector<ports::PeerInfo> peers() const override { return {}; }

private:
    Log& log_;
};

/// A chain that begins now, with all its validators in one node.
inline Chain chain_from_now(std::uint64_t slot_ms) {
    Spec spec = sample_spec();
    spec.slot_ms = slot_ms;
    Genesis genesis = sample_genesis(4, spec);
    genesis.time_ms = SystemClock{}.now_ms();
    return sample_chain(std::move(genesis));
}

/// A node and all it needs; what is in its stores outlives it.
class World {
public:
    explicit World(std::uint64_t slot_ms = 100) : chain(chain_from_now(slot_ms)) {}
    ~World() { stop(); }

    void start() {
        anchor = start_anchor(chain, chain_store, ledger);
        verifier = std::make_unique<VerifierPool>(
            2, [] { return std::make_unique<crypto::FastDouble>(); }, metrics);
        engine::Settings settings;
        settings.validators = signer.keys();
        auto made = std::make_unique<engine::Engine>(std::make_shared<const Chain>(chain), settings, scheme, anchor);
        node = std::make_unique<Node>(
            Doors{chain, chain_store, ledger, signing, signer, *verifier, clock, executor, snapshots, metrics, spans},
            std::move(made), anchor);
        node->set_network(network);
        node->push(engine::PeerConnected{{}, {anchor.slot, anchor.block_root}, anchor.finalized, {}}); // we are in sync
        thread = std::thread([this] {
            try {
                node->run();
            } catch (const std::exception& problem) {
                failure = problem.what();
            }
            ended = true;
        });
    }

    void stop() {
        if (thread.joinable()) {
            node->stop();
            thread.join();
        }
        node.reset();
        verifier.reset();
    }

    template <class Condition>
    bool wait_for(const Condition& condition, std::uint64_t seconds = 30) {
        for (std::uint64_t i = 0; i < seconds * 200; ++i) {
            if (condition()) {
                return true;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        return condition();
    }

    Log log;
    Chain chain;
    MemoryChainStore chain_store{log};
    MemoryLedgerStore ledger{log};
    MemorySigningStore signing{log};
    MemorySpanStore spans;
    DoubleSigner signer{log, 4};
    SilentNetwork network{log};
    SystemClock clock;
    ThreadExecutor executor;
    ports::Snapshots snapshots;
    ports::NodeMetrics metrics;
    crypto::FastDouble scheme;
    engine::Anchor anchor;
    std::unique_ptr<VerifierPool> verifier;
    std::unique_ptr<Node> node;
    std::thread thread;
    std::string failure;
    std::atomic<bool> ended = false;
};

} // namespace quoin::node::test
