#pragma once

#include <quoin/ports/signing.hpp>
#include <quoin/ports/stores.hpp>

#include <algorithm>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

/// Stores without a disk, for the node's tests. All that happens to them, and to the network, is written down in one
/// list, so that a test can ask what came before what.
namespace quoin::node::test {

class Log {
public:
    void add(const std::string& what, const Root& root) {
        const std::lock_guard lock(mutex_);
        entries_.push_back({what, root});
    }
    std::vector<std::pair<std::string, Root>> entries() const {
        const std::lock_guard lock(mutex_);
        return entries_;
    }
    /// Position of the first such entry; the end when there is none.
    std::size_t first(const std::string& what, const Root& root) const {
        const auto all = entries();
        return static_cast<std::size_t>(std::find(all.begin(), all.end(), std::pair(what, root)) - all.begin());
    }
    std::size_t count(const std::string& what) const {
        const auto all = entries();
        return static_cast<std::size_t>(
            std::count_if(all.begin(), all.end(), [&](const auto& entry) { return entry.first == what; }));
    }

private:
    mutable std::mutex mutex_;
    std::vector<std::pair<std::string, Root>> entries_;
};

class MemoryChainStore final : public ports::ChainStore {
public:
    explicit MemoryChainStore(Log& log) : log_(log) {}

    void put_block(const Root& root, const SignedBlock& block) override {
        const std::lock_guard lock(mutex_);
        if (puts_until_failure_-- == 0) {
            throw std::runtime_error("the disk is full");
        }
        blocks_.emplace(root, block);
        log_.add("persist", root);
    }
    void put_certificate(const FinalityCertificate& certificate, Slot slot) override {
        const std::lock_guard lock(mutex_);
        certificates_[slot] = certificate;
        log_.add("certify", certificate.finalized.root);
    }
    void put_handover(std::uint64_t version, const HandoverProof& proof) override {
        const std::lock_guard lock(mutex_);
        handovers_[version] = proof;
    }
    std::optional<SignedBlock> block(const Root& root) override {
        const std::lock_guard lock(mutex_);
        const auto found = blocks_.find(root);
        return found == blocks_.end() ? std::nullopt : std::optional(found->second);
    }
    std::vector<ports::StoredBlock> blocks_from(Slot from, std::size_t limit) override {
        const std::lock_guard lock(mutex_);
        std::vector<ports::StoredBlock> found;
        for (const auto& [root, block] : blocks_) {
            if (block.message.slot >= from) {
                found.push_back({root, block});
            }
        }
        std::sort(found.begin(), found.end(),
                  [](const auto& one, const auto& other) { return one.block.message.slot < other.block.message.slot; });
        found.resize(std::min(found.size(), limit));
        return found;
    }
    std::optional<FinalityCertificate> newest_certificate() override {
        const std::lock_guard lock(mutex_);
        return certificates_.empty() ? std::nullopt : std::optional(certificates_.rbegin()->second);
    }
    std::optional<FinalityCertificate> certificate_at_or_after(Slot slot) override {
        const std::lock_guard lock(mutex_);
        const auto found = certificates_.lower_bound(slot);
        return found == certificates_.end() ? std::nullopt : std::optional(found->second);
    }
    std::vector<HandoverProof> handovers(std::uint64_t from, std::uint64_t to) override {
        const std::lock_guard lock(mutex_);
        std::vector<HandoverProof> found;
        for (const auto& [version, proof] : handovers_) {
            if (version >= from && version <= to) {
                found.push_back(proof);
            }
        }
        return found;
    }
    void prune_below(Slot slot) override {
        const std::lock_guard lock(mutex_);
        std::erase_if(blocks_, [&](const auto& entry) { return entry.second.message.slot < slot; });
        pruned_below_ = std::max(pruned_below_, slot);
    }

    void forget(const Root& root) {
        const std::lock_guard lock(mutex_);
        blocks_.erase(root);
    }
    /// The put after so many more throws.
    void fail_after(int puts) { puts_until_failure_ = puts; }
    Slot pruned_below() const { return pruned_below_; }
    std::size_t size() {
        const std::lock_guard lock(mutex_);
        return blocks_.size();
    }

private:
    Log& log_;
    std::mutex mutex_;
    std::map<Root, SignedBlock> blocks_;
    std::map<Slot, FinalityCertificate> certificates_;
    std::map<std::uint64_t, HandoverProof> handovers_;
    Slot pruned_below_;
    int puts_until_failure_ = -1;
};

/// Keeps blocks and states; the rows that only the api reads are not its business.
class MemoryLedgerStore final : public ports::LedgerStore {
public:
    explicit MemoryLedgerStore(Log& log) : log_(log) {}

