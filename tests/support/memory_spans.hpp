#pragma once

#include <quoin/ports/spans.hpp>
#include <quoin/types/clock.hpp>

#include <algorithm>
#include <map>
#include <stdexcept>

namespace quoin::test {

/// What slasher.db keeps, without a disk.
class MemorySpanStore final : public ports::SpanStore {
public:
    void in_transaction(const std::function<void()>& work) override {
        if (transactions_until_failure-- == 0) {
            throw std::runtime_error("the slasher's disk is full");
        }
        work();
    }
    std::optional<Epoch> highest_epoch() override { return highest_; }
    void put_highest_epoch(Epoch epoch) override { highest_ = epoch; }

    std::optional<slashing::SpanChunk> spans(std::uint64_t group, std::uint64_t period) override {
        return find(spans_, {period, group});
    }
    void put_spans(std::uint64_t group, std::uint64_t period, const slashing::SpanChunk& chunk) override {
        spans_[{period, group}] = chunk;
    }
    std::optional<ports::VoteRow> votes(Epoch target, std::uint64_t group) override {
        return find(votes_, {target.value, group});
    }
    void put_votes(Epoch target, std::uint64_t group, const ports::VoteRow& row) override {
        votes_[{target.value, group}] = row;
    }
    std::vector<ports::AttestationHead> heads(Epoch target) override {
        std::vector<ports::AttestationHead> found;
        for (const auto& [key, seen] : attestations_) {
            if (key.first == target.value) {
                found.push_back(seen.head);
            }
        }
        return found;
    }
    void put_attestation(const ports::SeenAttestation& seen) override {
        attestations_[{seen.head.data.target.epoch.value, seen.head.number}] = seen;
    }
    void drop_attestation(Epoch target, std::uint16_t number) override { attestations_.erase({target.value, number}); }
    std::optional<IndexedAttestation> attestation(Epoch target, std::uint16_t number) override {
        const auto seen = find(attestations_, {target.value, number});
        if (!seen) {
            return std::nullopt;
        }
        std::vector<ValidatorIndex> voters = seen->recorded_elsewhere;
        for (const auto& [key, row] : votes_) {
            for (std::uint64_t i = 0; i < row.size(); ++i) {
                if (key.first == target.value && row[i] == number) {
                    voters.emplace_back(key.second * row.size() + i);
                }
            }
        }
        std::sort(voters.begin(), voters.end());
        IndexedAttestation whole{{}, seen->head.data, seen->signature};
        for (const ValidatorIndex voter : voters) {
            whole.validators.push_back(voter);
        }
        return whole;
    }
    std::optional<SignedBlockHeader> header(Slot slot, ValidatorIndex proposer) override {
        return find(headers_, {slot.value, proposer.value});
    }
    void put_header(const SignedBlockHeader& header) override {
        headers_.emplace(Key{header.message.slot.value, header.message.proposer_index.value}, header);
    }
    std::vector<ports::StoredEvidence> evidence() override { return evidence_; }
    void put_evidence(const ports::StoredEvidence& evidence) override { evidence_.push_back(evidence); }

    void prune_below(Epoch epoch, Slot slot) override {
        spans_.erase(spans_.begin(), spans_.lower_bound({slashing::SpanChunk::period_of(epoch), 0}));
        votes_.erase(votes_.begin(), votes_.lower_bound({epoch.value, 0}));
        attestations_.erase(attestations_.begin(), attestations_.lower_bound({epoch.value, 0}));
        headers_.erase(headers_.begin(), headers_.lower_bound({slot.value, 0}));
        std::erase_if(evidence_, [epoch](const ports::StoredEvidence& stored) { return stored.higher < epoch; });
    }
    std::uint64_t database_bytes() override { return spans_.size() * sizeof(slashing::SpanChunk); }

    std::size_t attestations_kept() const { return attestations_.size(); }
    std::size_t rows_kept() const { return votes_.size() + spans_.size() + headers_.size(); }

    std::uint64_t transactions_until_failure = ~std::uint64_t{0};

private:
    using Key = std::pair<std::uint64_t, std::uint64_t>;

    template <class Value>
    static std::optional<Value> find(const std::map<Key, Value>& rows, const Key& key) {
        const auto found = rows.find(key);
        return found == rows.end() ? std::nullopt : std::optional(found->second);
    }

    std::optional<Epoch> highest_;
    std::map<Key, slashing::SpanChunk> spans_;
    std::map<Key, ports::VoteRow> votes_;
    std::map<Key, ports::SeenAttestation> attestations_;
    std::map<Key, SignedBlockHeader> headers_;
    std::vector<ports::StoredEvidence> evidence_;
};

} // namespace quoin::test
