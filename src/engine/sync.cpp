#include "sync.hpp"

#include <algorithm>

namespace quoin::engine {

void Sync::peer_stands(const PeerId& peer, const Tip& head) {
    Peer& known = peers_[peer];
    known.has_nothing = known.has_nothing && known.head == head;
    known.head = head;
}

void Sync::peer_left(const PeerId& peer) {
    peers_.erase(peer);
    if (asked_ == peer) {
        asked_.reset();
    }
}

Slot Sync::best_head() const {
    Slot best;
    for (const auto& [id, peer] : peers_) {
        if (!peer.has_nothing) {
            best = std::max(best, peer.head.slot);
        }
    }
    return best;
}

std::optional<RequestBlocks> Sync::next_request(std::uint64_t now_ms, Slot ours) {
    if (asked_ && now_ms >= asked_at_ms_ + request_timeout_ms) {
        peers_[*asked_].has_nothing = true;
        asked_.reset();
    }
    if (asked_ || !line_.empty() || !is_behind(ours)) {
        return std::nullopt;
    }
    const auto best = std::max_element(peers_.begin(), peers_.end(), [](const auto& a, const auto& b) {
        return std::pair{!a.second.has_nothing, a.second.head.slot} <
               std::pair{!b.second.has_nothing, b.second.head.slot};
    });
    // Blocks of a fork that we hold already do not move our head: the next range starts where the last one ended.
    const Slot from = std::max(ours, asked_through_) + 1;
    if (from > best->second.head.slot) {
        asked_through_ = Slot{0};
        best->second.has_nothing = true;
        return std::nullopt;
    }
    asked_ = best->first;
    asked_at_ms_ = now_ms;
    return RequestBlocks{best->first, BlocksByRange{from, range_slots}};
}

void Sync::answered(const PeerId& peer, std::vector<SignedBlock> blocks) {
    if (asked_ == peer) {
        asked_.reset();
        peers_[peer].has_nothing = blocks.empty();
        asked_through_ = blocks.empty() ? Slot{0} : blocks.back().message.slot;
    }
    for (SignedBlock& block : blocks) {
        if (line_.size() < limits.blocks_per_answer_max) {
            line_.push_back({peer, std::move(block)});
        }
    }
}

std::optional<Sync::Delivered> Sync::next_block() {
    if (line_.empty()) {
        return std::nullopt;
    }
    Delivered next = std::move(line_.front());
    line_.pop_front();
    return next;
}

std::optional<RequestBlocks> Sync::request_parent(std::uint64_t now_ms, const PeerId& peer, const Root& root) {
    std::erase_if(parents_asked_, [&](const auto& asked) { return now_ms >= asked.second + request_timeout_ms; });
    if (parents_asked_.size() >= limits.orphans_max || !parents_asked_.emplace(root, now_ms).second) {
        return std::nullopt;
    }
    BlocksByRoot wanted;
    wanted.roots.push_back(root);
    return RequestBlocks{peer, wanted};
}

} // namespace quoin::engine
