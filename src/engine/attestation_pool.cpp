#include "attestation_pool.hpp"

#include <quoin/transition/attestations.hpp>
#include <quoin/types/clock.hpp>

#include <algorithm>

namespace quoin::engine {

namespace {

/// Whether the chain of `state` has counted a vote of the validator for an epoch that it still keeps open.
bool has_voted(const State& state, const Spec& spec, ValidatorIndex validator, Epoch epoch) {
    const EraSets* sets = sets_of(state, era_of(spec, epoch));
    const OpenEpoch* open = open_epoch_of(state, epoch);
    if (sets == nullptr || open == nullptr) {
        return false;
    }
    std::uint64_t low = 0;
    std::uint64_t high = sets->duty_set.size();
    while (low < high) {
        const std::uint64_t middle = low + (high - low) / 2;
        if (sets->duty_set[middle] < validator) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < sets->duty_set.size() && sets->duty_set[low] == validator && low < open->voted.size() &&
           open->voted.get(low);
}

/// Without bits of `taken`.
AttestationPool::Bits without(const AttestationPool::Bits& bits, const AttestationPool::Bits& taken) {
    AttestationPool::Bits rest = bits;
    taken.for_each_set([&](std::size_t i) { rest.set(i, false); });
    return rest;
}

} // namespace

void AttestationPool::note_voter(const AttestationData& data, Votes& votes, ValidatorIndex validator) {
    if (validator.value >= votes.voters.size()) {
        votes.voters.resize(validator.value + 1);
    }
    if (votes.voters.get(validator.value)) {
        return;
    }
    votes.voters.set(validator.value);
    std::vector<std::uint8_t>& counts = votes_[data.target.epoch];
    if (validator.value >= counts.size()) {
        counts.resize(validator.value + 1);
    }
    counts[validator.value] = static_cast<std::uint8_t>(std::min(counts[validator.value] + 1, 255));
}

/// Room for one more, made where it has to be.
bool AttestationPool::has_room(Slot slot) {
    for (auto& [data, votes] : by_data_) {
        if (size_ < limits.attestation_pool_entries_max || data.slot >= slot) {
            break;
        }
        size_ -= votes.size() - 1;
        votes.singles.clear();
        votes.parts.clear();
    }
    return size_ < limits.attestation_pool_entries_max;
}

AttestationPool::Votes& AttestationPool::votes_for(const AttestationData& data) {
    const auto [held, is_new] = by_data_.try_emplace(data);
    size_ += is_new ? held->second.size() : 0;
    return held->second;
}

bool AttestationPool::add(const SingleAttestation& attestation) {
    const AttestationData& data = attestation.data;
    if (holds(attestation.validator, data) || !has_room(data.slot)) {
        return false;
    }
    Votes& votes = votes_for(data);
    note_voter(data, votes, attestation.validator);
    size_ -= votes.size();
    votes.singles.emplace(attestation.validator, attestation.signature);
    size_ += votes.size();
    return true;
}

bool AttestationPool::add(const AttestationData& data, const Bits& bits, std::span<const ValidatorIndex> attesters,
                          const ValidatorSignature& signature) {
    bool brings_new = false;
    bits.for_each_set([&](std::size_t i) { brings_new = brings_new || !holds(attesters[i], data); });
    if (!brings_new || !has_room(data.slot)) {
        return false;
    }
    Votes& votes = votes_for(data);
    bits.for_each_set([&](std::size_t i) { note_voter(data, votes, attesters[i]); });
    size_ -= votes.size();
    // Of a part that is in the new one nothing is lost.
    std::erase_if(votes.parts, [&](const Part& part) { return part.bits.is_subset_of(bits); });
    votes.parts.push_back({bits, signature});
    size_ += votes.size();
    return true;
}

std::size_t AttestationPool::votes_of(ValidatorIndex validator, Epoch target) const {
    const auto found = votes_.find(target);
    return found == votes_.end() || validator.value >= found->second.size() ? 0 : found->second[validator.value];
}

bool AttestationPool::holds(ValidatorIndex validator, const AttestationData& data) const {
    const auto found = by_data_.find(data);
    return found != by_data_.end() && validator.value < found->second.voters.size() &&
           found->second.voters.get(validator.value);
}

std::vector<Attestation> AttestationPool::pack(const State& state, const Spec& spec, CommitteeCache& committees) const {
    std::vector<Attestation> packed;
    for (const auto& [data, votes] : by_data_) {
        if (!transition::is_in_window(spec, data.slot, state.slot)) {
            continue;
        }
        const SharedCommittees of_epoch = committees.of(state, spec, data.target.epoch);
        if (of_epoch == nullptr) {
            continue;
        }
        if (auto attestation = pack_one(state, data, votes, *of_epoch)) {
            packed.push_back(std::move(*attestation));
        }
    }
    return packed;
}

/// Parts first, those that bring most, then single votes; nothing that would make the block invalid.
std::optional<Attestation> AttestationPool::pack_one(const State& state, const AttestationData& data,
                                                     const Votes& votes, const EpochCommittees& committees) const {
    const auto attesters = committees.attesters(data.slot);
    const auto positions = committees.positions(data.slot);
    const OpenEpoch* open = open_epoch_of(state, data.target.epoch);
    Bits fresh(attesters.size()); // not counted yet
    Bits barred(attesters.size());
    for (std::size_t i = 0; i < attesters.size(); ++i) {
        if (state.validators[attesters[i].value].slashed) {
            barred.set(i);
        } else if (open == nullptr || positions[i] >= open->voted.size() || !open->voted.get(positions[i])) {
            fresh.set(i);
        }
    }
    Attestation packed{data, Bits(attesters.size()), {}};
    std::vector<ValidatorSignature> signatures;
    for (const Part* part : largest_first(votes.parts)) {
        if (part->bits.size() == attesters.size() && !part->bits.overlaps(barred) &&
            !part->bits.overlaps(packed.bits) && part->bits.overlaps(fresh)) {
            packed.bits |= part->bits;
            signatures.push_back(part->signature);
        }
    }
    without(fresh, packed.bits).for_each_set([&](std::size_t i) {
        if (const auto single = votes.singles.find(attesters[i]); single != votes.singles.end()) {
            packed.bits.set(i);
            signatures.push_back(single->second);
        }
    });
    if (signatures.empty()) {
        return std::nullopt;
    }
    packed.signature = sum(signatures);
    return packed;
}

ValidatorSignature AttestationPool::sum(const std::vector<ValidatorSignature>& signatures) const {
    const Result<ValidatorSignature> whole = scheme_.aggregate(signatures);
    QUOIN_ASSERT(whole.ok(), "verified signatures have a sum");
    return *whole;
}

std::vector<const AttestationPool::Part*> AttestationPool::largest_first(const std::vector<Part>& parts) {
    std::vector<const Part*> sorted;
    for (const Part& part : parts) {
        sorted.push_back(&part);
    }
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const Part* a, const Part* b) { return a->bits.count() > b->bits.count(); });
    return sorted;
}

