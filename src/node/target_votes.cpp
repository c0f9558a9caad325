#include "target_votes.hpp"

#include <quoin/base/assert.hpp>

#include <algorithm>
#include <functional>
#include <limits>

namespace quoin::node {

using slashing::SpanChunk;

TargetVotes::TargetVotes(ports::SpanStore& store, Epoch target) : store_(store), target_(target) {
    for (ports::AttestationHead& head : store_.heads(target)) {
        heads_.emplace_hint(heads_.end(), head.number, std::move(head));
    }
}

TargetVotes::Taken TargetVotes::take(const IndexedAttestation& attestation) {
    const auto& validators = attestation.validators;
    QUOIN_ASSERT(std::adjacent_find(validators.begin(), validators.end(), std::greater_equal<>{}) == validators.end(),
                 "indices of a verified attestation ascend");
    Taken taken;
    const Numbers covered = covered_by(attestation, taken);
    if (taken.first_seen.empty() && covered.size() < 2) {
        return taken;
    }
    if (covered.empty() && heads_.size() >= limits.slasher_attestations_per_target_max) {
        taken.first_seen.clear();
        taken.is_dropped = true;
        return taken;
    }
    record(attestation, covered);
    return taken;
}

TargetVotes::Numbers TargetVotes::covered_by(const IndexedAttestation& attestation, Taken& taken) {
    std::map<std::uint16_t, std::vector<ValidatorIndex>> by_number;
    auto* last = &by_number[0];
    std::uint16_t last_number = 0;
    for (const ValidatorIndex validator : attestation.validators) {
        const std::uint16_t number = number_of(validator);
        if (number != last_number) {
            last = &by_number[number];
            last_number = number;
        }
        last->push_back(validator);
    }
    Numbers covered;
    for (auto& [number, voters] : by_number) {
        if (number == 0) {
            taken.first_seen = std::move(voters);
        } else if (const ports::AttestationHead& head = heads_.at(number); head.data != attestation.data) {
            taken.double_voters.insert(taken.double_voters.end(), voters.begin(), voters.end());
        } else if (head.recorded == voters.size()) {
            covered.insert(number);
        }
    }
    return covered;
}

std::uint16_t TargetVotes::free_number() {
    static_assert(limits.slasher_attestations_per_target_max <= std::numeric_limits<std::uint16_t>::max());
    while (heads_.contains(free_from_)) {
        ++free_from_;
    }
    return free_from_;
}

void TargetVotes::record(const IndexedAttestation& attestation, const Numbers& covered) {
    ports::SeenAttestation seen{
        {covered.empty() ? free_number() : *covered.begin(), 0, attestation.data}, attestation.signature, {}};
    for (const std::uint16_t number : covered) {
        store_.drop_attestation(target_, number);
        heads_.erase(number);
        free_from_ = std::min(free_from_, number);
    }
    for (const ValidatorIndex validator : attestation.validators) {
        const std::uint16_t number = number_of(validator);
        if (number == 0 || covered.contains(number)) {
            set_number(validator, seen.head.number);
            ++seen.head.recorded;
        } else {
            seen.recorded_elsewhere.push_back(validator);
        }
    }
    store_.put_attestation(seen);
    heads_.emplace(seen.head.number, seen.head);
}

void TargetVotes::set_number(ValidatorIndex validator, std::uint16_t number) {
    Row& row = row_of(validator);
    std::uint16_t& known = row.numbers[position(validator)];
    row.is_changed = row.is_changed || known != number;
    known = number;
}

TargetVotes::Row& TargetVotes::row_of(ValidatorIndex validator) {
    QUOIN_ASSERT(validator.value < type_limits.validators, "a verified attestation names validators that exist");
    const std::uint64_t group = SpanChunk::group_of(validator);
    if (group >= rows_.size()) {
        rows_.resize(group + 1);
    }
    if (!rows_[group]) {
        rows_[group] = std::make_unique<Row>();
        if (const auto stored = store_.votes(target_, group)) {
            rows_[group]->numbers = *stored;
        }
    }
    return *rows_[group];
}

void TargetVotes::save() {
    for (std::uint64_t group = 0; group < rows_.size(); ++group) {
        if (rows_[group] && std::exchange(rows_[group]->is_changed, false)) {
            store_.put_votes(target_, group, rows_[group]->numbers);
        }
    }
}

} // namespace quoin::node
