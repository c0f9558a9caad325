#include "database_file.hpp"
#include "ledger_queries.hpp"
#include "ledger_writer.hpp"

#include <quoin/store/store.hpp>

#include <filesystem>
#include <mutex>

namespace quoin::store {

namespace {

using ports::RowCursor;

class SqliteLedgerStore final : public ports::LedgerStore {
public:
    SqliteLedgerStore(Place place, const Chain& chain, std::unique_ptr<Connection> writer)
        : place_(place), chain_(chain), writer_(std::move(writer)), readers_(std::move(place)) {}

    void append(std::span<const ports::FinalizedBlock> blocks) override {
        const std::lock_guard lock(writing_);
        append_to_ledger(*writer_, chain_, blocks);
    }

    std::optional<ports::BlockRow> tip() override { return queries::tip(*readers_.lease()); }
    std::optional<StateSnapshot> snapshot_at_or_below(std::uint64_t block_number) override {
        return queries::snapshot_at_or_below(*readers_.lease(), block_number);
    }

    std::optional<ports::BlockRow> block_by_number(std::uint64_t number) override {
        return queries::block_by_number(*readers_.lease(), number);
    }
    std::optional<ports::BlockRow> block_by_slot(Slot slot) override {
        return queries::block_by_slot(*readers_.lease(), slot);
    }
    std::optional<ports::BlockRow> block_by_root(const Root& root) override {
        return queries::block_by_root(*readers_.lease(), root);
    }
    std::vector<ports::BlockRow> blocks_after(std::uint64_t number, std::size_t limit) override {
        return queries::blocks_after(*readers_.lease(), number, limit);
    }
    std::optional<SignedBlock> signed_block(std::uint64_t number) override {
        return queries::signed_block(*readers_.lease(), number);
    }
    std::vector<SignedBlock> signed_blocks(Slot from, std::uint64_t count, std::size_t limit) override {
        return queries::signed_blocks(*readers_.lease(), from, count, limit);
    }

    std::vector<ports::PostingRow> postings_of_block(std::uint64_t number) override {
        return queries::postings_of_block(*readers_.lease(), number);
    }
    std::vector<ports::PostingRow> postings_of_account(const std::string& account, std::optional<RowCursor> after,
                                                       std::size_t limit) override {
        return queries::postings_of_account(*readers_.lease(), account, after, limit);
    }
    std::optional<ports::TransactionRow> transaction(const Root& hash) override {
        return queries::transaction(*readers_.lease(), hash);
    }
    std::vector<ports::TransactionRow> transactions_of_block(std::uint64_t number) override {
        return queries::transactions_of_block(*readers_.lease(), number);
    }
    std::vector<ports::TransactionRow> transactions_of_account(const Address& sender, std::optional<RowCursor> after,
                                                               std::size_t limit) override {
        return queries::transactions_of_account(*readers_.lease(), sender, after, limit);
    }
    std::vector<ports::EvidenceRow> evidence_after(std::uint64_t id, std::size_t limit) override {
        return queries::evidence_after(*readers_.lease(), id, limit);
    }
    std::optional<ports::EvidenceRow> evidence(const Root& evidence_root) override {
        return queries::evidence(*readers_.lease(), evidence_root);
    }
    std::vector<ports::EvidenceRow> evidence_of_block(std::uint64_t number) override {
        return queries::evidence_of_block(*readers_.lease(), number);
    }
    std::vector<ports::SlashingRow> slashings_of_block(std::uint64_t number) override {
        return queries::slashings_of_block(*readers_.lease(), number);
    }
    std::vector<ports::SlashingRow> slashings_of_validator(ValidatorIndex validator) override {
        return queries::slashings_of_validator(*readers_.lease(), validator);
    }
    std::vector<ports::SlashingRow> slashings_after(std::optional<RowCursor> after, std::size_t limit) override {
        return queries::slashings_after(*readers_.lease(), after, limit);
    }
    std::vector<ports::LifecycleRow> lifecycle_of_block(std::uint64_t number) override {
        return queries::lifecycle_of_block(*readers_.lease(), number);
    }
    std::vector<ports::LifecycleRow> lifecycle_of_validator(ValidatorIndex validator) override {
        return queries::lifecycle_of_validator(*readers_.lease(), validator);
    }
    std::vector<ports::RewardRow> rewards_of_validator(ValidatorIndex validator, Era from, Era to,
                                                       std::size_t limit) override {
        return queries::rewards_of_validator(*readers_.lease(), validator, from, to, limit);
    }
    std::vector<ports::RewardRow> rewards_of_block(std::uint64_t number) override {
        return queries::rewards_of_block(*readers_.lease(), number);
    }
    std::vector<ports::BalanceRow> balances(const std::string& after_account, std::size_t limit) override {
        return queries::balances(*readers_.lease(), after_account, limit);
    }

    std::uint64_t database_bytes() override {
        std::uint64_t bytes = 0;
        for (const char* suffix : {"", "-wal"}) {
            std::error_code absent;
            const std::uintmax_t size = std::filesystem::file_size(place_.path + suffix, absent);
            bytes += absent ? 0 : size;
        }
        return bytes;
    }

private:
    Place place_;
    const Chain& chain_;
    std::mutex writing_;
    std::unique_ptr<Connection> writer_;
    ReaderPool readers_;
};

} // namespace

Result<std::unique_ptr<ports::LedgerStore>> open_ledger_store(const Place& place, const Chain& chain) {
    Result<std::unique_ptr<Connection>> writer = open_for_writing(ledger_file, place, chain.genesis_root);
    if (!writer) {
        return writer.fault();
    }
    return std::unique_ptr<ports::LedgerStore>(std::make_unique<SqliteLedgerStore>(place, chain, std::move(*writer)));
}

} // namespace quoin::store
