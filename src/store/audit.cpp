#include "audit_run.hpp"
#include "database_file.hpp"

#include <quoin/store/audit.hpp>

namespace quoin::store {

Result<AuditReport> audit_ledger(const std::string& path, const Chain& chain, const AuditProgress& progress) {
    Result<std::unique_ptr<Connection>> file = open_for_reading(ledger_file, path, chain.genesis_root);
    if (!file) {
        return file.fault();
    }
    Connection& db = **file;
    try {
        const SQLite::Transaction one_moment(db.database());
        return AuditRun(db, chain, progress).run();
    } catch (const SQLite::Exception& problem) {
        return fault_of(path, problem);
    }
}

} // namespace quoin::store
