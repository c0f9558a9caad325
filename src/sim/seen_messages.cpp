#include "seen_messages.hpp"

#include <utility>

namespace quoin::sim {

namespace {

constexpr std::size_t generation_max = 4'096;

} // namespace

SeenMessages::Peers& SeenMessages::peers_with(const Root& content) {
    if (const auto old = older_.find(content); old != older_.end()) {
        return old->second;
    }
    if (newer_.size() >= generation_max) {
        older_ = std::exchange(newer_, {});
    }
    return newer_[content];
}

void SeenMessages::clear() {
    newer_.clear();
    older_.clear();
}

} // namespace quoin::sim
