#include "core.hpp"

#include <quoin/codec/ssz.hpp>
#include <quoin/transition/signatures.hpp>
#include <quoin/types/clock.hpp>

#include <algorithm>

namespace quoin::engine {

void Engine::Core::take(const Origin& origin, SignedAggregate aggregate) {
    const Aggregate& message = aggregate.message;
    const AttestationData& data = message.data;
    if (aggregates_seen_.contains({data.slot, message.aggregator}) || !is_of_use_now(origin, data, aggregate) ||
        !tree_.contains(data.head)) {
        return; // the votes for an unknown head ask for it, and other aggregates come
    }
    if (const Result<void> valid = check_vote(data); !valid) {
        return blame(origin, valid.fault());
    }
    const BlockTree::Entry* head = tree_.find(data.head);
    if (!head->state) {
        return;
    }
    const SealedState state = advanced_.in_era_of(data.head, head->state, data.slot);
    const SharedCommittees committees = committees_.of(*state, spec(), data.target.epoch);
    if (committees == nullptr) {
        return;
    }
    auto checks = transition::checks_of(*chain_, *state, *committees, aggregate);
    if (!checks) {
        return blame(origin, checks.fault());
    }
    const auto members = committees->committee(data.slot, message.committee);
    bool brings_new = false;
    message.bits.for_each_set(
        [&](std::size_t i) { brings_new = brings_new || !attestations_.holds(members[i], data); });
    if (brings_new) {
        verify(PendingAggregate{origin, std::move(aggregate)}, std::move(*checks));
    }
}

void Engine::Core::finish(const PendingAggregate& pending, bool valid) {
    const Aggregate& message = pending.aggregate.message;
    const AttestationData& data = message.data;
    if (!valid) {
        return blame(pending.origin, {Reason::bad_signature, "", "a signature of the aggregate is wrong"});
    }
    const BlockTree::Entry* head = tree_.find(data.head);
    if (head == nullptr || !head->state || !aggregates_seen_.insert({data.slot, message.aggregator}).second) {
        return;
    }
    const SealedState state = advanced_.in_era_of(data.head, head->state, data.slot);
    const SharedCommittees committees = committees_.of(*state, spec(), data.target.epoch);
    if (committees == nullptr) {
        return;
    }
    const auto attesters = committees->attesters(data.slot);
    const auto members = committees->committee(data.slot, message.committee);
    const auto begin = static_cast<std::size_t>(members.data() - attesters.data());
    AttestationPool::Bits bits(attesters.size());
    std::vector<ValidatorIndex> voters;
    message.bits.for_each_set([&](std::size_t i) {
        bits.set(begin + i);
        voters.push_back(members[i]);
    });
    if (!attestations_.add(data, bits, attesters, message.signature)) {
        return;
    }
    emit(Broadcast{pending.aggregate, pending.origin.peer});
    std::sort(voters.begin(), voters.end());
    count_verified(std::move(voters), data, message.signature);
}

/// Gathers the votes of the committees that validators of ours aggregate, for the data that they voted for themselves.
/// A committee of nobody but aggregators has nothing to gain from it.
void Engine::Core::aggregate(Slot slot) {
    if (aggregated_ == slot || attested_ != slot || !own_vote_ || own_vote_->slot != slot) {
        return;
    }
    aggregated_ = slot;
    const BlockTree::Entry* head = tree_.find(own_vote_->head);
    if (head == nullptr || !head->state) {
        return;
    }
    const SealedState state = advanced_.in_era_of(own_vote_->head, head->state, slot);
    const SharedCommittees committees = committees_.of(*state, spec(), own_vote_->target.epoch);
    const auto attesters = committees == nullptr ? std::span<const ValidatorIndex>{} : committees->attesters(slot);
    for (std::uint64_t c = 0; !attesters.empty() && c < committees->committees_per_slot(); ++c) {
        const auto members = committees->committee(slot, c);
        if (members.size() <= spec().target_aggregators_per_committee) {
            continue;
        }
        for (const ValidatorIndex aggregator : committees->aggregators_of(slot, c)) {
            const ValidatorKey& key = state->validators[aggregator.value].public_key;
            const auto begin = static_cast<std::size_t>(members.data() - attesters.data());
            if (!is_ours(key)) {
                continue;
            }
            if (const auto gathered = attestations_.gather(*own_vote_, attesters, begin, begin + members.size())) {
                ask_to_sign(key, AggregateAsked{{aggregator, c, *own_vote_, gathered->bits, gathered->signature}});
            }
        }
    }
}

void Engine::Core::finish(const AggregateAsked& duty, const ValidatorKey& key,
                          const std::optional<ValidatorSignature>& signature) {
    if (!signature) {
        announce(DutyMissed{key, duty.aggregate.data.slot, "aggregate", "not signed"});
        return;
    }
    aggregates_seen_.insert({duty.aggregate.data.slot, duty.aggregate.aggregator});
    emit(Broadcast{SignedAggregate{duty.aggregate, *signature}, {}});
}

} // namespace quoin::engine
