#pragma once

#include <quoin/engine/effect.hpp>
#include <quoin/engine/input.hpp>

#include <functional>
#include <vector>

namespace quoin::ports {

/// The one way into the engine. Calls return at once and may come from any thread.
class Inbox {
public:
    virtual ~Inbox() = default;

    /// False when the queue is full and the input was dropped: the network counts it, nothing else happens.
    virtual bool push(engine::Input input) = 0;

    /// One outcome an item, called once, from the engine's thread; with `unavailable` for each when the queue is full.
    using Completion = std::function<void(std::vector<Result<Root>>)>;
    virtual void submit(std::variant<engine::Transactions, engine::Evidence> what, Completion done) = 0;
};

} // namespace quoin::ports
