#include "sync.hpp"

#include <algorithm>
#include <tuple>

namespace quoin::engine {

void Sync::peer_stands(const PeerId& peer, const Tip& head, const Checkpoint& finalized) {
    Peer& known = peers_[peer];
    known.has_nothing = known.has_nothing && known.head == head;
    known.head = head;
    known.finalized = finalized;
}

void Sync::peer_finalized(const PeerId& peer, const Checkpoint& finalized) {
    const auto known = peers_.find(peer);
    if (known != peers_.end() && finalized.epoch > known->second.finalized.epoch) {
        known->second.finalized = finalized;
        known->second.has_nothing = false;
    }
}

void Sync::peer_left(const PeerId& peer) {
    peers_.erase(peer);
    std::erase_if(parents_asked_, [&](const auto& asked) { return asked.second.peer == peer; });
    if (asked_ == peer) {
        asked_.reset();
    }
}

bool Sync::is_ahead_in_head(const Ours& ours) const {
    return std::any_of(peers_.begin(), peers_.end(), [&](const auto& entry) {
        return !entry.second.has_nothing && entry.second.head.slot > ours.head + range_threshold_slots;
    });
}

bool Sync::is_ahead_in_finality(const Ours& ours) const {
    return std::any_of(peers_.begin(), peers_.end(), [&](const auto& entry) {
        return !entry.second.has_nothing &&
               entry.second.finalized.epoch > ours.finalized.epoch + finality_threshold_epochs;
    });
}

bool Sync::is_behind(const Ours& ours) const {
    return is_ahead_in_head(ours) || is_ahead_in_finality(ours);
}

std::optional<RequestBlocks> Sync::next_request(std::uint64_t now_ms, const Ours& ours) {
    if (asked_ && now_ms >= asked_at_ms_ + request_timeout_ms) {
        peers_[*asked_].has_nothing = true;
        asked_.reset();
        branch_of_.reset();
    }
    const bool behind = is_behind(ours);
    from_finalized_ = from_finalized_ && behind;
    if (asked_ || !line_.empty() || (!behind && !branch_of_)) {
        return std::nullopt;
    }
    if (!behind) {
        return next_of_branch(now_ms, ours);
    }
    branch_of_.reset(); // catching up brings the branch, if it is the one to be on
    const auto best = std::max_element(peers_.begin(), peers_.end(), [](const auto& a, const auto& b) {
        return std::tuple{!a.second.has_nothing, a.second.finalized.epoch, a.second.head.slot} <
               std::tuple{!b.second.has_nothing, b.second.finalized.epoch, b.second.head.slot};
    });
    from_finalized_ = from_finalized_ || is_ahead_in_finality(ours);
    // Blocks of a fork that we hold already do not move our head: the next range starts where the last one ended.
    const Slot from = std::max(from_finalized_ ? ours.finalized_slot : ours.head, asked_through_) + 1;
    if (from > best->second.head.slot) {
        asked_through_ = Slot{0};
        best->second.has_nothing = true;
        return std::nullopt;
    }
    asked_ = best->first;
    asked_at_ms_ = now_ms;
    asked_from_finalized_ = from == ours.finalized_slot + 1;
    return RequestBlocks{best->first, BlocksByRange{from, range_slots}};
}

void Sync::branch_is_unknown(const PeerId& peer) {
    if (!branch_of_ && !asked_ && peers_.contains(peer)) {
        branch_of_ = peer;
        asked_through_ = Slot{0};
    }
}

std::optional<RequestBlocks> Sync::next_of_branch(std::uint64_t now_ms, const Ours& ours) {
    const auto peer = peers_.find(*branch_of_);
    const Slot from = std::max(ours.finalized_slot, asked_through_) + 1;
    if (peer == peers_.end() || from > std::max(peer->second.head.slot, ours.head)) {
        branch_of_.reset();
        asked_through_ = Slot{0};
        return std::nullopt;
    }
    asked_ = branch_of_;
    asked_at_ms_ = now_ms;
    asked_from_finalized_ = from == ours.finalized_slot + 1;
    return RequestBlocks{*branch_of_, BlocksByRange{from, range_slots}};
}

void Sync::answered(const PeerId& peer, std::vector<SignedBlock> blocks) {
    const bool of_range = asked_ == peer;
    if (of_range) {
        asked_.reset();
        peers_[peer].has_nothing = blocks.empty();
        if (blocks.empty()) {
            branch_of_.reset();
        }
        asked_through_ = blocks.empty() ? Slot{0} : blocks.back().message.slot;
    } else {
        // What it did not send may be asked of others at once.
        std::erase_if(parents_asked_, [&](const auto& asked) { return asked.second.peer == peer; });
    }
    for (SignedBlock& block : blocks) {
        if (line_.size() < limits.blocks_per_answer_max) {
            line_.push_back({peer, std::move(block), of_range});
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

void Sync::range_has_no_parent(const PeerId& peer) {
    line_.clear();
    asked_through_ = Slot{0};
    branch_of_.reset();
    peers_[peer].has_nothing = asked_from_finalized_;
    from_finalized_ = true;
}

std::optional<RequestBlocks> Sync::request_parent(std::uint64_t now_ms, const PeerId& peer, const Root& root) {
    std::erase_if(parents_asked_, [&](const auto& asked) { return now_ms >= asked.second.at_ms + request_timeout_ms; });
    const auto of_peer = std::count_if(parents_asked_.begin(), parents_asked_.end(),
                                       [&](const auto& asked) { return asked.second.peer == peer; });
    if (static_cast<std::size_t>(of_peer) >= limits.orphans_per_peer_max ||
        !parents_asked_.emplace(root, ParentAsked{peer, now_ms}).second) {
        return std::nullopt;
    }
    BlocksByRoot wanted;
    wanted.roots.push_back(root);
    return RequestBlocks{peer, wanted};
}

} // namespace quoin::engine
