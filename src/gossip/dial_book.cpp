#include "dial_book.hpp"

#include <algorithm>

namespace quoin::gossip {

void DialBook::add_static(PeerAddress address) {
    if (address.id == self_) {
        return;
    }
    Entry entry;
    entry.address = std::move(address);
    entry.is_static = true;
    entries_.emplace(next_entry_++, std::move(entry));
}

void DialBook::learn(const PeerAddress& address, const engine::PeerId& informant) {
    if (address.id == self_ || address.is_unspecified()) {
        return;
    }
    std::size_t learned = 0;
    std::size_t of_informant = 0;
    for (auto& [id, entry] : entries_) {
        if (entry.peer() == address.id) {
            if (!entry.is_static && informant == *address.id) {
                entry.address = address;
                entry.informant = informant;
            }
            return;
        }
        learned += entry.is_static ? 0 : 1;
        of_informant += !entry.is_static && entry.informant == informant ? 1 : 0;
    }
    if (learned >= learned_max || of_informant >= learned_per_informant_max) {
        return;
    }
    Entry entry;
    entry.address = address;
    entry.informant = informant;
    entries_.emplace(next_entry_++, std::move(entry));
}

std::vector<DialBook::Target> DialBook::due(const Connected& connected, std::size_t learned_count,
                                            std::uint64_t now_ms) {
    Connected taken = connected;
    taken.insert(self_);
    for (const auto& [id, entry] : entries_) {
        if (entry.dialling && entry.peer()) {
            taken.insert(*entry.peer());
        }
    }
    std::vector<Target> targets;
    for (auto& [id, entry] : entries_) {
        const auto& peer = entry.peer();
        if (entry.dialling || now_ms < entry.next_ms || (peer && taken.contains(*peer))) {
            continue;
        }
        if (!entry.is_static) {
            if (learned_count == 0) {
                continue;
            }
            --learned_count;
        }
        entry.dialling = true;
        if (peer) {
            taken.insert(*peer);
        }
        targets.push_back({id, entry.address, entry.is_static});
    }
    return targets;
}

void DialBook::reached(EntryId id, const engine::PeerId& peer) {
    if (Entry* entry = find(id)) {
        entry->found = peer;
        entry->failures = 0;
    }
}

void DialBook::ended(EntryId id, std::uint64_t now_ms) {
    if (Entry* entry = find(id)) {
        wait(*entry, waits_.ms_min, now_ms);
    }
}

void DialBook::failed(EntryId id, std::uint64_t now_ms) {
    Entry* entry = find(id);
    if (entry == nullptr) {
        return;
    }
    const std::uint64_t doublings = std::min<std::uint64_t>(entry->failures, 32);
    ++entry->failures;
    if (!entry->is_static && entry->failures >= failures_of_learned_max) {
        entries_.erase(id);
        return;
    }
    wait(*entry, std::min(waits_.ms_min << doublings, waits_.ms_max), now_ms);
}

void DialBook::wrong_chain(EntryId id, std::uint64_t now_ms) {
    if (Entry* entry = find(id)) {
        wait(*entry, waits_.wrong_chain_ms, now_ms);
    }
}

DialBook::Entry* DialBook::find(EntryId id) {
    const auto found = entries_.find(id);
    return found == entries_.end() ? nullptr : &found->second;
}

std::uint64_t DialBook::spread(std::uint64_t wait_ms) {
    return wait_ms + random_.below(wait_ms / 4 + 1);
}

void DialBook::wait(Entry& entry, std::uint64_t wait_ms, std::uint64_t now_ms) {
    entry.dialling = false;
    entry.next_ms = now_ms + spread(wait_ms);
}

} // namespace quoin::gossip
