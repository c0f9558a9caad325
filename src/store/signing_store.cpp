#include "database_file.hpp"
#include "signed_messages.hpp"

#include <quoin/base/mutant.hpp>
#include <quoin/store/store.hpp>

#include <spdlog/spdlog.h>

#include <mutex>

namespace quoin::store {

namespace {

constexpr std::uint64_t slow_commit_us = 20'000;

class SqliteSigningStore final : public ports::SigningStore {
public:
    explicit SqliteSigningStore(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}

    Result<ports::Permit> permit_proposal(const ValidatorKey& key, Slot slot, const Root& signing_root) override {
        if (slot.value > position_max) {
            return Fault{Reason::out_of_range, "slot", "no slot is that high"};
        }
        return permit(key, slashing::ProposalRequest{slot, signing_root});
    }
    Result<ports::Permit> permit_attestation(const ValidatorKey& key, Epoch source, Epoch target,
                                             const Root& signing_root) override {
        if (source.value > position_max || target.value > position_max) {
            return Fault{Reason::out_of_range, "target", "no epoch is that high"};
        }
        return permit(key, slashing::VoteRequest{source, target, signing_root});
    }

private:
    /// Check and record in one exclusive transaction; the permit exists only once the record is durable.
    template <class Request>
    Result<ports::Permit> permit(const ValidatorKey& key, const Request& request) {
        const std::lock_guard lock(mutex_);
        Transaction transaction(*connection_, Transaction::Kind::exclusive);
        const Result<slashing::GuardDecision> decision =
            slashing::may_sign(history_of(*connection_, key, request), request);
        if (!decision) {
            return decision.fault();
        }
        if (*decision == slashing::GuardDecision::record_then_sign &&
            !is_planted(Mutant::signature_before_its_record)) {
            record(*connection_, key, request);
            transaction.commit();
        }
        return grant(key, request.signing_root);
    }

    std::mutex mutex_;
    std::unique_ptr<Connection> connection_;
};

} // namespace

Result<std::unique_ptr<ports::SigningStore>> open_signing_store(const Place& place, const Root& genesis_root) {
    Result<std::unique_ptr<Connection>> connection = open_for_writing(signing_file, place, genesis_root);
    if (!connection) {
        return connection.fault();
    }
    const std::uint64_t us = commit_us(**connection);
    if (us > slow_commit_us) {
        spdlog::warn("store slow_disk commit_ms={} file={}: every signature waits for one", us / 1'000, place.path);
    }
    return std::unique_ptr<ports::SigningStore>(std::make_unique<SqliteSigningStore>(std::move(*connection)));
}

} // namespace quoin::store
