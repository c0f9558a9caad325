#pragma once

#include "forge.hpp"
#include "simulated_node.hpp"

#include <quoin/types/genesis.hpp>

#include <functional>
#include <limits>
#include <string>

namespace quoin::sim {

class World;

/// A message as it leaves a node.
struct Sighting {
    std::uint64_t time_ms;
    std::size_t from;
    bool is_own; ///< made by the node, not passed on
    const engine::Message& message;
};

/// A message to a node by an adversary's hand.
struct Route {
    std::size_t to;
    std::uint64_t delay_ms = 0;
    std::optional<std::size_t> from; ///< the node it seems to come from; none: the adversary's own peer, an outsider
    bool through_partitions = true;  ///< false: lost when `from` and `to` do not hear each other as it is sent
};

/// What an adversary can see and do. Nothing that it sends is lost, doubled or delayed by the network's rules.
class Powers {
public:
    Powers(World& world, Forge& forge, std::size_t outsider) : world_(world), forge_(forge), outsider_(outsider) {}

    const Chain& chain() const;
    const Spec& spec() const { return chain().spec(); }
    std::uint64_t now_ms() const;
    Slot slot() const;
    std::uint64_t slot_start_ms(Slot slot) const;
    /// How far into a slot its votes are due.
    std::uint64_t votes_due_ms() const { return spec().slot_ms * spec().attestation_due_bps / 10'000; }
    std::size_t node_count() const;
    bool is_up(std::size_t node) const;
    /// What a node knows; as it was last when the node is down.
    engine::SharedSnapshot view(std::size_t node) const;
    /// The node that has the validator's key, whether or not it may use it.
    std::size_t node_of(ValidatorIndex validator) const;
    bool hear_each_other(std::size_t one, std::size_t other) const;
    /// Every block that anybody sent, their states, and whatever can be made of an owned key.
    Forge& forge() { return forge_; }

    /// What is sent by a key is held against its owner: an owned validator that signs a slashable pair and sends both
    /// to somebody is expected to be slashed.
    void send(const Route& route, engine::Message message);
    /// To every node that is up.
    void send_to_all(const engine::Message& message, std::uint64_t delay_ms = 0);

    /// Runs `what` once the world's clock shows `time_ms`.
    void call_at(std::uint64_t time_ms, std::function<void()> what);
    /// A line of the timeline.
    void tell(const std::string& what);

private:
    World& world_;
    Forge& forge_;
    std::size_t outsider_;
};

/// Somebody who owns the keys of some validators and signs whatever serves: no guard, no rules. Sees every message as
/// it is sent. Deterministic: no other source of chance than a SeededRandom of its arguments.
class Adversary {
public:
    explicit Adversary(std::vector<ValidatorIndex> owned) : owned_(std::move(owned)) {}
    virtual ~Adversary() = default;

    const std::vector<ValidatorIndex>& owned() const { return owned_; }
    bool owns(ValidatorIndex validator) const;

    /// False: the nodes of the owned validators start without these keys, and their duties are the adversary's. True:
    /// they go on with them, and what the adversary signs comes on top.
    virtual bool leaves_duties_to_nodes() const { return false; }

    /// Once, after all nodes have started.
    virtual void begin(Powers&) {}
    /// When the world's clock enters a slot, before any node acts in it.
    virtual void at_slot_start(Powers&, Slot) {}
    /// For each message that a node sends, once, however many it is for.
    virtual void on_message(Powers&, const Sighting&) {}

    /// For an adversary that rules the network: how long the message takes to node `to`, `never` for not at all,
    /// nothing for what the network's rules say.
    static constexpr std::uint64_t never = std::numeric_limits<std::uint64_t>::max();
    virtual std::optional<std::uint64_t> delay_ms(Powers&, const Sighting&, std::size_t /*to*/) { return std::nullopt; }

    /// What its own peer answers to a node that asks for blocks; by default whatever anybody sent.
    virtual std::vector<SignedBlock> answer(Powers& powers, const engine::BlockRequest& request);

private:
    std::vector<ValidatorIndex> owned_;
};

} // namespace quoin::sim
