#pragma once

#include <quoin/base/checked.hpp>
#include <quoin/ports/stores.hpp>

#include <map>
#include <mutex>
#include <string>

namespace quoin::api {

/// The sums of all accounts of the ledger: by kind, and over all of them, which is zero (LEDGER L1).
class TrialBalance {
public:
    struct Sums {
        std::uint64_t block_number = 0;
        std::uint64_t accounts = 0;
        Int128 total = 0;
        std::map<std::string, Int128> by_kind; ///< `account`, `stake`, ... as `LedgerAccount::text` begins
    };

    explicit TrialBalance(ports::LedgerStore& ledger) : ledger_(ledger) {}

    /// Summed once for each tip of the ledger; whoever asks meanwhile waits for that one pass.
    Sums sums();

private:
    Sums sum_up(std::uint64_t tip);

    ports::LedgerStore& ledger_;
    std::mutex mutex_;
    std::optional<Sums> sums_;
};

/// The signed decimal of a balance row.
Int128 parse_balance(const std::string& text);

} // namespace quoin::api
