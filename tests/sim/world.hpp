#pragma once

#include "virtual_node.hpp"

#include <quoin/base/random.hpp>

#include <map>
#include <set>
#include <vector>

namespace quoin::sim {

/// Several nodes in one process under a virtual clock: messages take time, get lost, or meet a partition, all decided
/// by one seed. Checks after every step, from outside, that nobody finalizes what conflicts with another (S1) and that
/// no honest key signed a slashable pair (S2).
class World {
public:
    /// `validators` equal ones of the genesis, and `spare` nodes whose keys are not staked yet; the numbers of the
    /// devnet, keys of the fast double.
    World(std::size_t validators, std::size_t spare, std::uint64_t seed);

    void run_slots(std::uint64_t slots);
    void run_ms(std::uint64_t milliseconds) { run_until(now_ms_ + milliseconds); }

    void set_delay_ms(std::uint64_t least, std::uint64_t most);
    void set_loss_percent(std::uint64_t percent) { loss_percent_ = percent; }
    void crash(std::size_t node);
    void restart(std::size_t node);
    /// Nodes of different groups do not hear each other; a node named in no group hears nobody.
    void split(std::vector<std::set<std::size_t>> groups);
    void heal();
    /// The node's validator signs a second, different block in its next slot, behind its guard's back.
    void equivocate(std::size_t node) { traitors_.insert(node); }
    /// A message that reaches `node` now, from a peer outside.
    void inject(std::size_t node, const engine::Message& message);
    std::uint64_t submit(std::size_t node, const SignedTransaction& transaction);

    Slot slot() const;
    const VirtualNode& node(std::size_t number) const { return nodes_[number]; }
    std::size_t size() const { return nodes_.size(); }
    const Chain& chain() const { return *chain_; }

private:
    struct Delivery {
        std::size_t to;
        engine::Input input;
    };

    void run_until(std::uint64_t end_ms);
    void step(std::size_t node, engine::Input input);
    void post(std::size_t from);
    void deliver_later(std::size_t from, std::size_t to, engine::Input input, bool reliable);
    bool connected(std::size_t a, std::size_t b) const;
    void betray(std::size_t node, const SignedBlock& block);
    void introduce(std::size_t node);
    void check_agreement();
    void check_honesty(const engine::Message& own);

    std::shared_ptr<const Chain> chain_;
    SeededRandom random_;
    std::vector<VirtualNode> nodes_;
    std::vector<std::set<std::size_t>> groups_;
    std::set<std::size_t> traitors_;
    std::multimap<std::uint64_t, Delivery> in_flight_; ///< by time of arrival
    std::uint64_t now_ms_;
    std::uint64_t delay_least_ms_ = 2;
    std::uint64_t delay_most_ms_ = 10;
    std::uint64_t loss_percent_ = 0;
    std::uint64_t next_submission_ = 1;
    std::vector<Root> agreed_; ///< finalized by anybody, by block number
    std::map<ValidatorIndex, std::vector<AttestationData>> voted_;
    std::map<std::pair<ValidatorIndex, Slot>, Root> proposed_;
};

} // namespace quoin::sim
