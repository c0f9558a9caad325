#include "advanced_states.hpp"

#include <quoin/transition/transition.hpp>

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
    if (post_state->slot == slot) {
        return post_state;
    }
    for (const Kept& kept : kept_) {
        if (kept.root == root && kept.slot == slot) {
            return kept.state;
        }
    }
    BlockEffects effects;
    kept_.push_front({root, slot, share_sealed(transition::advance(chain_, *post_state, slot, effects))});
    if (kept_.size() > kept_max) {
        kept_.pop_back();
    }
    return kept_.front().state;
}

} // namespace quoin::engine