    void append(std::span<const ports::FinalizedBlock> blocks) override {
        const std::lock_guard lock(mutex_);
        for (const ports::FinalizedBlock& block : blocks) {
            if (block.number != blocks_.size() ||
                (!blocks_.empty() && block.block.message.parent_root != blocks_.back().root)) {
                throw std::logic_error("a block that does not follow on the ledger");
            }
            if (block.number == fail_at_) {
                throw std::runtime_error("the disk is full");
            }
            blocks_.push_back(block);
            log_.add("ledger", block.root);
        }
        ++batches_;
    }
    std::optional<ports::BlockRow> tip() override {
        const std::lock_guard lock(mutex_);
        return blocks_.empty() ? std::nullopt : std::optional(row_of(blocks_.back()));
    }
    std::optional<StateSnapshot> snapshot_at_or_below(std::uint64_t number) override {
        const std::lock_guard lock(mutex_);
        const std::uint64_t at = std::min<std::uint64_t>(number, blocks_.size() - 1) / 10 * 10;
        return StateSnapshot{at, blocks_[at].root, *blocks_[at].post_state};
    }
    std::optional<ports::BlockRow> block_by_number(std::uint64_t number) override {
        return find([&](const ports::FinalizedBlock& block) { return block.number == number; });
    }
    std::optional<ports::BlockRow> block_by_slot(Slot slot) override {
        return find([&](const ports::FinalizedBlock& block) { return block.block.message.slot == slot; });
    }
    std::optional<ports::BlockRow> block_by_root(const Root& root) override {
        return find([&](const ports::FinalizedBlock& block) { return block.root == root; });
    }
    std::optional<SignedBlock> signed_block(std::uint64_t number) override {
        const std::lock_guard lock(mutex_);
        return number < blocks_.size() ? std::optional(blocks_[number].block) : std::nullopt;
    }
    std::vector<SignedBlock> signed_blocks(Slot from, std::uint64_t count, std::size_t limit) override {
        const std::lock_guard lock(mutex_);
        std::vector<SignedBlock> found;
        for (const ports::FinalizedBlock& block : blocks_) {
            const Slot slot = block.block.message.slot;
            if (slot >= from && slot.value - from.value < count && found.size() < limit) {
                found.push_back(block.block);
            }
        }
        return found;
    }
    std::uint64_t database_bytes() override { return 0; }

    std::vector<ports::BlockRow> blocks_after(std::uint64_t, std::size_t) override { return {}; }
    std::vector<ports::PostingRow> postings_of_block(std::uint64_t) override { return {}; }
    std::vector<ports::PostingRow> postings_of_account(const std::string&, std::optional<ports::RowCursor>,
                                                       std::size_t) override {
        return {};
    }
    std::optional<ports::TransactionRow> transaction(const Root&) override { return {}; }
    std::vector<ports::TransactionRow> transactions_of_block(std::uint64_t) override { return {}; }
    std::vector<ports::TransactionRow> transactions_of_account(const Address&, std::optional<ports::RowCursor>,
                                                               std::size_t) override {
        return {};
    }
    std::vector<ports::EvidenceRow> evidence_after(std::uint64_t, std::size_t) override { return {}; }
    std::optional<ports::EvidenceRow> evidence(const Root&) override { return {}; }
    std::vector<ports::EvidenceRow> evidence_of_block(std::uint64_t) override { return {}; }
    std::vector<ports::SlashingRow> slashings_of_block(std::uint64_t) override { return {}; }
    std::vector<ports::SlashingRow> slashings_of_validator(ValidatorIndex) override { return {}; }
    std::vector<ports::SlashingRow> slashings_after(std::optional<ports::RowCursor>, std::size_t) override {
        return {};
    }
    std::vector<ports::LifecycleRow> lifecycle_of_block(std::uint64_t) override { return {}; }
    std::vector<ports::LifecycleRow> lifecycle_of_validator(ValidatorIndex) override { return {}; }
    std::vector<ports::RewardRow> rewards_of_validator(ValidatorIndex, Era, Era, std::size_t) override { return {}; }
    std::vector<ports::RewardRow> rewards_of_block(std::uint64_t) override { return {}; }
    std::vector<ports::BalanceRow> balances(const std::string&, std::size_t) override { return {}; }

    std::vector<ports::FinalizedBlock> blocks() {
        const std::lock_guard lock(mutex_);
        return blocks_;
    }
    std::size_t size() {
        const std::lock_guard lock(mutex_);
        return blocks_.size();
    }
    std::size_t batches() const { return batches_; }
    void cut_to(std::size_t size) { blocks_.resize(size); }
    void fail_at(std::uint64_t number) { fail_at_ = number; }

private:
    static ports::BlockRow row_of(const ports::FinalizedBlock& block) {
        ports::BlockRow row;
        row.number = block.number;
        row.slot = block.block.message.slot;
        row.root = block.root;
        row.state_root = block.block.message.state_root;
        return row;
    }
    template <class Wanted>
    std::optional<ports::BlockRow> find(const Wanted& wanted) {
        const std::lock_guard lock(mutex_);
        const auto found = std::find_if(blocks_.begin(), blocks_.end(), wanted);
        return found == blocks_.end() ? std::nullopt : std::optional(row_of(*found));
    }

    Log& log_;
    std::mutex mutex_;
    std::vector<ports::FinalizedBlock> blocks_;
    std::size_t batches_ = 0;
    std::uint64_t fail_at_ = ~std::uint64_t{0};
};

/// Grants a key one message for each slot or epoch, and all refusals that are asked for.
class MemorySigningStore final : public ports::SigningStore {
public:
    explicit MemorySigningStore(Log& log) : log_(log) {}

    Result<ports::Permit> permit_proposal(const ValidatorKey& key, Slot slot, const Root& signing_root) override {
        return permit(proposals_[key], slot.value, key, signing_root);
    }
    Result<ports::Permit> permit_attestation(const ValidatorKey& key, Epoch, Epoch target,
                                             const Root& signing_root) override {
        return permit(votes_[key], target.value, key, signing_root);
    }

    bool refuse_all = false;

private:
    using Signed = std::map<std::uint64_t, Root>;

    Result<ports::Permit> permit(Signed& done, std::uint64_t at, const ValidatorKey& key, const Root& signing_root) {
        const bool new_or_same = done.emplace(at, signing_root).first->second == signing_root;
        if (refuse_all || !new_or_same) {
            return Fault{Reason::slashable_refused, "", "no"};
        }
        log_.add("permit", signing_root);
        return grant(key, signing_root);
    }

    Log& log_;
    std::map<ValidatorKey, Signed> proposals_;
    std::map<ValidatorKey, Signed> votes_;
};

} // namespace quoin::node::test
