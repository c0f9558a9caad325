#include "audit_run.hpp"
#include "database_file.hpp"

#include <quoin/store/audit.hpp>

namespace quoin::store {

Result<AuditReport> audit_ledger(const Place& place, const Chain& chain, const AuditProgress& progress) {
    Result<std::unique_ptr<Connection>> file = open_for_reading(ledger_file, place, chain.genesis_root);
    if (!file) {
        return file.fault();
    }
    Connection& db = **file;
    try {
        const Transaction one_moment(db, Transaction::Kind::read);
        return AuditRun(db, chain, progress).run();
    } catch (const SQLite::Exception& problem) {
        return fault_of(place.path, problem);
    }
}

} // namespace quoin::store
