#pragma once

#include <quoin/store/place.hpp>
#include <quoin/types/genesis.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace quoin::store {

/// Something in ledger.db that is not as it was written.
struct AuditFinding {
    std::optional<std::uint64_t> block_number; ///< the block it belongs to, when it belongs to one
    std::optional<std::uint64_t> posting;      ///< index of the first posting that differs, when one does
    std::string message;                       ///< one sentence without a full stop
};

struct AuditReport {
    std::uint64_t blocks = 0;
    std::uint64_t postings = 0;
    std::uint64_t accounts = 0;
    std::uint64_t snapshots = 0;
    std::optional<std::uint64_t> tip_number;
    Root tip_root;
    Root running_hash;                  ///< after the last block
    std::vector<AuditFinding> findings; ///< in order of discovery, at most `audit_findings_max`

    bool clean() const { return findings.empty(); }
};

inline constexpr std::size_t audit_findings_max = 32;

/// Called now and then with the blocks done and the blocks there are.
using AuditProgress = std::function<void(std::uint64_t done, std::uint64_t total)>;

/// Checks ledger.db from end to end (LEDGER.md "What SQLite holds"): block links, running hash, the sum of every
/// account from its postings, zero sum, balances, every state snapshot against its block's state root and the sums, and
/// SQLite's own integrity check. When a block's rows differ from what was hashed, the block is applied again from the
/// snapshot before it to name the first posting that differs. Reads one moment of the file and writes nothing, so a
/// node may be running on it. A fault when the file can not be read at all.
Result<AuditReport> audit_ledger(const Place& place, const Chain& chain, const AuditProgress& progress = {});

} // namespace quoin::store
