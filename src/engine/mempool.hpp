#pragma once

#include <quoin/engine/snapshot.hpp>
#include <quoin/types/state.hpp>

#include <map>
#include <vector>

namespace quoin::engine {

/// Verified transactions on their way into a block: one line for each sender in order of nonce, bounded in count, bytes
/// and per sender (STATE.md "Wire").
class Mempool {
public:
    /// Whether this transaction may enter, before its signature is looked at: judged against the head's state and the
    /// sender's line so far. Replacing one of the same nonce takes a tip at least a tenth higher.
    Result<void> check(const State& head, const Spec& spec, const SignedTransaction& transaction) const;

    /// Takes a transaction that passed `check` and whose signature was verified.
    void add(const Root& hash, SignedTransaction transaction, Slot now);

    bool contains(const Root& hash) const { return senders_.contains(hash); }

    /// The best tips first, each sender's nonces ascending without a gap from what `state` expects next.
    std::vector<SignedTransaction> select(const State& state, std::size_t count_max) const;

    /// Drops what the finalized state has passed and what has expired.
    void prune(const State& finalized, Slot now);

    std::size_t size() const { return senders_.size(); }
    std::vector<PendingTransaction> list() const;

private:
    struct Entry {
        Root hash;
        SignedTransaction transaction;
        std::size_t bytes = 0;
        Slot since;
    };
    using Line = std::map<std::uint64_t, Entry>;

    void erase(Line& line, Line::iterator entry);

    std::map<Address, Line> lines_;
    std::map<Root, Address> senders_; ///< by transaction hash
    std::size_t bytes_ = 0;
};

} // namespace quoin::engine
