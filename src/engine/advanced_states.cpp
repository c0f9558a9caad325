#include "advanced_states.hpp"

#include <quoin/transition/transition.hpp>
#include <quoin/types/clock.hpp>

namespace quoin::engine {

bool AdvancedStates::has(const Root& root, Slot slot) const {
    for (const Kept& kept : kept_) {
        if (kept.root == root && kept.slot == slot) {
            return true;
        }
    }
    return false;
}

SealedState AdvancedStates::get(const Root& root, const SealedState& post_state, Slot slot) {
    SealedState nearest = post_state;
    for (const Kept& kept : kept_) {
        if (kept.root == root && kept.slot <= slot && kept.slot > nearest->slot) {
            nearest = kept.state;
        }
    }
    if (nearest->slot == slot) {
        return nearest;
    }
    BlockEffects effects;
    kept_.push_front({root, slot, share_between_blocks(transition::advance(chain_, *nearest, slot, effects))});
    if (kept_.size() > kept_max) {
        kept_.pop_back();
    }
    return kept_.front().state;
}

SealedState AdvancedStates::in_era_of(const Root& root, const SealedState& post_state, Slot slot) {
    const Spec& spec = chain_.spec();
    const Era era = era_of(spec, slot);
    if (era <= era_of(spec, post_state->slot)) {
        return post_state;
    }
    for (const Kept& kept : kept_) {
        if (kept.root == root && era_of(spec, kept.slot) == era) {
            return kept.state;
        }
    }
    return get(root, post_state, first_slot_of(spec, era));
}

} // namespace quoin::engine
