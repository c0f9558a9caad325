#include "agreement.hpp"

#include <algorithm>
#include <string>

namespace quoin::sim {

Agreement::Agreement(std::size_t nodes, const Root& genesis_root, Violations& found)
    : found_(found), places_(nodes), branches_{{genesis_root}} {}

void Agreement::looked_at(Slot now, std::size_t number, SimulatedNode& node) {
    const std::uint64_t height = node.view()->finalized_number;
    Place& place = places_[number];
    if (height < place.height) {
        found_.push_back({"S1", now,
                          "node " + std::to_string(number) + " went back from finalized block " +
                              std::to_string(place.height) + " to " + std::to_string(height)});
        place.height = height;
    }
    for (std::uint64_t next = place.height + 1; next <= height; ++next) {
        take(now, number, node, next);
    }
}

void Agreement::take(Slot now, std::size_t number, SimulatedNode& node, std::uint64_t height) {
    const Root root = node.ledger_root(height);
    Place& place = places_[number];
    place.height = height;
    std::vector<Root>& branch = branches_[place.branch];
    if (height == branch.size()) {
        branch.push_back(root);
        if (on_finalized && place.branch == 0) {
            on_finalized(now, node, height, root);
        }
    } else if (branch[height] != root) {
        part(now, number, height, root);
    }
}

/// Onto another branch with the same past, or a new one.
void Agreement::part(Slot now, std::size_t number, std::uint64_t height, const Root& root) {
    const std::vector<Root>& left = branches_[places_[number].branch];
    for (std::size_t other = 0; other < branches_.size(); ++other) {
        if (branches_[other].size() > height && branches_[other][height] == root &&
            std::equal(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(height), branches_[other].begin())) {
            places_[number].branch = other;
            return;
        }
    }
    if (!is_accountable || !is_accountable()) {
        found_.push_back({"S1", now,
                          "node " + std::to_string(number) + " finalized another block number " +
                              std::to_string(height) + ", and nobody worth a third broke the rules"});
    }
    std::vector<Root> branch(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(height));
    branch.push_back(root);
    branches_.push_back(std::move(branch));
    places_[number].branch = branches_.size() - 1;
    if (on_split) {
        on_split(number);
    }
}

void Agreement::restarted(Slot now, std::size_t number, SimulatedNode& node) {
    const Place& place = places_[number];
    if (node.ledger_height() < place.height) {
        found_.push_back({"S4", now, "node " + std::to_string(number) + " lost finalized blocks in a crash"});
    } else if (node.ledger_root(place.height) != branches_[place.branch][place.height]) {
        found_.push_back({"S4", now, "node " + std::to_string(number) + " came back with another ledger"});
    }
}

} // namespace quoin::sim
