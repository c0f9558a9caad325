#pragma once

#include <quoin/ports/inbox.hpp>
#include <quoin/ports/machine.hpp>
#include <quoin/ports/network.hpp>
#include <quoin/ports/stores.hpp>

#include <atomic>
#include <functional>
#include <mutex>
#include <vector>

// The ports in memory, for a server under test.

namespace quoin::test {

/// Finalized truth in vectors, read by scanning them.
class FakeLedger final : public ports::LedgerStore {
public:
    void append(std::span<const ports::FinalizedBlock> blocks) override;
    std::optional<ports::BlockRow> tip() override;
    std::optional<StateSnapshot> snapshot_at_or_below(std::uint64_t) override { return std::nullopt; }
    std::optional<ports::BlockRow> block_by_number(std::uint64_t number) override;
    std::optional<ports::BlockRow> block_by_slot(Slot slot) override;
    std::optional<ports::BlockRow> block_by_root(const Root& root) override;
    std::vector<ports::BlockRow> blocks_after(std::uint64_t number, std::size_t limit) override;
    std::optional<SignedBlock> signed_block(std::uint64_t number) override;
    std::vector<SignedBlock> signed_blocks(Slot, std::uint64_t, std::size_t) override { return {}; }
    std::vector<ports::PostingRow> postings_of_block(std::uint64_t number) override;
    std::vector<ports::PostingRow>
    postings_of_account(const std::string& account, std::optional<ports::RowCursor> after, std::size_t limit) override;
    std::optional<ports::TransactionRow> transaction(const Root& hash) override;
    std::vector<ports::TransactionRow> transactions_of_block(std::uint64_t number) override;
    std::vector<ports::TransactionRow>
    transactions_of_account(const Address& sender, std::optional<ports::RowCursor> after, std::size_t limit) override;
    std::vector<ports::EvidenceRow> evidence_after(std::uint64_t id, std::size_t limit) override;
    std::optional<ports::EvidenceRow> evidence(const Root& evidence_root) override;
    std::vector<ports::EvidenceRow> evidence_of_block(std::uint64_t number) override;
    std::vector<ports::SlashingRow> slashings_of_block(std::uint64_t number) override;
    std::vector<ports::SlashingRow> slashings_of_validator(ValidatorIndex validator) override;
    std::vector<ports::SlashingRow> slashings_after(std::optional<ports::RowCursor> after, std::size_t limit) override;
    std::vector<ports::LifecycleRow> lifecycle_of_block(std::uint64_t number) override;
    std::vector<ports::LifecycleRow> lifecycle_of_validator(ValidatorIndex validator) override;
    std::vector<ports::RewardRow> rewards_of_validator(ValidatorIndex validator, Era from, Era to,
                                                       std::size_t limit) override;
    std::vector<ports::RewardRow> rewards_of_block(std::uint64_t number) override;
    std::vector<ports::BalanceRow> balances(const std::string& after_account, std::size_t limit) override;
    std::uint64_t database_bytes() override { return 4'096; }

    std::atomic<std::uint64_t> first_kept{0}; ///< blocks below are as if pruned
    std::atomic<std::uint64_t> block_reads{0};
    std::atomic<bool> fails{false}; ///< every read of a row throws, as a broken disk would

private:
    void read() const;
    void append_one(const ports::FinalizedBlock& block);
    void move(const std::string& account, Int128 amount);

    mutable std::mutex mutex_;
    std::vector<ports::BlockRow> rows_;
    std::vector<SignedBlock> blocks_;
    std::vector<ports::PostingRow> postings_;
    std::vector<ports::TransactionRow> transactions_;
    std::vector<ports::EvidenceRow> evidence_;
    std::vector<ports::SlashingRow> slashings_;
    std::vector<ports::LifecycleRow> lifecycle_;
    std::vector<ports::RewardRow> rewards_;
    std::map<std::string, Int128> balances_;
};

class FakeChainStore final : public ports::ChainStore {
public:
    void put_block(const Root&, const SignedBlock&) override {}
    void put_certificate(const FinalityCertificate& certificate, Slot slot) override {
        certificates.emplace_back(slot, certificate);
    }
    void put_handover(std::uint64_t, const HandoverProof& proof) override { proofs.push_back(proof); }
    std::optional<SignedBlock> block(const Root&) override { return std::nullopt; }
    std::vector<ports::StoredBlock> blocks_from(Slot, std::size_t) override { return {}; }
    std::optional<FinalityCertificate> newest_certificate() override {
        return certificates.empty() ? std::nullopt : std::optional{certificates.back().second};
    }
    std::optional<FinalityCertificate> certificate_at_or_after(Slot slot) override {
        for (const auto& [finalized, certificate] : certificates) {
            if (finalized >= slot) {
                return certificate;
            }
        }
        return std::nullopt;
    }
    std::vector<HandoverProof> handovers(std::uint64_t, std::uint64_t) override { return proofs; }
    void prune_below(Slot) override {}

    std::vector<std::pair<Slot, FinalityCertificate>> certificates;
    std::vector<HandoverProof> proofs;
};

/// Takes everything, refuses what `verdict` refuses, or keeps completions until `release`.
class FakeInbox final : public ports::Inbox {
public:
    using Item = std::variant<engine::Transactions, engine::Evidence>;

    bool push(engine::Input) override { return true; }
    void submit(Item what, Completion done) override;
    /// Calls the completions kept so far.
    void release();
    std::size_t submissions() const { return submissions_; }

    std::function<Result<Root>(std::size_t item, const Root& hash)> verdict; ///< unset: accept
    std::atomic<bool> holds{false};

private:
    std::vector<Result<Root>> judge(const Item& what) const;

    std::mutex mutex_;
    std::vector<std::function<void()>> kept_;
    std::atomic<std::size_t> submissions_{0};
};

class FakeNetwork final : public ports::Network {
public:
    void broadcast(const engine::Message&, const std::optional<engine::PeerId>&) override {}
    void request_blocks(const engine::PeerId&, const engine::BlockRequest&) override {}
    void blame(const engine::PeerId&, const Fault&) override {}
    std::vector<ports::PeerInfo> peers() const override {
        ports::PeerInfo peer;
        peer.address = "127.0.0.1:9601";
        peer.outbound = true;
        return {peer};
    }
};

class FakeClock final : public ports::Clock {
public:
    std::uint64_t now_ms() const override { return now; }
    std::atomic<std::uint64_t> now{1'700'000'000'000};
};

} // namespace quoin::test
