#pragma once

#include "folder.hpp"

#include <quoin/gossip/gossip.hpp>

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <thread>

namespace quoin::gossip {

inline bool eventually(const std::function<bool()>& holds, std::uint64_t within_ms = 15'000) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds{within_ms};
    while (!holds()) {
        if (std::chrono::steady_clock::now() > end) {
            return false;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{2});
    }
    return true;
}

inline void settle(std::uint64_t ms = 300) {
    std::this_thread::sleep_for(std::chrono::milliseconds{ms});
}

/// Keeps what the network pushes.
class FakeInbox final : public ports::Inbox {
public:
    bool push(engine::Input input) override {
        const std::lock_guard lock{mutex_};
        if (full_) {
            ++refused_;
            return false;
        }
        inputs_.push_back(std::move(input));
        return true;
    }
    void submit(std::variant<engine::Transactions, engine::Evidence>, Completion) override {}

    void set_full(bool full) {
        const std::lock_guard lock{mutex_};
        full_ = full;
    }
    std::size_t refused() const {
        const std::lock_guard lock{mutex_};
        return refused_;
    }

    /// All inputs of one type.
    template <class T>
    std::vector<T> all() const {
        const std::lock_guard lock{mutex_};
        std::vector<T> found;
        for (const engine::Input& input : inputs_) {
            if (const T* one = std::get_if<T>(&input)) {
                found.push_back(*one);
            }
        }
        return found;
    }
    template <class T>
    std::vector<T> messages() const {
        std::vector<T> found;
        for (const engine::Received& received : all<engine::Received>()) {
            if (const T* one = std::get_if<T>(&received.message)) {
                found.push_back(*one);
            }
        }
        return found;
    }
    template <class T>
    std::size_t count() const {
        return all<T>().size();
    }

private:
    mutable std::mutex mutex_;
    std::vector<engine::Input> inputs_;
    bool full_ = false;
    std::size_t refused_ = 0;
};

class FakeServer final : public ports::BlockServer {
public:
    std::vector<SignedBlock> blocks(const engine::BlockRequest& request) override {
        const std::lock_guard lock{mutex_};
        requests_.push_back(request);
        return answer_;
    }
    ports::Standing standing() override {
        const std::lock_guard lock{mutex_};
        ++standings_;
        return standing_;
    }

    void set_answer(std::vector<SignedBlock> answer) {
        const std::lock_guard lock{mutex_};
        answer_ = std::move(answer);
    }
    void set_standing(const ports::Standing& standing) {
        const std::lock_guard lock{mutex_};
        standing_ = standing;
    }
    std::vector<engine::BlockRequest> requests() const {
        const std::lock_guard lock{mutex_};
        return requests_;
    }
    std::size_t standings() const {
        const std::lock_guard lock{mutex_};
        return standings_;
    }

private:
    mutable std::mutex mutex_;
    std::vector<SignedBlock> answer_;
    std::vector<engine::BlockRequest> requests_;
    ports::Standing standing_;
    std::size_t standings_ = 0;
};

/// A network with nothing but fakes behind it, on a port of 127.0.0.1.
class TestNode {
public:
    explicit TestNode(std::uint8_t chain_number = 1) {
        auto chain = std::make_shared<Chain>();
        chain->genesis.spec.slot_ms = 250;
        chain->genesis.spec.slots_per_epoch = 4;
        chain->genesis.spec.epochs_per_era = 8;
        chain->genesis_root[0] = chain_number;
        chain_ = chain;
        standing.genesis_root = chain->genesis_root;
        settings.tls_folder = folder_.path("tls");
        settings.reconnect_ms_min = 50;
        settings.reconnect_ms_max = 400;
        settings.ping_interval_ms = 100;
        settings.discovery_interval_ms = 200;
    }
    ~TestNode() { stop(); }
    TestNode(const TestNode&) = delete;
    TestNode& operator=(const TestNode&) = delete;

    /// Settings, bounds and standing may be changed before. A stopped node starts again on its port.
    void start() {
        server.set_standing(standing);
        Result<std::unique_ptr<Gossip>> made = make_gossip(settings, chain_, inbox, server, bounds);
        QUOIN_ASSERT(made.ok(), "test node is made");
        network = std::move(made).value();
        const Result<void> started = network->start();
        QUOIN_ASSERT(started.ok(), "test node starts");
        settings.listen_port = network->port();
    }
    void stop() { network.reset(); }

    std::string address() const { return "127.0.0.1:" + std::to_string(settings.listen_port); }
    engine::PeerId id() const { return network->self(); }

    bool has_peer(const engine::PeerId& peer) const {
        for (const ports::PeerInfo& info : network->peers()) {
            if (info.id == peer) {
                return true;
            }
        }
        return false;
    }
    std::uint64_t cost_of(const engine::PeerId& peer) const {
        for (const ports::PeerInfo& info : network->peers()) {
            if (info.id == peer) {
                return info.cost;
            }
        }
        return 0;
    }

    GossipSettings settings;
    Limits bounds = limits;
    ports::Standing standing;
    FakeInbox inbox;
    FakeServer server;
    std::unique_ptr<Gossip> network;

private:
    TemporaryFolder folder_;
    std::shared_ptr<const Chain> chain_;
};

inline bool are_connected(const TestNode& a, const TestNode& b) {
    return eventually([&] { return a.has_peer(b.id()) && b.has_peer(a.id()); });
}

/// Starts both, `from` with the address of `to`.
inline bool connect(TestNode& from, TestNode& to) {
    to.start();
    from.settings.peers = {to.address()};
    from.start();
    return are_connected(from, to);
}

} // namespace quoin::gossip
