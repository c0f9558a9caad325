#pragma once

#include <quoin/base/assert.hpp>

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
/// look-up meets few of them and an entry is rewritten a logarithmic number of times.
///
/// A frozen entry is 8 bytes: the key's first four octets and its position, below 2^32. The list itself tells keys
/// apart that begin alike; keys are hashes or points, so that few do.
template <class Key>
class PositionIndex {
public:
    /// `key_at(position)` is the list's key there.
    template <class KeyAt>
    std::optional<std::uint64_t> find(const Key& key, const KeyAt& key_at) const {
        if (const auto found = open_.find(key); found != open_.end()) {
            return found->second;
        }
        const std::uint64_t first = entry_of(key, 0);
        for (const Layer& layer : layers_) {
            for (auto at = std::lower_bound(layer->begin(), layer->end(), first);
                 at != layer->end() && (*at ^ first) <= position_max; ++at) {
                const std::uint64_t position = *at & position_max;
                if (key_at(position) == key) {
                    return position;
                }
            }
        }
        return std::nullopt;
    }

    void insert(const Key& key, std::uint64_t position) {
        QUOIN_ASSERT(position <= position_max, "position fits an index entry");
        open_.emplace(key, position);
        if (open_.size() == open_entries_max) {
            seal();
        }
    }

    void seal() {
        if (open_.empty()) {
            return;
        }
        std::vector<std::uint64_t> top;
        top.reserve(open_.size());
        for (const auto& [key, position] : open_) {
            top.push_back(entry_of(key, position));
        }
        std::sort(top.begin(), top.end());
        open_.clear();
        while (!layers_.empty() && layers_.back()->size() < 2 * top.size()) {
            std::vector<std::uint64_t> merged;
            merged.reserve(top.size() + layers_.back()->size());
            std::merge(top.begin(), top.end(), layers_.back()->begin(), layers_.back()->end(),
                       std::back_inserter(merged));
            top = std::move(merged);
            layers_.pop_back();
        }
        layers_.push_back(std::make_shared<const std::vector<std::uint64_t>>(std::move(top)));
    }

    /// Derived, so never what makes two states differ.
    friend bool operator==(const PositionIndex&, const PositionIndex&) { return true; }

private:
    static constexpr std::uint64_t position_max = 0xffff'ffff;
    static constexpr std::size_t open_entries_max = 4'096; ///< a map of all of a genesis would be ten times its keys

    using Layer = std::shared_ptr<const std::vector<std::uint64_t>>;

    static std::uint64_t entry_of(const Key& key, std::uint64_t position) {
        static_assert(Key::size_bytes >= 4);
        std::uint64_t entry = 0;
        for (std::size_t i = 0; i < 4; ++i) {
            entry = entry << 8 | key[i];
        }
        return entry << 32 | position;
    }

    std::vector<Layer> layers_; ///< largest first
    std::map<Key, std::uint64_t> open_;
};

} // namespace quoin::inline types
