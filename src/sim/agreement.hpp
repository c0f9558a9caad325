#pragma once

#include "simulated_node.hpp"
#include "violation.hpp"

#include <functional>

namespace quoin::sim {

/// S1 and S4 from outside: no node ever takes back a finalized block, also not across a crash, and no two nodes
/// finalize different ones, unless a third of the stake was seen to break the rules. Then the chain has branches, and
/// each holds to its own.
class Agreement {
public:
    Agreement(std::size_t nodes, const Root& genesis_root, Violations& found);

    /// Whether those seen to break the rules are worth a third of the stake.
    std::function<bool()> is_accountable;
    /// A block of the first branch that nobody had finalized before; in order.
    std::function<void(Slot now, SimulatedNode& node, std::uint64_t number, const Root& root)> on_finalized;
    std::function<void(std::size_t node)> on_split;

    void looked_at(Slot now, std::size_t number, SimulatedNode& node);
    /// After a start: whatever it had finalized is there.
    void restarted(Slot now, std::size_t number, SimulatedNode& node);

    std::size_t branches() const { return branches_.size(); }
    std::uint64_t height() const { return branches_.front().size() - 1; }

private:
    struct Place {
        std::size_t branch = 0;
        std::uint64_t height = 0;
    };

    void take(Slot now, std::size_t number, SimulatedNode& node, std::uint64_t height);
    void part(Slot now, std::size_t number, std::uint64_t height, const Root& root);

    Violations& found_;
    std::vector<Place> places_;
    std::vector<std::vector<Root>> branches_; ///< by block number
};

} // namespace quoin::sim
