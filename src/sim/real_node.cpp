#include "real_node.hpp"

#include <quoin/crypto/scheme.hpp>
#include <quoin/node/node.hpp>
#include <quoin/node/start.hpp>
#include <quoin/store/store.hpp>

#include <algorithm>
#include <stdexcept>

namespace quoin::sim {

using namespace engine;

namespace {

constexpr std::uint64_t busy_worker_percent = 10; ///< of steps: its jobs wait for the next one
constexpr std::uint64_t kill_percent = 25;        ///< of crashes: the power stays

class InlineVerifier final : public ports::Verifier {
public:
    void verify(std::vector<crypto::SignatureCheck> checks,
                std::function<void(std::vector<std::uint8_t>)> done) override {
        done(scheme_.verify(checks, Root{}));
    }

private:
    crypto::FastDouble scheme_;
};

class DoubleSigner final : public ports::Signer {
public:
    explicit DoubleSigner(std::vector<ValidatorKey> keys) : keys_(std::move(keys)) {}

    std::vector<ValidatorKey> keys() const override { return keys_; }
    Result<ValidatorSignature> sign(ports::Permit permit) override {
        if (std::find(keys_.begin(), keys_.end(), permit.key()) == keys_.end()) {
            return Fault{Reason::unknown_validator, "", "the key is not held"};
        }
        return crypto::FastDouble::sign(permit.key(), permit.signing_root());
    }

private:
    std::vector<ValidatorKey> keys_;
};

class OutboxNetwork final : public ports::Network {
public:
    explicit OutboxNetwork(SimulatedNode& node) : node_(node) {}

    void broadcast(const Message& message, const std::optional<PeerId>& except) override {
        node_.outbox.push_back({std::nullopt, except, message});
    }
    void request_blocks(const PeerId& peer, const BlockRequest& request) override {
        node_.outbox.push_back({peer, std::nullopt, request});
    }
    void blame(const PeerId& peer, const Fault& fault) override { node_.blamed.emplace_back(peer, fault); }
    std::vector<ports::PeerInfo> peers() const override { return {}; }

private:
    SimulatedNode& node_;
};

template <class Store>
std::unique_ptr<Store> opened(Result<std::unique_ptr<Store>> store) {
    if (!store) {
        throw std::runtime_error(store.fault().text());
    }
    return std::move(*store);
}

} // namespace

class SimulatedExecutor::SimulatedWorker final : public ports::Worker {
public:
    explicit SimulatedWorker(SimulatedExecutor& executor) : executor_(executor) {}
    SimulatedWorker(const SimulatedWorker&) = delete;
    SimulatedWorker& operator=(const SimulatedWorker&) = delete;
    ~SimulatedWorker() override {
        std::erase_if(executor_.jobs_, [this](const Job& job) { return job.worker == this; });
    }

    void post(std::function<void()> job) override { executor_.jobs_.push_back({this, std::move(job)}); }

private:
    SimulatedExecutor& executor_;
};

std::unique_ptr<ports::Worker> SimulatedExecutor::make_worker() {
    return std::make_unique<SimulatedWorker>(*this);
}

bool SimulatedExecutor::run() {
    const std::size_t count = jobs_.size();
    for (std::size_t i = 0; i < count && !jobs_.empty(); ++i) {
        const Job job = std::move(jobs_.front());
        jobs_.pop_front();
        job.work();
    }
    return count > 0;
}

/// Everything of a node, wired by hand: what is made first outlives what is made later.
struct RealNode::Process {
    explicit Process(RealNode& owner)
        : chain_store(opened(store::open_chain_store(owner.disk_.file("chain.db"), *owner.chain_))),
          ledger_store(opened(store::open_ledger_store(owner.disk_.file("ledger.db"), *owner.chain_))),
          signing_store(opened(store::open_signing_store(owner.disk_.file("signing.db"), owner.chain_->genesis_root))),
          span_store(opened(store::open_span_store(owner.disk_.file("slasher.db"), owner.chain_->genesis_root))),
          signer(owner.keys_), network(owner) {
        const Anchor anchor = node::start_anchor(*owner.chain_, *chain_store, *ledger_store);
        snapshots.subscribe([&owner](const ports::Snapshots::Notice& notice) {
            if (const auto* event = std::get_if<Event>(&notice)) {
                owner.events.push_back(*event);
            } else {
                owner.ledger_height_ = std::get<ports::Snapshots::LedgerGrew>(notice).block_number;
            }
        });
        owner.ledger_height_ = anchor.state->block_number;
        node = std::make_unique<node::Node>(
            node::Doors{*owner.chain_, *chain_store, *ledger_store, *signing_store, signer, verifier, owner.clock_,
                        owner.executor_, snapshots, metrics, *span_store},
            std::make_unique<Engine>(owner.chain_, Settings{owner.keys_, {}}, scheme, anchor), anchor);
        node->set_network(network);
    }

