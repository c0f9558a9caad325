#include "network.hpp"

#include <algorithm>

namespace quoin::sim {

Network::Network(std::size_t nodes, std::uint64_t late_after_ms, FaultCounts& faults)
    : nodes_(nodes), late_after_ms_(late_after_ms), faults_(faults) {}

LinkRules& Network::link(std::size_t from, std::size_t to) {
    return links_.emplace(std::pair{from, to}, rules).first->second;
}

void Network::split(const std::vector<std::set<std::size_t>>& groups) {
    groups_ = groups;
    faults_.add(FaultKind::partition);
}

void Network::heal() {
    groups_.clear();
    links_.clear();
    rules = {};
}

bool Network::connected(std::size_t a, std::size_t b) const {
    return groups_.empty() || a >= nodes_ || b >= nodes_ ||
           std::any_of(groups_.begin(), groups_.end(),
                       [&](const auto& group) { return group.contains(a) && group.contains(b); });
}

std::vector<std::uint64_t> Network::delays_ms(std::size_t from, std::size_t to, bool reliable, SeededRandom& random) {
    const LinkRules& link = rules_of(from, to);
    if (!reliable && random.chance(link.loss_percent)) {
        faults_.add(FaultKind::lost);
        return {};
    }
    std::vector<std::uint64_t> delays{delay_ms(link, random)};
    if (!reliable && random.chance(link.duplicate_percent)) {
        faults_.add(FaultKind::duplicated);
        delays.push_back(delay_ms(link, random));
    }
    if (!reliable && random.chance(link.reorder_percent)) {
        faults_.add(FaultKind::reordered);
        delays.front() += random.below(4 * link.delay_most_ms + 1);
    }
    return delays;
}

const LinkRules& Network::rules_of(std::size_t from, std::size_t to) const {
    const auto own = links_.find({from, to});
    return own == links_.end() ? rules : own->second;
}

std::uint64_t Network::delay_ms(const LinkRules& link, SeededRandom& random) {
    const std::uint64_t delay = link.delay_least_ms + random.below(link.delay_most_ms - link.delay_least_ms + 1);
    if (delay >= late_after_ms_) {
        faults_.add(FaultKind::late);
    }
    return delay;
}

} // namespace quoin::sim
