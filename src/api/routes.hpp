#pragma once

#include "context.hpp"
#include "http.hpp"

#include <span>
#include <string_view>

namespace quoin::api {

using Handler = Reply (*)(Context&, const Request&);

/// One row of the router: what answers a method on a path. `{name}` in a pattern matches one segment.
struct Route {
    Method method;
    std::string_view pattern;
    Handler handler;
    bool needs_token = false;
};

/// Every route there is; `openapi.json` describes each of them (a test compares).
std::span<const Route> routes();

/// The segment of the path at `position`, which the pattern has as `{name}`.
inline const std::string& segment(const Request& request, std::size_t position) {
    return request.path[position];
}

// status.cpp
Reply get_root(Context&, const Request&);
Reply get_status(Context&, const Request&);
Reply get_live(Context&, const Request&);
Reply get_ready(Context&, const Request&);
Reply get_metrics(Context&, const Request&);
Reply get_openapi(Context&, const Request&);
Reply get_genesis(Context&, const Request&);
Reply get_spec(Context&, const Request&);

// submit.cpp, prepare.cpp
Reply post_transactions(Context&, const Request&);
Reply post_stake(Context&, const Request&);
Reply post_unstake(Context&, const Request&);
Reply post_withdraw(Context&, const Request&);
Reply post_prepare(Context&, const Request&);

// transactions.cpp
Reply get_transaction(Context&, const Request&);
Reply get_transactions(Context&, const Request&);

// accounts.cpp
Reply get_account(Context&, const Request&);
Reply get_account_postings(Context&, const Request&);

// validators.cpp
Reply get_validators(Context&, const Request&);
Reply get_validator(Context&, const Request&);
Reply get_validator_duties(Context&, const Request&);
Reply get_validator_slashings(Context&, const Request&);
Reply get_rewards(Context&, const Request&);
Reply get_queues(Context&, const Request&);

// evidence.cpp
Reply get_evidence_list(Context&, const Request&);
Reply get_evidence(Context&, const Request&);
Reply post_evidence(Context&, const Request&);

// finality.cpp
Reply get_finality(Context&, const Request&);
Reply get_participation(Context& context, const Request& request);
Reply get_certificate(Context&, const Request&);
Reply get_fork_choice(Context&, const Request&);

// blocks.cpp
Reply get_block(Context&, const Request&);
Reply get_headers(Context&, const Request&);
Reply get_finalized(Context&, const Request&);

// ledger.cpp
Reply get_ledger_accounts(Context&, const Request&);
Reply get_trial_balance(Context&, const Request&);
Reply get_ledger_postings(Context&, const Request&);

// streams.cpp
Reply get_websocket(Context&, const Request&);
Reply get_events(Context&, const Request&);

// admin.cpp
Reply get_peers(Context&, const Request&);

} // namespace quoin::api
