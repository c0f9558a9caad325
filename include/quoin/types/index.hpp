#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace quoin::inline types {

/// A key's position in an append-only list, derived from the list and outside its root. Copies of a sealed index share
/// all of it; inserts go to a small open layer, which `seal` freezes. Layers shrink by half from bottom to top, so a
/// look-up meets few of them and a key is rewritten a logarithmic number of times.
template <class Key>
class PositionIndex {
public:
    std::optional<std::uint64_t> find(const Key& key) const {
        if (const auto found = open_.find(key); found != open_.end()) {
            return found->second;
        }
        for (const Layer& layer : layers_) {
            const auto at =
                std::lower_bound(layer->begin(), layer->end(), key,
                                 [](const Entry& entry, const Key& sought) { return entry.first < sought; });
            if (at != layer->end() && at->first == key) {
                return at->second;
            }
        }
        return std::nullopt;
    }

    void insert(const Key& key, std::uint64_t position) { open_.emplace(key, position); }

    void seal() {
        if (open_.empty()) {
            return;
        }
        std::vector<Entry> top(open_.begin(), open_.end());
        open_.clear();
        while (!layers_.empty() && layers_.back()->size() < 2 * top.size()) {
            std::vector<Entry> merged;
            merged.reserve(top.size() + layers_.back()->size());
            std::merge(top.begin(), top.end(), layers_.back()->begin(), layers_.back()->end(),
                       std::back_inserter(merged));
            top = std::move(merged);
            layers_.pop_back();
        }
        layers_.push_back(std::make_shared<const std::vector<Entry>>(std::move(top)));
    }

    /// Derived, so never what makes two states differ.
    friend bool operator==(const PositionIndex&, const PositionIndex&) { return true; }

private:
    using Entry = std::pair<Key, std::uint64_t>;
    using Layer = std::shared_ptr<const std::vector<Entry>>;

    std::vector<Layer> layers_; ///< largest first
    std::map<Key, std::uint64_t> open_;
};

} // namespace quoin::inline types
