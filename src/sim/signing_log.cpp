#include "signing_log.hpp"

#include <quoin/codec/ssz.hpp>

#include <algorithm>

namespace quoin::sim {

namespace {

/// How many votes and proposals of a validator are kept: far more than any inclusion window or evidence reaches.
constexpr std::size_t kept = 8'192;

bool surrounds(const AttestationData& outer, const AttestationData& inner) {
    return outer.source.epoch < inner.source.epoch && inner.target.epoch < outer.target.epoch;
}

template <class Key, class Value>
void trim(std::multimap<Key, Value>& entries) {
    if (entries.size() > kept) {
        entries.erase(entries.begin());
    }
}

} // namespace

std::optional<Offence> SigningLog::add(ValidatorIndex validator, const AttestationData& vote) {
    Votes& votes = votes_[validator];
    const auto [same, end] = votes.by_target.equal_range(vote.target.epoch);
    if (std::any_of(same, end, [&](const auto& entry) { return entry.second == vote; })) {
        return std::nullopt;
    }
    std::optional<Offence> offence = same == end ? std::nullopt : std::optional{Offence::double_vote};
    const bool is_next = votes.by_target.empty() || vote.target.epoch > votes.by_target.rbegin()->first;
    if (!offence && !(is_next && vote.source.epoch >= votes.highest_source)) {
        for (const auto& [target, before] : votes.by_target) {
            if (surrounds(before, vote) || surrounds(vote, before)) {
                offence = Offence::surround_vote;
            }
        }
    }
    votes.by_target.emplace(vote.target.epoch, vote);
    votes.highest_source = std::max(votes.highest_source, vote.source.epoch);
    trim(votes.by_target);
    return offence;
}

std::optional<Offence> SigningLog::add(const Block& block) {
    auto& proposals = proposals_[block.proposer_index];
    const Root root = hash_tree_root(header_of(block));
    const auto [same, end] = proposals.equal_range(block.slot);
    if (std::any_of(same, end, [&](const auto& entry) { return entry.second == root; })) {
        return std::nullopt;
    }
    const std::optional<Offence> offence = same == end ? std::nullopt : std::optional{Offence::double_proposal};
    proposals.emplace(block.slot, root);
    trim(proposals);
    return offence;
}

} // namespace quoin::sim
