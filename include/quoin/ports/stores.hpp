#pragma once

#include <quoin/engine/message.hpp>
#include <quoin/types/effects.hpp>

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace quoin::ports {

struct StoredBlock {
    Root root;
    SignedBlock block;
};

/// Blocks and certificates (chain.db). What a `put` returns from is durable. Failures of the machine are exceptions.
/// Calls may come from several threads.
class ChainStore {
public:
    virtual ~ChainStore() = default;

    virtual void put_block(const Root& root, const SignedBlock& block) = 0;
    /// Keeps the newest certificate, and one for every era of the finalized slot.
    virtual void put_certificate(const FinalityCertificate& certificate, Slot slot) = 0;
    virtual void put_handover(std::uint64_t version, const HandoverProof& proof) = 0;

    virtual std::optional<SignedBlock> block(const Root& root) = 0;
    /// Every stored block of a slot >= `from`, of whatever fork, ascending by slot, at most `limit`.
    virtual std::vector<StoredBlock> blocks_from(Slot from, std::size_t limit) = 0;
    virtual std::optional<FinalityCertificate> newest_certificate() = 0;
    /// The first kept certificate that finalizes a slot >= `slot`.
    virtual std::optional<FinalityCertificate> certificate_at_or_after(Slot slot) = 0;
    /// Hand-over proofs with version in [from, to], ascending.
    virtual std::vector<HandoverProof> handovers(std::uint64_t from, std::uint64_t to) = 0;
    /// Forgets blocks below `slot`.
    virtual void prune_below(Slot slot) = 0;
};

/// A finalized block on its way into the ledger.
struct FinalizedBlock {
    std::uint64_t number = 0;
    Root root;
    SignedBlock block;
    SealedState post_state;
    BlockEffects effects;
};

struct BlockRow {
    std::uint64_t number = 0;
    Slot slot;
    Root root;
    Root parent_root;
    Root state_root;
    Root running_hash; ///< SHA-256 chain over every block's row and postings
    ValidatorIndex proposer;
    std::uint64_t time_ms = 0;
    std::uint64_t transactions = 0;
    std::uint64_t attestations = 0;
    std::uint64_t postings = 0;
};

struct PostingRow {
    std::uint64_t block_number = 0;
    std::uint64_t index = 0;
    Root block_root;
    Posting posting;
};

struct TransactionRow {
    std::uint64_t block_number = 0;
    std::uint64_t index = 0;
    Slot slot;
    TransactionOutcome outcome;
    SignedTransaction transaction;
};

struct EvidenceRow {
    std::uint64_t id = 0; ///< ascending in order of inclusion
    std::uint64_t block_number = 0;
    Slot slot;
    engine::Evidence evidence;
    Root evidence_root;
};

struct SlashingRow {
    std::uint64_t block_number = 0;
    std::uint64_t index = 0;
    Slot slot;
    SlashingOutcome outcome;
};

struct LifecycleRow {
    std::uint64_t block_number = 0;
    std::uint64_t index = 0;
    LifecycleEvent event;
};

struct RewardRow {
    Era era;
    std::uint64_t block_number = 0;
    ValidatorReward reward;
};

struct BalanceRow {
    std::string account; ///< `LedgerAccount::text`
    std::string balance; ///< signed decimal
};

/// A position in (block number, index) order; pages start after it.
struct RowCursor {
    std::uint64_t block_number = 0;
    std::uint64_t index = 0;
};

/// Finalized truth (ledger.db). One writer appends; reads may come from any thread and see whole batches only.
class LedgerStore {
public:
    virtual ~LedgerStore() = default;

    /// Makes a batch durable in one transaction with its running hash. Blocks follow on the last one held. A snapshot
    /// of a block's post-state is written when it is the first block of an era, and for block 0.
    virtual void append(std::span<const FinalizedBlock> blocks) = 0;

    /// The last block held; nothing when the ledger is new.
    virtual std::optional<BlockRow> tip() = 0;
    struct StateSnapshot {
        std::uint64_t block_number = 0;
        Root block_root;
        State state;
    };
    /// The newest state snapshot at or below `block_number`.
    virtual std::optional<StateSnapshot> snapshot_at_or_below(std::uint64_t block_number) = 0;

    virtual std::optional<BlockRow> block_by_number(std::uint64_t number) = 0;
    virtual std::optional<BlockRow> block_by_slot(Slot slot) = 0;
    virtual std::optional<BlockRow> block_by_root(const Root& root) = 0;
    virtual std::vector<BlockRow> blocks_after(std::uint64_t number, std::size_t limit) = 0;
    /// The whole block, kept for as long as the ledger is.
    virtual std::optional<SignedBlock> signed_block(std::uint64_t number) = 0;
    /// Blocks of slots in [from, from + count), ascending.
    virtual std::vector<SignedBlock> signed_blocks(Slot from, std::uint64_t count, std::size_t limit) = 0;

    virtual std::vector<PostingRow> postings_of_block(std::uint64_t number) = 0;
    virtual std::vector<PostingRow> postings_of_account(const std::string& account, std::optional<RowCursor> after,
                                                        std::size_t limit) = 0;
    virtual std::optional<TransactionRow> transaction(const Root& hash) = 0;
    virtual std::vector<TransactionRow> transactions_of_block(std::uint64_t number) = 0;
    virtual std::vector<TransactionRow> transactions_of_account(const Address& sender, std::optional<RowCursor> after,
                                                                std::size_t limit) = 0;
    virtual std::vector<EvidenceRow> evidence_after(std::uint64_t id, std::size_t limit) = 0;
    virtual std::optional<EvidenceRow> evidence(const Root& evidence_root) = 0;
    virtual std::vector<EvidenceRow> evidence_of_block(std::uint64_t number) = 0;
    virtual std::vector<SlashingRow> slashings_of_block(std::uint64_t number) = 0;
    virtual std::vector<SlashingRow> slashings_of_validator(ValidatorIndex validator) = 0;
    virtual std::vector<SlashingRow> slashings_after(std::optional<RowCursor> after, std::size_t limit) = 0;
    virtual std::vector<LifecycleRow> lifecycle_of_block(std::uint64_t number) = 0;
    virtual std::vector<LifecycleRow> lifecycle_of_validator(ValidatorIndex validator) = 0;
    virtual std::vector<RewardRow> rewards_of_validator(ValidatorIndex validator, Era from, Era to,
                                                        std::size_t limit) = 0;
    virtual std::vector<RewardRow> rewards_of_block(std::uint64_t number) = 0;
    virtual std::vector<BalanceRow> balances(const std::string& after_account, std::size_t limit) = 0;
    virtual std::uint64_t database_bytes() = 0;
};

} // namespace quoin::ports
