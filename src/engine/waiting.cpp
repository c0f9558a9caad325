#include "waiting.hpp"

#include <quoin/base/mutant.hpp>

namespace quoin::engine {

bool WaitingRoom::add(std::uint64_t id, Waiting message) {
    if (verifying_.size() >= limits.waiting_messages_max) {
        return false;
    }
    return verifying_.emplace(id, std::move(message)).second;
}

std::optional<Waiting> WaitingRoom::take(std::uint64_t id) {
    const auto found = verifying_.find(id);
    if (found == verifying_.end()) {
        return std::nullopt;
    }
    Waiting message = std::move(found->second);
    verifying_.erase(found);
    return message;
}

bool WaitingRoom::hold_until(Slot slot, const Origin& origin, Message message) {
    if (early_.size() >= limits.waiting_messages_max ||
        !count(early_of_, origin, limits.waiting_messages_per_peer_max)) {
        return false;
    }
    early_.emplace(slot, Held{origin, std::move(message)});
    return true;
}

bool WaitingRoom::hold_block_for(const Root& root, const Origin& origin, SharedBlock block) {
    const bool has_no_bound = is_planted(Mutant::orphans_without_bound);
    if (orphans_ >= limits.orphans_max && !has_no_bound) {
        return false;
    }
    if (!count(orphans_of_, origin, has_no_bound ? SIZE_MAX : limits.orphans_per_peer_max)) {
        return false;
    }
    ++orphans_;
    held_for_[root].blocks.emplace_back(origin, std::move(block));
    return true;
}

std::size_t WaitingRoom::orphans_of(const PeerId& peer) const {
    const auto found = orphans_of_.find(peer);
    return found == orphans_of_.end() ? 0 : found->second;
}

bool WaitingRoom::hold_vote_for(const Root& root, const Origin& origin, const SingleAttestation& attestation) {
    if (votes_ >= limits.waiting_messages_max || !count(votes_of_, origin, limits.waiting_messages_per_peer_max)) {
        return false;
    }
    ++votes_;
    held_for_[root].votes.emplace_back(origin, attestation);
    return true;
}

std::vector<WaitingRoom::Held> WaitingRoom::release_slot(Slot slot) {
    std::vector<Held> released;
    const auto end = early_.upper_bound(slot);
    for (auto held = early_.begin(); held != end; ++held) {
        forget(early_of_, held->second.origin);
        released.push_back(std::move(held->second));
    }
    early_.erase(early_.begin(), end);
    return released;
}

std::vector<WaitingRoom::Held> WaitingRoom::release_block(const Root& root) {
    std::vector<Held> released;
    const auto found = held_for_.find(root);
    if (found == held_for_.end()) {
        return released;
    }
    for (auto& [origin, block] : found->second.blocks) {
        released.push_back({origin, Proposal{*block, {}}});
    }
    for (auto& [origin, attestation] : found->second.votes) {
        released.push_back({origin, attestation});
    }
    drop(root);
    return released;
}

/// False when the peer has its share already.
bool WaitingRoom::count(CountOfPeer& of_peer, const Origin& origin, std::size_t count_max) {
    if (!origin.peer) {
        return true;
    }
    std::size_t& held = of_peer[*origin.peer];
    if (held >= count_max) {
        return false;
    }
    ++held;
    return true;
}

void WaitingRoom::forget(CountOfPeer& of_peer, const Origin& origin) {
    if (!origin.peer) {
        return;
    }
    const auto held = of_peer.find(*origin.peer);
    if (--held->second == 0) {
        of_peer.erase(held);
    }
}

void WaitingRoom::drop(const Root& root) {
    const auto found = held_for_.find(root);
    if (found == held_for_.end()) {
        return;
    }
    for (const auto& [origin, block] : found->second.blocks) {
        forget(orphans_of_, origin);
    }
    for (const auto& [origin, attestation] : found->second.votes) {
        forget(votes_of_, origin);
    }
    orphans_ -= found->second.blocks.size();
    votes_ -= found->second.votes.size();
    held_for_.erase(found);
}

void WaitingRoom::drop_below(Slot slot) {
    for (auto held = held_for_.begin(); held != held_for_.end();) {
        orphans_ -= std::erase_if(held->second.blocks, [&](const auto& entry) {
            const bool is_old = entry.second->message.slot <= slot;
            if (is_old) {
                forget(orphans_of_, entry.first);
            }
            return is_old;
        });
        votes_ -= std::erase_if(held->second.votes, [&](const auto& entry) {
            const bool is_old = entry.second.data.slot <= slot;
            if (is_old) {
                forget(votes_of_, entry.first);
            }
            return is_old;
        });
        held = held->second.blocks.empty() && held->second.votes.empty() ? held_for_.erase(held) : std::next(held);
    }
}

} // namespace quoin::engine
