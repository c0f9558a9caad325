#include <quoin/base/assert.hpp>
#include <quoin/base/mutant.hpp>
#include <quoin/finality/justification.hpp>

#include <algorithm>

namespace quoin::finality {

namespace {

const EraSets& sets_for(const State& state, const Spec& spec, Epoch target) {
    const EraSets* sets = sets_of(state, era_of(spec, target));
    QUOIN_ASSERT(sets != nullptr, "J3: the sets of an open epoch are kept");
    return *sets;
}

/// For writing; they are without gaps (J3).
OpenEpoch& edit_open(State& state, Epoch epoch) {
    const Epoch first = state.open_epochs.front().epoch;
    QUOIN_ASSERT(first <= epoch && epoch <= state.open_epochs.back().epoch,
                 "J3: an includable vote is for an open epoch");
    return state.open_epochs.edit(epoch - first);
}

void add(JointWeight& tally, const JointWeight& weight) {
    tally[0] += weight[0];
    tally[1] += weight[1];
}

/// Marks the voters and sums what they weigh.
JointWeight mark_voted(OpenEpoch& open, const EraSets& sets, std::span<const std::uint64_t> positions) {
    JointWeight sum;
    for (const std::uint64_t position : positions) {
        QUOIN_ASSERT(position < open.voted.size() && !open.voted.get(position), "J4");
        open.voted.set(position);
        add(sum, weight_of(sets, sets.duty_set[position]));
    }
    return sum;
}

/// J: adds `target`, an own checkpoint whose votes are a quorum.
void justify(State& state, const Checkpoint& target) {
    auto& known = state.recent_justified;
    const auto place =
        std::find_if(known.begin(), known.end(), [&target](const Checkpoint& at) { return at.epoch >= target.epoch; });
    if (place != known.end() && place->epoch == target.epoch) {
        QUOIN_ASSERT(*place == target, "J1");
        return;
    }
    known.insert(place, target);
    state.justified = known.back();
}

bool are_justified_between(const State& state, const Spec& spec, Epoch source, std::uint64_t span) {
    if (span == 2 && is_planted(Mutant::link_of_two_without_its_middle)) {
        return true;
    }
    for (std::uint64_t step = 1; step < span; ++step) {
        if (!is_justified(state, checkpoint_at(state, spec, source + step))) {
            return false;
        }
    }
    return true;
}

/// F1 to F3 for links that end at `open.epoch`.
void finalize_by_links_to(State& state, const Spec& spec, const OpenEpoch& open) {
    const EraSets& sets = sets_for(state, spec, open.epoch);
    for (std::uint64_t span = 1; span <= std::min(link_span_max, open.epoch.value); ++span) {
        const Epoch epoch = open.epoch - span;
        if (epoch <= state.finalized.epoch || !is_joint_quorum(open.link_weight[span - 1], sets)) {
            continue;
        }
        const Checkpoint source = checkpoint_at(state, spec, epoch);
        if (is_justified(state, source) && are_justified_between(state, spec, epoch, span)) {
            state.finalized = source;
        }
    }
}

} // namespace

void advance_epoch(State& state, const Spec& spec, Epoch epoch) {
    auto& open = state.open_epochs;
    QUOIN_ASSERT(open.empty() || open.back().epoch < epoch, "J3");
    open.erase_front(static_cast<std::size_t>(std::count_if(open.begin(), open.end(), [&](const OpenEpoch& entry) {
        return entry.epoch + spec.inclusion_window_epochs <= epoch;
    })));
    OpenEpoch entered;
    entered.epoch = epoch;
    entered.voted.resize(sets_for(state, spec, epoch).duty_set.size());
    open.push_back(std::move(entered));

    const Epoch keep_from = epoch.saturating_minus(spec.inclusion_window_epochs + link_span_max);
    auto& known = state.recent_justified;
    while (known.size() > 1 && known[1].epoch <= keep_from) {
        known.erase(known.begin());
    }
}

void count_votes(State& state, const Spec& spec, const AttestationData& data,
                 std::span<const std::uint64_t> new_duty_positions) {
    const Epoch target = data.target.epoch;
    const EraSets& sets = sets_for(state, spec, target);
    OpenEpoch& open = edit_open(state, target);
    const JointWeight weight = mark_voted(open, sets, new_duty_positions);
    if (data.source.epoch >= target) {
        return; // epoch 0 with E > 1: counts for the fork choice only
    }
    const std::uint64_t span = target - data.source.epoch;
    if (span <= link_span_max && data.source == checkpoint_at(state, spec, data.source.epoch)) {
        if (is_planted(Mutant::tally_by_target_alone)) {
            open.link_weight[span - 1] = open.target_weight;
        }
        add(open.link_weight[span - 1], weight);
    }
    if (data.target == checkpoint_at(state, spec, target)) {
        add(open.target_weight, weight);
        if (is_joint_quorum(open.target_weight, sets)) {
            justify(state, data.target);
        }
    }
    // A checkpoint justified late may lie inside links that are a quorum already.
    for (const OpenEpoch& link : state.open_epochs) {
        if (link.epoch >= target && link.epoch <= target + link_span_max) {
            finalize_by_links_to(state, spec, link);
        }
    }
}

bool leak_is_active(const State& state, const Spec& spec) {
    return epoch_of(spec, state.slot) > state.finalized.epoch + spec.leak_after_epochs;
}

} // namespace quoin::finality