    std::unique_ptr<ports::ChainStore> chain_store;
    std::unique_ptr<ports::LedgerStore> ledger_store;
    std::unique_ptr<ports::SigningStore> signing_store;
    std::unique_ptr<ports::SpanStore> span_store;
    DoubleSigner signer;
    OutboxNetwork network;
    InlineVerifier verifier;
    crypto::FastDouble scheme;
    ports::Snapshots snapshots;
    ports::NodeMetrics metrics;
    std::unique_ptr<node::Node> node;
};

RealNode::RealNode(std::size_t number, std::shared_ptr<const Chain> chain, std::vector<ValidatorKey> keys,
                   std::uint64_t seed, const DiskRules& rules)
    : chain_(std::move(chain)), keys_(std::move(keys)), random_(SeededRandom(seed ^ (number + 1)).next()),
      rules_(rules), disk_(random_.next()) {
    disk_.set_lying(rules.is_lying);
}

RealNode::~RealNode() = default;

NodeFactory RealNode::factory(std::uint64_t seed, const DiskRules& rules) {
    return [seed, rules](std::size_t number, std::shared_ptr<const Chain> chain, std::vector<ValidatorKey> keys) {
        return std::make_unique<RealNode>(number, std::move(chain), std::move(keys), seed, rules);
    };
}

void RealNode::start(std::uint64_t now_ms) {
    clock_.set(now_ms);
    disk_.set_full(false);
    const bool is_first_start = !view_; // which it is let have
    if (!is_first_start) {
        plan_failure();
    }
    until_the_disk_fails([this] {
        process_ = std::make_unique<Process>(*this);
        process_->node->start();
        work();
    });
    if (is_first_start) {
        plan_failure();
    }
}

void RealNode::plan_failure() {
    if (rules_.calls_per_failure == 0) {
        return;
    }
    using Failure = store::FaultDisk::Failure;
    constexpr std::array<Failure, 3> failures{Failure::io_error, Failure::disk_full, Failure::power_cut};
    disk_.fail_at(1 + random_.below(2 * rules_.calls_per_failure), failures[random_.below(failures.size())]);
}

void RealNode::crash() {
    random_.chance(kill_percent) ? disk_.kill_processes() : disk_.cut_power();
    process_.reset();
}

void RealNode::step(std::uint64_t now_ms, Input input) {
    clock_.set(now_ms);
    until_the_disk_fails([&] {
        if (auto* submitted = std::get_if<Submitted>(&input)) {
            process_->node->submit(std::move(submitted->what), [this, id = submitted->id](auto outcomes) {
                answers.emplace(id, std::move(outcomes));
            });
        } else if (!std::holds_alternative<Tick>(input)) {
            process_->node->push(std::move(input));
        }
        work();
    });
}

void RealNode::work() {
    const bool workers_are_busy = random_.chance(busy_worker_percent);
    do {
        process_->node->work();
    } while (!workers_are_busy && executor_.run());
    view_ = process_->snapshots.current();
}

/// A program whose disk failed it ends. Any other failure is ours, and nobody's to catch.
template <class Work>
void RealNode::until_the_disk_fails(const Work& work) {
    const std::uint64_t failures_before = disk_.failures();
    try {
        work();
    } catch (const std::runtime_error&) {
        if (disk_.failures() == failures_before) {
            throw;
        }
        ++disk_failures_;
        disk_.kill_processes();
        process_.reset();
    }
}

std::uint64_t RealNode::next_wakeup_ms() const {
    return process_->node->next_wakeup_ms();
}

std::vector<Engine::QueueDepth> RealNode::queue_depths() const {
    return process_->node->queue_depths();
}

std::vector<SignedBlock> RealNode::answer(const BlockRequest& request) {
    return process_->node->blocks(request);
}

Root RealNode::ledger_root(std::uint64_t number) const {
    return process_->ledger_store->block_by_number(number).value().root;
}

std::optional<std::vector<Posting>> RealNode::ledger_postings(std::uint64_t number) const {
    std::vector<Posting> postings;
    for (ports::PostingRow& row : process_->ledger_store->postings_of_block(number)) {
        postings.push_back(std::move(row.posting));
    }
    return postings;
}

std::optional<FinalityCertificate> RealNode::newest_certificate() const {
    return process_->chain_store->newest_certificate();
}

} // namespace quoin::sim
