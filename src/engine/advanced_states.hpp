#pragma once

#include <quoin/types/genesis.hpp>
#include <quoin/types/state.hpp>

#include <deque>

namespace quoin::engine {

/// Post-states advanced over empty slots, the few that are asked for again: for the proposal of a slot, for its votes
/// and for the blocks that arrive in it.
class AdvancedStates {
public:
    explicit AdvancedStates(const Chain& chain) : chain_(chain) {}

    /// `post_state` of the block `root`, advanced to `slot`; itself when it is of that slot. Goes on from the nearest
    /// one kept: after a long outage the empty slots are passed once, and not anew in every slot.
    SealedState get(const Root& root, const SealedState& post_state, Slot slot);

    /// One that knows the era of `slot` as its current one or as a past one: whose sets and committees are asked for.
    SealedState in_era_of(const Root& root, const SealedState& post_state, Slot slot);
    bool has(const Root& root, Slot slot) const;

private:
    static constexpr std::size_t kept_max = 8;

    struct Kept {
        Root root;
        Slot slot;
        SealedState state;
    };

    const Chain& chain_;
    std::deque<Kept> kept_; ///< newest first
};

} // namespace quoin::engine
