#include "ledger_record.hpp"

#include <quoin/base/assert.hpp>
#include <quoin/codec/ssz.hpp>
#include <quoin/crypto/sha256.hpp>
#include <quoin/staking/report.hpp>

#include <algorithm>
#include <tuple>

namespace quoin::store {

namespace {

/// Collects the bytes that are hashed.
class Hashed {
public:
    explicit Hashed(const Root& previous) { put(previous); }

    void put(std::uint64_t value) {
        for (unsigned shift = 0; shift < 64; shift += 8) {
            bytes_.push_back(static_cast<std::uint8_t>(value >> shift));
        }
    }
    template <class Number>
    requires StrongNumber<Number>
    void put(Number value) { put(value.value); }
    template <std::size_t N>
    void put(const Bytes<N>& value) {
        bytes_.insert(bytes_.end(), value.begin(), value.end());
    }
    void put(std::string_view text) {
        put(std::uint64_t{text.size()});
        bytes_.insert(bytes_.end(), text.begin(), text.end());
    }
    void put(const ByteVector& ssz) {
        put(std::uint64_t{ssz.size()});
        bytes_.insert(bytes_.end(), ssz.begin(), ssz.end());
    }
    template <class... Values>
    void all(const Values&... values) {
        (put(values), ...);
    }

