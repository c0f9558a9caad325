#pragma once

#include <quoin/engine/engine.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

namespace quoin::sim {

/// The name under which node `number` of a world is known to the others. The number after the last node's is that of an
/// outsider: a peer that is no node.
engine::PeerId peer_id(std::size_t number);

/// A node of a simulated world. It does everything inline and has no time of its own: `now_ms` is what its clock shows.
/// What it wants to send stays in `outbox` for the world to deliver or to lose.
class SimulatedNode {
public:
    virtual ~SimulatedNode() = default;

    /// Starts, for the first time or again, from what its disk holds.
    virtual void start(std::uint64_t now_ms) = 0;
    /// As kill -9 and a power cut: what is not durable is gone.
    virtual void crash() = 0;
    virtual bool is_up() const = 0;

    /// Only while it is up, as are the next two.
    virtual void step(std::uint64_t now_ms, engine::Input input) = 0;
    /// When `Tick` is due at the latest, by its own clock.
    virtual std::uint64_t next_wakeup_ms() const = 0;
    virtual std::vector<engine::Engine::QueueDepth> queue_depths() const = 0;

    /// What it showed last; also while it is down.
    virtual engine::SharedSnapshot view() const = 0;
    /// What it serves to a peer that asks.
    virtual std::vector<SignedBlock> answer(const engine::BlockRequest& request) = 0;

    // What its disk holds, for checkers.

    /// The number of the last block in its ledger; 0 is the genesis block.
    virtual std::uint64_t ledger_height() const = 0;
    /// The root of a block in its ledger; `number` is at most the height.
    virtual Root ledger_root(std::uint64_t number) const = 0;
    /// What its ledger booked for a block; nothing when it keeps no books.
    virtual std::optional<std::vector<Posting>> ledger_postings(std::uint64_t number) const = 0;
    virtual std::optional<FinalityCertificate> newest_certificate() const = 0;

    struct Outgoing {
        std::optional<engine::PeerId> to; ///< none: everybody but `except`
        std::optional<engine::PeerId> except;
        std::variant<engine::Message, engine::BlockRequest> what;
    };
    std::vector<Outgoing> outbox;
    std::vector<engine::Event> events;
    std::map<std::uint64_t, std::vector<Result<Root>>> answers; ///< to what was submitted
    std::vector<std::pair<engine::PeerId, Fault>> blamed;
};

/// How a node's disk behaves.
struct DiskRules {
    std::uint64_t calls_per_failure = 0; ///< so many writes and syncs on average until one fails; 0: none ever does
    bool is_lying = false;               ///< says that it synced, and did not
};

/// Makes node `number`, which performs the duties of `keys`.
using NodeFactory = std::function<std::unique_ptr<SimulatedNode>(std::size_t number, std::shared_ptr<const Chain> chain,
                                                                 std::vector<ValidatorKey> keys)>;

} // namespace quoin::sim
