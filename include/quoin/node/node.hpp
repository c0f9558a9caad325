#pragma once

#include <quoin/engine/engine.hpp>
#include <quoin/ports/inbox.hpp>
#include <quoin/ports/machine.hpp>
#include <quoin/ports/metrics.hpp>
#include <quoin/ports/network.hpp>
#include <quoin/ports/signing.hpp>
#include <quoin/ports/snapshots.hpp>
#include <quoin/ports/spans.hpp>
#include <quoin/ports/stores.hpp>

#include <memory>
#include <vector>

namespace quoin::node {

/// What a node works with; all of it outlives the node.
struct Doors {
    const Chain& chain;
    ports::ChainStore& chain_store;
    ports::LedgerStore& ledger_store;
    ports::SigningStore& signing_store;
    ports::Signer& signer;
    ports::Verifier& verifier;
    const ports::Clock& clock;
    ports::Executor& executor;
    ports::Snapshots& snapshots;
    ports::NodeMetrics& metrics;
    ports::SpanStore& span_store;
};

/// The shell around one engine: feeds it inputs and time, performs its effects in list order, publishes what it knows,
/// and writes the ledger.
///
/// N1 an effect is done before the next one begins: a block or certificate is durable before anything that follows it.
/// N2 a signature exists only after the signing store's permit, and reaches the engine before any other input.
/// N3 an answer to the engine is never dropped; inputs from outside are, past `limits.inbox_inputs_max`.
/// N4 a subscriber hears of something only after a snapshot that shows it was published.
///
/// Has no thread but the caller's, which is the engine's, and those of the workers that `start` makes.
class Node final : public ports::Inbox, public ports::BlockServer {
public:
    /// `anchor` is what `start_anchor` gave and the engine was made with. Publishes the first snapshot.
    Node(const Doors& doors, std::unique_ptr<engine::Engine> engine, const engine::Anchor& anchor);
    ~Node() override;

    /// Before `run`; outlives it. Without one, what is meant for peers is dropped.
    void set_network(ports::Network& network);

    /// `start`, then works until `stop`. Throws what a store threw: then nothing more was signed, sent or written, and
    /// the node has ended.
    void run();

    // `run` by hand, for who has the clock in his hand too. Both throw as `run` does.

    /// Replays what chain.db holds beyond the anchor.
    void start();
    /// Does all that is due at this moment of the clock, inputs that wait included; false when the node has stopped.
    bool work();
    /// The moment from which `work` has something to do though nothing came in.
    std::uint64_t next_wakeup_ms() const;
    std::vector<engine::Engine::QueueDepth> queue_depths() const;

    /// From any thread, also before `run`. Submissions without an answer get `unavailable`.
    void stop();

    bool push(engine::Input input) override;
    void submit(std::variant<engine::Transactions, engine::Evidence> what, Completion done) override;

    std::vector<SignedBlock> blocks(const engine::BlockRequest& request) override;
    ports::Standing standing() override;

private:
    class Driver;
    std::unique_ptr<Driver> driver_;
};

} // namespace quoin::node
