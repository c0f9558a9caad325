#pragma once

#include "topics.hpp"

#include <quoin/base/limits.hpp>
#include <quoin/ports/stores.hpp>

#include <array>
#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace quoin::api {

/// Which lists a `finalized_block` event carries besides the block's row.
struct BlockParts {
    bool transactions = false;
    bool postings = false;

    std::size_t index() const { return (transactions ? 1U : 0U) + (postings ? 2U : 0U); }
};

/// The durable topics as JSON. Each block is read from the ledger and rendered once for all who follow the tip; who
/// replays old blocks reads them at its own cost.
class FinalizedFeed {
public:
    FinalizedFeed(ports::LedgerStore& ledger, const Limits& bounds);

    /// The newest block that may be shown; nothing while the ledger is new.
    std::optional<std::uint64_t> newest() const;
    /// The ledger holds blocks up to this one. Never goes back.
    void advance(std::uint64_t number);
    /// The first block that the ledger holds.
    std::uint64_t oldest();

    struct Event {
        SharedText data;
        Root prev; ///< root of the block before
    };

    /// The event of a block, which must not be above `newest`; nothing when the ledger lacks it.
    std::optional<Event> block_event(std::uint64_t number, const BlockParts& parts);
    /// As above with only the transactions and postings that touch the account; rendered for the caller alone.
    std::optional<Event> block_event_of(std::uint64_t number, const BlockParts& parts, const Address& account);

    /// The events of any other durable topic in a block.
    struct Events {
        std::vector<SharedText> data;
        Root prev;
    };
    Events events(std::uint64_t number, Topic topic);
    /// The first block at or after `number` that has a slashing; nothing when there is none.
    std::optional<std::uint64_t> next_slashing(std::uint64_t number);

    std::optional<ports::BlockRow> row(std::uint64_t number);
    std::optional<ports::BlockRow> row_by_root(const Root& root) { return ledger_.block_by_root(root); }
    /// The first block of a slot at or after `slot`.
    std::optional<ports::BlockRow> first_at_or_after(Slot slot);

private:
    struct Rendered {
        ports::BlockRow row;
        std::array<SharedText, 4> data;                  ///< by BlockParts::index
        std::map<Topic, std::vector<SharedText>> events; ///< of the topics asked for
        std::size_t bytes = 0;
    };

    Rendered* entry(std::uint64_t number);
    void account_for(Rendered& rendered, std::size_t bytes);
    void drop_oldest(std::uint64_t keep);
    std::vector<std::string> render_events(const ports::BlockRow& row, Topic topic);

    ports::LedgerStore& ledger_;
    std::size_t bytes_max_;
    std::atomic<std::int64_t> newest_{-1};
    std::atomic<std::int64_t> oldest_{-1}; ///< once known
    std::mutex mutex_;
    std::map<std::uint64_t, Rendered> blocks_;
    std::size_t bytes_ = 0;
};

} // namespace quoin::api
