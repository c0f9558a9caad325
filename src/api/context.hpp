#pragma once

#include "finalized_feed.hpp"
#include "hub.hpp"
#include "idempotency.hpp"
#include "pinned_states.hpp"
#include "token_guard.hpp"
#include "transaction_log.hpp"
#include "trial_balance.hpp"

#include <quoin/api/api.hpp>

#include <atomic>
#include <string>

namespace quoin::api {

/// All that handlers work with. Members keep their own locks: handlers run on several threads.
struct Context {
    Context(ApiSettings the_settings, ApiParts the_parts, const Limits& the_bounds)
        : settings(std::move(the_settings)), parts(the_parts), bounds(the_bounds), feed(parts.ledger, bounds),
          hub(parts.snapshots, feed), transactions(parts.ledger, bounds), idempotency(bounds), pins(bounds),
          trial_balance(parts.ledger) {}
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;

    const Spec& spec() const { return parts.chain.spec(); }

    ApiSettings settings;
    ApiParts parts;
    Limits bounds;
    std::string token; ///< of admin routes; empty: nobody gets in
    FinalizedFeed feed;
    Hub hub;
    TransactionLog transactions;
    IdempotencyLog idempotency;
    PinnedStates pins;
    TrialBalance trial_balance;
    std::atomic<std::uint64_t> streams{0}; ///< sockets and event streams that are open
    std::atomic<std::uint64_t> connections{0};
    std::atomic<std::uint64_t> requests{0};
    TokenGuard token_guard{bounds};
};

} // namespace quoin::api
