#pragma once

#include "adversary.hpp"
#include "checkers.hpp"
#include "network.hpp"
#include "node_clock.hpp"
#include "seen_messages.hpp"
#include "simulated_node.hpp"
#include "trace.hpp"
#include "virtual_node.hpp"

#include <quoin/base/random.hpp>

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace quoin::sim {

struct WorldSettings {
    std::shared_ptr<const Chain> chain{};
    std::size_t nodes = 0; ///< validators are dealt out to them in turn; 0: one each
    std::size_t spare = 0; ///< further nodes, each with a key that is not staked
    std::uint64_t seed = 1;
    NodeFactory make_node = VirtualNode::make;
    std::vector<std::shared_ptr<Adversary>> adversaries{};
};

/// Several nodes in one thread under a virtual clock: messages take time, get lost, meet a partition or an adversary,
/// all decided by one seed. Checkers stand outside and look after every step; what they find is in `violations`. Files:
/// world.cpp makes it and lets time pass, world_faults.cpp breaks and mends it, world_deliveries.cpp carries what nodes
/// send.
class World {
public:
    explicit World(WorldSettings settings);
    World(const World&) = delete;

    /// Under responsive pacing as long as these slots take, and no longer than so many could at most.
    void run_slots(std::uint64_t slots);
    void run_ms(std::uint64_t milliseconds) { run_until(now_ms_ + milliseconds); }
    /// Called at the start of each slot; true ends the run there.
    std::function<bool(Slot)> on_slot;

    Network& network() { return network_; }
    const Network& network() const { return network_; }
    void crash(std::size_t node);
    void restart(std::size_t node); ///< nothing when it is up
    void split(const std::vector<std::set<std::size_t>>& groups) { network_.split(groups); }
    /// Ends a partition; links keep their rules.
    void unite();
    /// Everything that is broken mends: links, partitions, clocks; who is down comes back. Liveness is owed from when
    /// all clocks are right.
    void heal();
    void set_clock(std::size_t node, const ClockRules& rules);
    /// From now on: begins at once. Its nodes keep the keys they have.
    void add_adversary(std::shared_ptr<Adversary> adversary);

    /// A message that reaches `node` now, from a peer outside.
    void inject(std::size_t node, const engine::Message& message);
    std::uint64_t submit(std::size_t node, const SignedTransaction& transaction);

    /// The clock's; under responsive pacing the highest that a node which is up is in (the last known when none is).
    Slot slot() const { return slot_; }
    std::uint64_t slot_start_ms(Slot slot) const; ///< under timer pacing
    std::uint64_t now_ms() const { return now_ms_; }
    /// The slot of the last `heal`.
    Slot healed_at() const { return healed_at_; }
    const SimulatedNode& node(std::size_t number) const { return *nodes_[number].node; }
    std::size_t size() const { return nodes_.size(); }
    std::size_t node_of(ValidatorIndex validator) const { return validator.value % staked_nodes_; }
    const Chain& chain() const { return *chain_; }

    const Violations& violations() const { return checkers_.found(); }
    Checkers& checkers() { return checkers_; }
    const Checkers& checkers() const { return checkers_; }
    FaultCounts& faults() { return faults_; }
    const FaultCounts& faults() const { return faults_; }
    const Trace& trace() const { return trace_; }
    std::uint64_t node_slots() const { return node_slots_; }
    /// The nodes that said `accountable_split`.
    const std::set<std::size_t>& split_seen() const { return split_seen_; }

    /// Told in the timeline, with the slot: adversaries' doings, splits, slashings.
    struct Told {
        Slot slot;
        std::string what;
    };
    const std::vector<Told>& told() const { return told_; }

    // For Powers.
    void send_forged(std::size_t from, std::size_t to, engine::Message message, std::uint64_t delay_ms);
    void call_at(std::uint64_t time_ms, std::function<void()> what);
    void tell(const std::string& what);

private:
    /// A message with the hash of its content, shared by all it goes to.
    struct Mail {
        engine::Message message;
        Root content;
    };
    using SharedMail = std::shared_ptr<const Mail>;
    struct Delivery {
        std::size_t to;
        std::size_t from;
        std::variant<SharedMail, engine::Input> what;
        bool is_forced; ///< reaches the engine though the node has had it before
    };
    struct Place {
        std::unique_ptr<SimulatedNode> node;
        NodeClock clock;
        SeenMessages seen;
    };
    struct Enemy {
        std::shared_ptr<Adversary> adversary;
        std::unique_ptr<Powers> powers;
    };

    void make_nodes(const WorldSettings& settings);
    void run_until(std::uint64_t end_ms, std::optional<Slot> end = std::nullopt);
    std::uint64_t next_event_ms(std::uint64_t end_ms) const;
    bool is_responsive() const { return chain_->spec().pacing == Pacing::responsive; }
    void find_slot();
    bool enter_slot();
    void tick_due_nodes();
    void deliver_due();
    void deliver(Delivery delivery);
    void call_due();
    void step(std::size_t node, engine::Input input);
    void after_step(std::size_t node);
    void note_end(std::size_t node);
    void forget(std::size_t node);

    std::uint64_t time_of(const Place& place) const { return place.clock.shown_at(now_ms_); }
    std::uint64_t wakeup_of(const Place& place) const;

    void post(std::size_t from);
    void post_message(std::size_t from, SimulatedNode::Outgoing mail);
    void post_request(std::size_t from, const engine::PeerId& to, const engine::BlockRequest& request);
    void post_to(std::size_t from, std::size_t to, const SharedMail& mail, const Sighting& sighting,
                 SeenMessages::Peers& has_it);
    void show_enemies(const Sighting& sighting);
    void later(std::uint64_t delay_ms, Delivery delivery);
    void introduce(std::size_t node);
    void note_events(std::size_t node);

    std::shared_ptr<const Chain> chain_;
    SeededRandom random_;
    FaultCounts faults_;
    std::size_t staked_nodes_;
    Network network_;
    std::vector<Place> nodes_;
    Forge forge_;
    std::vector<Enemy> enemies_;
    Checkers checkers_;
    Trace trace_;
    std::multimap<std::uint64_t, Delivery> in_flight_; ///< by time of arrival
    std::multimap<std::uint64_t, std::function<void()>> calls_;
    std::vector<Told> told_;
    std::set<std::size_t> split_seen_;
    std::uint64_t now_ms_;
    Slot slot_;
    Slot entered_;
    Slot healed_at_;
    std::uint64_t node_slots_ = 0;
    std::uint64_t next_submission_ = 1;
};

/// The number of the peer of adversary `enemy` in a world of `nodes`.
std::size_t outsider(std::size_t nodes, std::size_t enemy);

} // namespace quoin::sim
