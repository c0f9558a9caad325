#pragma once

#include "fault_counts.hpp"

#include <quoin/base/random.hpp>

#include <cstddef>
#include <map>
#include <set>
#include <vector>

namespace quoin::sim {

/// What happens to messages from one node to another.
struct LinkRules {
    std::uint64_t delay_least_ms = 2;
    std::uint64_t delay_most_ms = 10;
    std::uint64_t loss_percent = 0;
    std::uint64_t duplicate_percent = 0;
    std::uint64_t reorder_percent = 0; ///< held back for up to four times the longest delay
};

/// Decides which messages arrive and when, and counts what goes wrong. Numbers beyond the last node's are outsiders,
/// who reach everybody.
class Network {
public:
    /// A message on its way for `late_after_ms` or longer counts as late.
    Network(std::size_t nodes, std::uint64_t late_after_ms, FaultCounts& faults);

    /// The rules of every link that has none of its own.
    LinkRules rules;
    void set_link(std::size_t from, std::size_t to, const LinkRules& own) { links_[{from, to}] = own; }
    /// The rules of one link, to be changed.
    LinkRules& link(std::size_t from, std::size_t to);

    /// Nodes of different groups do not hear each other; a node named in no group hears nobody.
    void split(const std::vector<std::set<std::size_t>>& groups);
    /// Everybody hears everybody again; links keep their rules.
    void unite() { groups_.clear(); }
    /// As `unite`, and every link loses and delays nothing to speak of.
    void heal();
    bool connected(std::size_t a, std::size_t b) const;
    bool is_whole() const { return groups_.empty(); }
    const std::vector<std::set<std::size_t>>& groups() const { return groups_; } ///< empty when whole

    /// How long each copy of a message takes: none when it is lost, two when it is doubled. What is `reliable` (hellos,
    /// answers) is only delayed.
    std::vector<std::uint64_t> delays_ms(std::size_t from, std::size_t to, bool reliable, SeededRandom& random);

private:
    const LinkRules& rules_of(std::size_t from, std::size_t to) const;
    std::uint64_t delay_ms(const LinkRules& rules, SeededRandom& random);

    std::size_t nodes_;
    std::uint64_t late_after_ms_;
    FaultCounts& faults_;
    std::map<std::pair<std::size_t, std::size_t>, LinkRules> links_;
    std::vector<std::set<std::size_t>> groups_;
};

} // namespace quoin::sim
