#include "seen_cache.hpp"

#include <quoin/base/assert.hpp>
#include <quoin/base/random.hpp>
#include <quoin/crypto/sha256.hpp>

#include <cstring>

namespace quoin::gossip {

SeenCache::SeenCache(std::size_t entries_max, std::uint64_t age_ms_max, std::uint64_t seed)
    : entries_max_(entries_max), age_ms_max_(age_ms_max), entries_(16, Mix{seed}) {
    QUOIN_ASSERT(entries_max > 0, "seen-cache has room");
}

std::size_t SeenCache::Mix::operator()(const Root& key) const {
    std::uint64_t start = 0;
    std::memcpy(&start, key.data(), sizeof start);
    return SeededRandom{start ^ seed}.next();
}

Root SeenCache::key_of(Kind kind, ByteView encoded) {
    Root key = crypto::sha256(encoded);
    key[0] = static_cast<std::uint8_t>(key[0] ^ static_cast<std::uint8_t>(kind));
    return key;
}

bool SeenCache::note(const Root& key, Holders holders, std::uint64_t now_ms) {
    if (const auto found = entries_.find(key); found != entries_.end()) {
        found->second.holders |= holders;
        return false;
    }
    make_room(now_ms);
    entries_.emplace(key, Entry{holders, next_number_});
    arrivals_.push_back({key, next_number_, now_ms});
    ++next_number_;
    return true;
}

SeenCache::Holders SeenCache::holders(const Root& key) const {
    const auto found = entries_.find(key);
    return found == entries_.end() ? 0 : found->second.holders;
}

void SeenCache::forget(const Root& key) {
    entries_.erase(key);
}

void SeenCache::vacate(std::size_t place) {
    QUOIN_ASSERT(place < places, "place is one of the cache's");
    for (auto& [key, entry] : entries_) {
        entry.holders &= ~(Holders{1} << place);
    }
}

void SeenCache::make_room(std::uint64_t now_ms) {
    // Arrivals outlive what is forgotten, so they are what is counted.
    while (!arrivals_.empty() && (arrivals_.size() >= entries_max_ || now_ms - arrivals_.front().at_ms > age_ms_max_)) {
        const Arrival& oldest = arrivals_.front();
        const auto found = entries_.find(oldest.key);
        if (found != entries_.end() && found->second.number == oldest.number) {
            entries_.erase(found);
        }
        arrivals_.pop_front();
    }
}

} // namespace quoin::gossip
