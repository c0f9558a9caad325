#include "participation.hpp"

#include <quoin/types/clock.hpp>

namespace quoin::api {

std::optional<Participation> participation_of(const State& state, const Spec& spec) {
    // The votes of an epoch's last slot come with the next block: the newest epoch but the last is the newest seen
    // whole.
    const OpenEpoch* whole = nullptr;
    const Epoch now = epoch_of(spec, state.slot);
    for (const OpenEpoch& open : state.open_epochs) {
        if (open.epoch < now) {
            whole = &open;
        }
    }
    const EraSets* sets = whole == nullptr ? nullptr : sets_of(state, era_of(spec, whole->epoch));
    if (sets == nullptr) {
        return std::nullopt;
    }
    Participation participation{whole->epoch, whole->target_weight[0], sets->total[0], {}};
    for (std::size_t position = 0; position < sets->duty_set.size(); ++position) {
        if (position < whole->voted.size() && !whole->voted.get(position)) {
            participation.missing.push_back(sets->duty_set[position]);
        }
    }
    return participation;
}

} // namespace quoin::api
