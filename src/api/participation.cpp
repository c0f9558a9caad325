#include "participation.hpp"

#include <quoin/types/clock.hpp>

namespace quoin::api {

std::optional<Participation> participation_in(const State& state, const Spec& spec, Epoch epoch) {
    const OpenEpoch* open = open_epoch_of(state, epoch);
    const EraSets* sets = open == nullptr ? nullptr : sets_of(state, era_of(spec, epoch));
    if (sets == nullptr) {
        return std::nullopt;
    }
    Participation participation{epoch, open->target_weight[0], sets->total[0], {}};
    for (std::size_t position = 0; position < sets->duty_set.size(); ++position) {
        if (position < open->voted.size() && !open->voted.get(position)) {
            participation.missing.push_back(sets->duty_set[position]);
        }
    }
    return participation;
}

std::optional<Participation> participation_of(const State& state, const Spec& spec) {
    // The votes of an epoch's last slot come with the next block: the newest epoch but the last is the newest seen
    // whole.
    std::optional<Epoch> whole;
    for (const OpenEpoch& open : state.open_epochs) {
        if (open.epoch < epoch_of(spec, state.slot)) {
            whole = open.epoch;
        }
    }
    return whole ? participation_in(state, spec, *whole) : std::nullopt;
}

} // namespace quoin::api
