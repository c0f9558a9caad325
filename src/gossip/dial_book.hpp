#pragma once

#include "address.hpp"

#include <quoin/base/random.hpp>

#include <cstdint>
#include <map>
#include <set>
#include <vector>

namespace quoin::gossip {

/// Whom to dial and when: the peers an operator named, for ever, and a bounded number of those heard of, until they
/// prove dead. Failures double the wait; every wait is spread so that a testnet does not dial in step.
class DialBook {
public:
    static constexpr std::size_t learned_max = 1'024;
    static constexpr std::size_t learned_per_informant_max = 128;
    static constexpr std::uint64_t failures_of_learned_max = 6;

    using EntryId = std::uint64_t;
    using Connected = std::set<engine::PeerId>;

    struct Waits {
        std::uint64_t ms_min = 0;
        std::uint64_t ms_max = 0;
        std::uint64_t wrong_chain_ms = 0;
    };

    DialBook(const engine::PeerId& self, Waits waits, std::uint64_t seed) : self_(self), waits_(waits), random_(seed) {}

    void add_static(PeerAddress address);
    /// Hearsay of `informant`, or what a peer says of itself (`informant` is the peer then, and its word replaces
    /// earlier hearsay). The id is known.
    void learn(const PeerAddress& address, const engine::PeerId& informant);

    struct Target {
        EntryId entry = 0;
        PeerAddress address;
        bool is_static = false;
    };
    /// Those to dial now, marked as being dialled: statics that are not connected, and up to `learned_count` others.
    std::vector<Target> due(const Connected& connected, std::size_t learned_count, std::uint64_t now_ms);

    // How a dialled connection fared; each but `reached` ends it.

    /// It is this peer who answers there.
    void reached(EntryId entry, const engine::PeerId& id);
    void ended(EntryId entry, std::uint64_t now_ms);
    void failed(EntryId entry, std::uint64_t now_ms);
    void wrong_chain(EntryId entry, std::uint64_t now_ms);

    std::size_t size() const { return entries_.size(); }

private:
    struct Entry {
        PeerAddress address;
        bool is_static = false;
        engine::PeerId informant;
        std::optional<engine::PeerId> found; ///< who answered there last
        bool dialling = false;
        std::uint64_t failures = 0;
        std::uint64_t next_ms = 0;

        const std::optional<engine::PeerId>& peer() const { return address.id ? address.id : found; }
    };

    Entry* find(EntryId entry);
    std::uint64_t spread(std::uint64_t wait_ms);
    void wait(Entry& entry, std::uint64_t wait_ms, std::uint64_t now_ms);

    engine::PeerId self_;
    Waits waits_;
    SeededRandom random_;
    EntryId next_entry_ = 1;
    std::map<EntryId, Entry> entries_;
};

} // namespace quoin::gossip
