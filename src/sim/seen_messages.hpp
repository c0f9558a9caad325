#pragma once

#include <quoin/base/bytes.hpp>

#include <cstddef>
#include <cstring>
#include <unordered_map>
#include <vector>

namespace quoin::sim {

/// As gossip keeps them: what a node has seen, and which peers have it. Two generations; the older one is dropped.
/// Nothing walks over it, so that its order is of no effect.
class SeenMessages {
public:
    class Peers {
    public:
        bool empty() const { return numbers_.empty(); }
        bool contains(std::size_t peer) const { return peer < numbers_.size() && numbers_[peer]; }
        void insert(std::size_t peer) {
            if (peer >= numbers_.size()) {
                numbers_.resize(peer + 1);
            }
            numbers_[peer] = true;
        }

    private:
        std::vector<bool> numbers_;
    };

    /// Nobody for what has not been seen. Holds until the next call.
    Peers& peers_with(const Root& content);
    void clear();

private:
    struct ByBeginning { ///< contents are hashes
        std::size_t operator()(const Root& content) const {
            std::size_t beginning = 0;
            std::memcpy(&beginning, content.data(), sizeof(beginning));
            return beginning;
        }
    };
    using Generation = std::unordered_map<Root, Peers, ByBeginning>;

    Generation newer_;
    Generation older_;
};

} // namespace quoin::sim
