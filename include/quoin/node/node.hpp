#pragma once

#include <quoin/engine/engine.hpp>
#include <quoin/ports/inbox.hpp>
#include <quoin/ports/machine.hpp>
#include <quoin/ports/metrics.hpp>
#include <quoin/ports/network.hpp>
#include <quoin/ports/signing.hpp>
#include <quoin/ports/snapshots.hpp>
#include <quoin/ports/stores.hpp>

#include <memory>

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
    ports::Snapshots& snapshots;
    ports::NodeMetrics& metrics;
};

/// The shell around one engine: feeds it inputs and time, performs its effects in list order, publishes what it knows,
/// and writes the ledger.
///
/// N1 an effect is done before the next one begins: a block or certificate is durable before anything that follows it.
/// N2 a signature exists only after the signing store's permit, and reaches the engine before any other input.
/// N3 an answer to the engine is never dropped; inputs from outside are, past `limits.inbox_inputs_max`.
/// N4 a subscriber hears of something only after a snapshot that shows it was published.
///
/// Makes all its threads in `run` but the caller's, which becomes the engine's.
class Node final : public ports::Inbox, public ports::BlockServer {
public:
    /// `anchor` is what `start_anchor` gave and the engine was made with. Publishes the first snapshot.
    Node(const Doors& doors, std::unique_ptr<engine::Engine> engine, const engine::Anchor& anchor);
    ~Node() override;

    /// Before `run`; outlives it. Without one, what is meant for peers is dropped.
    void set_network(ports::Network& network);

    /// Replays what chain.db holds beyond the anchor, then works until `stop`. Throws what a store threw: then nothing
    /// more was signed, sent or written.
    void run();

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
