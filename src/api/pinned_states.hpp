#pragma once

#include <quoin/base/limits.hpp>
#include <quoin/engine/message.hpp>

#include <deque>
#include <mutex>
#include <optional>

namespace quoin::api {

/// A state that an answer is read from, and the block it is the post-state of.
struct StateView {
    SealedState state;
    engine::Tip block;
    bool is_finalized = false; ///< in the ledger
};

/// States that a cursor was handed out for: the next page shows the same one. The oldest is forgotten first.
class PinnedStates {
public:
    explicit PinnedStates(const Limits& bounds) : states_max_(bounds.pinned_states_max) {}

    void pin(const StateView& view) {
        const std::lock_guard lock(mutex_);
        for (const StateView& pinned : views_) {
            if (pinned.block.root == view.block.root) {
                return;
            }
        }
        if (views_.size() >= states_max_) {
            views_.pop_front();
        }
        views_.push_back(view);
    }

    std::optional<StateView> find(const Root& root) const {
        const std::lock_guard lock(mutex_);
        for (const StateView& pinned : views_) {
            if (pinned.block.root == root) {
                return pinned;
            }
        }
        return std::nullopt;
    }

private:
    mutable std::mutex mutex_;
    std::deque<StateView> views_;
    std::size_t states_max_;
};

} // namespace quoin::api
