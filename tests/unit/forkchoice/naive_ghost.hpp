#pragma once

#include <quoin/forkchoice/proto_array.hpp>

#include <map>
#include <set>
#include <vector>

namespace quoin::test {

/// LMD-GHOST straight from its definition, over everything ever said.
struct NaiveGhost {
    std::map<Root, forkchoice::BlockNode> blocks;
    std::map<ValidatorIndex, std::pair<Epoch, Root>> latest;
    std::set<ValidatorIndex> equivocators;
    std::set<Root> hidden;
    std::vector<Weight> weights;
    std::optional<forkchoice::Boost> boost;

    bool is_below(const Root& ancestor, Root root) const {
        while (blocks.contains(root)) {
            if (root == ancestor) {
                return true;
            }
            root = blocks.at(root).parent_root;
        }
        return false;
    }

    std::vector<Root> shown_children(const Root& root) const {
        std::vector<Root> found;
        for (const auto& [child, block] : blocks) {
            if (block.parent_root == root && !hidden.contains(child)) {
                found.push_back(child);
            }
        }
        return found;
    }

    std::uint64_t weight(const Root& root) const {
        std::uint64_t sum = boost && is_below(root, boost->root) ? boost->amount.value : 0;
        for (const auto& [validator, message] : latest) {
            if (validator.value < weights.size() && !equivocators.contains(validator) &&
                is_below(root, message.second)) {
                sum += weights[validator.value].value;
            }
        }
        return sum;
    }

    template <class Viable>
    bool is_viable(const Root& root, const Viable& viable) const {
        const std::vector<Root> below = shown_children(root);
        for (const Root& child : below) {
            if (is_viable(child, viable)) {
                return true;
            }
        }
        return below.empty() && viable(blocks.at(root));
    }

    template <class Viable>
    Root head(Root at, const Viable& viable) const {
        while (true) {
            std::optional<std::pair<std::uint64_t, Root>> best;
            for (const Root& child : shown_children(at)) {
                if (is_viable(child, viable)) {
                    best = std::max(best, std::optional{std::pair{weight(child), child}});
                }
            }
            if (!best) {
                return at;
            }
            at = best->second;
        }
    }

    void vote(ValidatorIndex validator, const Root& block, Epoch target) {
        const auto known = latest.find(validator);
        if (known == latest.end() || target > known->second.first) {
            latest[validator] = {target, block};
        }
    }

    bool is_hidden(Root root) const {
        while (blocks.contains(root) && !hidden.contains(root)) {
            root = blocks.at(root).parent_root;
        }
        return blocks.contains(root);
    }
    void show(const Root& root) {
        std::erase_if(hidden, [&](const Root& other) { return is_below(other, root); });
    }

    void prune(const Root& root) {
        std::set<Root> kept;
        for (const auto& [other, block] : blocks) {
            if (is_below(root, other)) {
                kept.insert(other);
            }
        }
        std::erase_if(blocks, [&](const auto& entry) { return !kept.contains(entry.first); });
        std::erase_if(hidden, [&](const Root& other) { return other == root || !kept.contains(other); });
    }
};

} // namespace quoin::test
