#pragma once

#include "connection.hpp"
#include "ledger_record.hpp"

#include <quoin/store/audit.hpp>

#include <map>
#include <optional>
#include <string>

namespace quoin::store {

/// The balance of every account, summed from postings.
using AccountSums = std::map<std::string, Int128>;

/// What the accounts must hold according to a state; accounts with nothing are left out.
AccountSums sums_of(const State& state);

/// The first account on which two sums differ, said in a sentence.
std::optional<std::string> first_difference(const AccountSums& postings, const AccountSums& other, const char* name);

/// One pass over a ledger; every check adds to the report.
class AuditRun {
public:
    AuditRun(Connection& db, const Chain& chain, const AuditProgress& progress)
        : db_(db), chain_(chain), progress_(progress) {}

    AuditReport run();

private:
    void check_file();
    void check_blocks();
    void check_block(std::uint64_t number);
    std::optional<LedgerRecord> read_record(std::uint64_t number);
    void check_links(const LedgerRecord& record, const std::optional<ports::BlockRow>& before);
    void check_body(const LedgerRecord& record);
    void check_hash(const LedgerRecord& record, const std::optional<ports::BlockRow>& before);
    void add_postings(const LedgerRecord& record);
    void check_snapshot(std::uint64_t number);
    void check_balances();
    void check_row_counts();

    /// Applies the block again and compares its postings with the rows, one by one: the first that differs, and how.
    std::optional<std::pair<std::uint64_t, std::string>> first_differing_posting(std::uint64_t number);
    std::vector<Posting> postings_again(std::uint64_t number);

    void add_finding(AuditFinding finding);
    void add_finding(std::uint64_t number, const std::string& message) { add_finding({number, std::nullopt, message}); }
    /// A finding on a block's rows, with the first posting that differs.
    void add_differing(std::uint64_t number, const std::string& message);
    /// Runs a check; a file too damaged to go on with it is a finding.
    template <class Check>
    void guarded(std::optional<std::uint64_t> number, const Check& check);

    Connection& db_;
    const Chain& chain_;
    const AuditProgress& progress_;
    AuditReport report_;
    AccountSums sums_;
    std::optional<ports::BlockRow> previous_;
    std::map<std::string, std::uint64_t> rows_read_; ///< by table
};

} // namespace quoin::store
