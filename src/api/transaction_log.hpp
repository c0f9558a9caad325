#pragma once

#include <quoin/base/limits.hpp>
#include <quoin/engine/snapshot.hpp>
#include <quoin/ports/stores.hpp>

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace quoin::api {

/// Where a transaction stands (API.md "Routes"): pending, included, finalized, or one of the side exits.
struct TransactionStatus {
    enum class Stage : std::uint8_t { pending, included, finalized, retracted, replaced, expired, evicted, rejected };
    Stage stage = Stage::pending;
    std::optional<Slot> slot; ///< of the block, or since when it waits
    std::optional<Root> block_root;
    std::optional<ports::TransactionRow> row; ///< finalized
    std::optional<Fault> refusal;             ///< rejected

    /// Nothing better will come of it.
    bool is_settled() const { return stage != Stage::pending && stage != Stage::included && stage != Stage::retracted; }
};
std::string_view to_string(TransactionStatus::Stage stage);

/// Follows transactions by hash: through the mempool and the block tree of a snapshot, the ledger, and what was
/// submitted here and is in none of them.
class TransactionLog {
public:
    TransactionLog(ports::LedgerStore& ledger, const Limits& bounds)
        : ledger_(ledger), submissions_max_(bounds.submissions_remembered_max) {}

    /// Remembers a transaction submitted here at `now_ms` of the node's view, with why it was refused if it was.
    void remember(const Root& hash, const SignedTransaction& transaction, std::optional<Fault> refusal,
                  std::uint64_t now_ms);

    /// Nothing when neither the node nor this log has heard of it.
    std::optional<TransactionStatus> find(const engine::Snapshot& snapshot, const Root& hash);

private:
    struct Submitted {
        Address sender;
        std::uint64_t nonce = 0;
        Slot valid_until;
        std::optional<Fault> refusal;
        std::uint64_t since_ms = 0;
        bool was_seen = false; ///< in a mempool or a block
    };
    using Hashes = std::shared_ptr<const std::vector<Root>>; ///< sorted
    struct Seen {
        Slot slot;
        Hashes hashes;
    };

    void read_tree(const engine::Snapshot& snapshot);
    void read_mempool(const engine::Snapshot& snapshot);
    std::optional<TransactionStatus> find_in_blocks(const engine::Snapshot& snapshot, const Root& hash) const;
    std::optional<TransactionStatus> find_pending(const Root& hash) const;
    std::optional<TransactionStatus> find_submitted(const engine::Snapshot& snapshot, const Root& hash) const;

    ports::LedgerStore& ledger_;
    std::size_t submissions_max_;
    std::mutex mutex_;
    std::map<Root, Submitted> submitted_;
    std::deque<Root> order_;
    std::map<Root, Seen> blocks_; ///< of the trees seen; above the ledger's tip, and few
    std::shared_ptr<const std::vector<engine::PendingTransaction>> mempool_;
    std::vector<std::pair<Root, Slot>> pending_; ///< of `mempool_`, sorted
};

} // namespace quoin::api