/// Covers `wanted` exactly with parts and single votes that do not overlap; nothing when that fails.
std::optional<ValidatorSignature> AttestationPool::sum_of(const Votes& votes, Bits wanted,
                                                          std::span<const ValidatorIndex> attesters) const {
    std::vector<ValidatorSignature> signatures;
    for (const Part* part : largest_first(votes.parts)) {
        if (part->bits.size() == wanted.size() && part->bits.is_subset_of(wanted)) {
            wanted = without(wanted, part->bits);
            signatures.push_back(part->signature);
        }
    }
    bool all_held = true;
    wanted.for_each_set([&](std::size_t i) {
        const auto single = votes.singles.find(attesters[i]);
        all_held = all_held && single != votes.singles.end();
        if (all_held) {
            signatures.push_back(single->second);
        }
    });
    if (!all_held || signatures.empty()) {
        return std::nullopt;
    }
    return sum(signatures);
}

std::optional<AttestationPool::Gathered> AttestationPool::gather(const AttestationData& data,
                                                                 std::span<const ValidatorIndex> attesters,
                                                                 std::size_t begin, std::size_t end) const {
    const auto held = by_data_.find(data);
    if (held == by_data_.end()) {
        return std::nullopt;
    }
    Gathered gathered{Bits(end - begin), {}};
    std::vector<ValidatorSignature> signatures;
    for (std::size_t i = begin; i < end; ++i) {
        if (const auto single = held->second.singles.find(attesters[i]); single != held->second.singles.end()) {
            gathered.bits.set(i - begin);
            signatures.push_back(single->second);
        }
    }
    if (signatures.empty()) {
        return std::nullopt;
    }
    gathered.signature = sum(signatures);
    return gathered;
}

std::vector<SingleAttestation> AttestationPool::not_in_chain(const State& state, const Spec& spec) const {
    std::map<ValidatorIndex, Epoch> latest;
    std::vector<SingleAttestation> found;
    for (auto held = by_data_.rbegin(); held != by_data_.rend(); ++held) {
        const auto& [data, votes] = *held;
        const Epoch epoch = data.target.epoch;
        for (const auto& [validator, signature] : votes.singles) {
            const bool is_latest = latest.emplace(validator, epoch).first->second == epoch;
            const bool counted = votes_of(validator, epoch) < 2 && has_voted(state, spec, validator, epoch);
            if (is_latest && !counted && found.size() < limits.proposal_view_max) {
                found.push_back({validator, data, signature});
            }
        }
    }
    return found;
}

bool AttestationPool::is_sum_of_verified(const Attestation& aggregate,
                                         std::span<const ValidatorIndex> attesters) const {
    const auto votes = by_data_.find(aggregate.data);
    if (votes == by_data_.end() || aggregate.bits.size() != attesters.size()) {
        return false;
    }
    return sum_of(votes->second, aggregate.bits, attesters) == aggregate.signature;
}

void AttestationPool::prune(Epoch oldest) {
    std::erase_if(by_data_, [&](const auto& entry) {
        const bool old = entry.first.target.epoch < oldest;
        size_ -= old ? entry.second.size() : 0;
        return old;
    });
    votes_.erase(votes_.begin(), votes_.lower_bound(oldest));
}

} // namespace quoin::engine