    Root hash() const { return crypto::sha256(bytes_); }

private:
    ByteVector bytes_;
};

void hash_block(Hashed& hashed, const LedgerRecord& record) {
    const ports::BlockRow& row = record.row;
    hashed.all(row.number, row.slot, row.root, row.parent_root, row.state_root, row.proposer, row.time_ms,
               row.transactions, row.attestations, row.postings, record.body);
}

void hash_postings(Hashed& hashed, const std::vector<ports::PostingRow>& rows) {
    hashed.put(std::uint64_t{rows.size()});
    for (const auto& [block_number, index, block_root, posting] : rows) {
        hashed.all(posting.slot, posting.era, std::string_view{posting.debit.text()},
                   std::string_view{posting.credit.text()}, posting.amount, to_string(posting.kind), posting.reference);
    }
}

void hash_transactions(Hashed& hashed, const std::vector<ports::TransactionRow>& rows) {
    hashed.put(std::uint64_t{rows.size()});
    for (const ports::TransactionRow& row : rows) {
        const TransactionOutcome& outcome = row.outcome;
        hashed.all(row.slot, outcome.hash, outcome.sender, outcome.nonce,
                   outcome.failure ? to_string(*outcome.failure) : std::string_view{}, outcome.fee_burned,
                   outcome.fee_tip, encode(row.transaction));
    }
}

void hash_evidence(Hashed& hashed, const std::vector<ports::EvidenceRow>& rows) {
    hashed.put(std::uint64_t{rows.size()});
    for (const ports::EvidenceRow& row : rows) {
        hashed.all(row.id, row.slot, row.evidence_root, evidence_bytes(row.evidence));
    }
}

void hash_slashings(Hashed& hashed, const std::vector<ports::SlashingRow>& rows) {
    hashed.put(std::uint64_t{rows.size()});
    for (const auto& [block_number, index, slot, outcome] : rows) {
        hashed.all(slot, outcome.validator, to_string(outcome.offence), outcome.evidence, outcome.offence_era,
                   outcome.taken, outcome.reward, outcome.reporter);
    }
}

void hash_lifecycle(Hashed& hashed, const std::vector<ports::LifecycleRow>& rows) {
    hashed.put(std::uint64_t{rows.size()});
    for (const auto& [block_number, index, event] : rows) {
        hashed.all(event.validator, to_string(event.kind), event.era);
    }
}

void hash_rewards(Hashed& hashed, const std::vector<ports::RewardRow>& rows) {
    hashed.put(std::uint64_t{rows.size()});
    for (const auto& [era, block_number, reward] : rows) {
        hashed.all(era, reward.validator, reward.source, reward.target, reward.head, reward.proposer,
                   reward.penalty_missed, reward.penalty_inactivity, reward.ideal, reward.commission);
    }
}

ports::BlockRow row_of(const ports::FinalizedBlock& finalized) {
    const Block& block = finalized.block.message;
    ports::BlockRow row;
    row.number = finalized.number;
    row.slot = block.slot;
    row.root = finalized.root;
    row.parent_root = block.parent_root;
    row.state_root = block.state_root;
    row.proposer = block.proposer_index;
    row.time_ms = block.time_ms;
    row.transactions = block.body.transactions.size();
    row.attestations = block.body.attestations.size();
    return row;
}

void add_transactions(LedgerRecord& record, const ports::FinalizedBlock& finalized) {
    const auto& transactions = finalized.block.message.body.transactions;
    QUOIN_ASSERT(transactions.size() == finalized.effects.transactions.size(), "every transaction has an outcome");
    for (std::size_t i = 0; i < transactions.size(); ++i) {
        record.transactions.push_back(
            {finalized.number, i, record.row.slot, finalized.effects.transactions[i], transactions[i]});
    }
}

void add_evidence(LedgerRecord& record, const BlockBody& body, std::uint64_t id) {
    const auto add = [&](const engine::Evidence& evidence) {
        record.evidence.push_back({id++, record.row.number, record.row.slot, evidence, evidence_root_of(evidence)});
    };
    for (const ProposerSlashing& evidence : body.proposer_slashings) {
        add(evidence);
    }
    for (const AttesterSlashing& evidence : body.attester_slashings) {
        add(evidence);
    }
}

void add_effects(LedgerRecord& record, const ports::FinalizedBlock& finalized) {
    const std::uint64_t number = finalized.number;
    const BlockEffects& effects = finalized.effects;
    for (const Posting& posting : staking::postings_of(effects)) {
        record.postings.push_back({number, record.postings.size(), finalized.root, posting});
    }
    record.row.postings = record.postings.size();
    for (std::size_t i = 0; i < effects.slashings.size(); ++i) {
        record.slashings.push_back({number, i, record.row.slot, effects.slashings[i]});
    }
    for (std::size_t i = 0; i < effects.lifecycle.size(); ++i) {
        record.lifecycle.push_back({number, i, effects.lifecycle[i]});
    }
    for (const EraReport& era : effects.eras) {
        for (const ValidatorReward& reward : staking::rewards_of(era)) {
            record.rewards.push_back({era.settled, number, reward});
        }
    }
    std::sort(record.rewards.begin(), record.rewards.end(),
              [](const ports::RewardRow& one, const ports::RewardRow& other) {
                  return std::tie(one.era, one.reward.validator) < std::tie(other.era, other.reward.validator);
              });
}

} // namespace

LedgerRecord record_of(const ports::FinalizedBlock& block, std::uint64_t first_evidence_id) {
    LedgerRecord record;
    record.row = row_of(block);
    record.body = encode(block.block);
    add_transactions(record, block);
    add_evidence(record, block.block.message.body, first_evidence_id);
    add_effects(record, block);
    return record;
}

Root evidence_root_of(const engine::Evidence& evidence) {
    return std::visit([](const auto& value) { return hash_tree_root(value); }, evidence);
}

ByteVector evidence_bytes(const engine::Evidence& evidence) {
    return std::visit([](const auto& value) { return encode(value); }, evidence);
}

Root running_hash(const Root& previous, const LedgerRecord& record) {
    Hashed hashed(previous);
    hash_block(hashed, record);
    hash_postings(hashed, record.postings);
    hash_transactions(hashed, record.transactions);
    hash_evidence(hashed, record.evidence);
    hash_slashings(hashed, record.slashings);
    hash_lifecycle(hashed, record.lifecycle);
    hash_rewards(hashed, record.rewards);
    return hashed.hash();
}

} // namespace quoin::store
