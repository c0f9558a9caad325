#include "attestation_pool.hpp"

#include <quoin/transition/attestations.hpp>
#include <quoin/types/clock.hpp>

namespace quoin::engine {

bool AttestationPool::add(const SingleAttestation& attestation) {
    if (size_ >= limits.attestation_pool_entries_max) {
        return false;
    }
    if (!by_data_[attestation.data].emplace(attestation.validator, attestation.signature).second) {
        return false;
    }
    ++votes_[{attestation.data.target.epoch, attestation.validator}];
    ++size_;
    return true;
}

std::size_t AttestationPool::votes_of(ValidatorIndex validator, Epoch target) const {
    const auto found = votes_.find({target, validator});
    return found == votes_.end() ? 0 : found->second;
}

bool AttestationPool::holds(const SingleAttestation& attestation) const {
    const auto found = by_data_.find(attestation.data);
    return found != by_data_.end() && found->second.contains(attestation.validator);
}

std::vector<Attestation> AttestationPool::pack(const State& state, const Spec& spec) const {
    std::vector<Attestation> packed;
    for (const auto& [data, votes] : by_data_) {
        if (!transition::is_in_window(spec, data.slot, state.slot)) {
            continue;
        }
        if (auto attestation = pack_one(state, spec, data, votes)) {
            packed.push_back(std::move(*attestation));
        }
    }
    return packed;
}

std::optional<Attestation> AttestationPool::pack_one(const State& state, const Spec& spec, const AttestationData& data,
                                                     const Votes& votes) const {
    const OpenEpoch* open = nullptr;
    for (const OpenEpoch& epoch : state.open_epochs) {
        if (epoch.epoch == data.target.epoch) {
            open = &epoch;
        }
    }
    if (open != nullptr && open->voted.size() != 0 && open->voted.count() == open->voted.size()) {
        return std::nullopt;
    }
    const std::vector<ValidatorIndex> attesters = attesters_of(state, spec, data.slot);
    const std::vector<std::uint64_t> positions = duty_positions_of(state, spec, data.slot);
    Attestation attestation{data, Bitlist<type_limits.validators>(attesters.size()), {}};
    std::vector<ValidatorSignature> signatures;
    for (std::size_t i = 0; i < attesters.size(); ++i) {
        const auto vote = votes.find(attesters[i]);
        const bool counted = open != nullptr && positions[i] < open->voted.size() && open->voted.get(positions[i]);
        if (vote != votes.end() && !counted) {
            attestation.bits.set(i);
            signatures.push_back(vote->second);
        }
    }
    if (signatures.empty()) {
        return std::nullopt;
    }
    const Result<ValidatorSignature> sum = scheme_.aggregate(signatures);
    QUOIN_ASSERT(sum.ok(), "verified signatures have a sum");
    attestation.signature = *sum;
    return attestation;
}

bool AttestationPool::is_sum_of_verified(const Attestation& aggregate,
                                         std::span<const ValidatorIndex> attesters) const {
    const auto votes = by_data_.find(aggregate.data);
    if (votes == by_data_.end() || aggregate.bits.size() != attesters.size()) {
        return false;
    }
    std::vector<ValidatorSignature> signatures;
    for (std::size_t i = 0; i < attesters.size(); ++i) {
        if (!aggregate.bits.get(i)) {
            continue;
        }
        const auto vote = votes->second.find(attesters[i]);
        if (vote == votes->second.end()) {
            return false;
        }
        signatures.push_back(vote->second);
    }
    if (signatures.empty()) {
        return false;
    }
    const Result<ValidatorSignature> sum = scheme_.aggregate(signatures);
    return sum.ok() && *sum == aggregate.signature;
}

void AttestationPool::prune(Epoch oldest) {
    std::erase_if(by_data_, [&](const auto& entry) {
        const bool old = entry.first.target.epoch < oldest;
        size_ -= old ? entry.second.size() : 0;
        return old;
    });
    votes_.erase(votes_.begin(), votes_.lower_bound({oldest, ValidatorIndex{0}}));
}

} // namespace quoin::engine
