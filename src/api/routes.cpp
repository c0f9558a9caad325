#include "routes.hpp"

#include <array>

namespace quoin::api {

namespace {

constexpr std::array table{
    Route{Method::get, "/", get_root},
    Route{Method::get, "/metrics", get_metrics},
    Route{Method::get, "/v1/status", get_status},
    Route{Method::get, "/v1/health/live", get_live},
    Route{Method::get, "/v1/health/ready", get_ready},
    Route{Method::get, "/v1/openapi.json", get_openapi},
    Route{Method::get, "/v1/genesis", get_genesis},
    Route{Method::get, "/v1/spec", get_spec},
    Route{Method::get, "/v1/transactions", get_transactions},
    Route{Method::post, "/v1/transactions", post_transactions},
    Route{Method::post, "/v1/transactions/prepare", post_prepare},
    Route{Method::get, "/v1/transactions/{hash}", get_transaction},
    Route{Method::post, "/v1/stake", post_stake},
    Route{Method::post, "/v1/unstake", post_unstake},
    Route{Method::post, "/v1/withdraw", post_withdraw},
    Route{Method::get, "/v1/accounts/{address}", get_account},
    Route{Method::get, "/v1/accounts/{address}/postings", get_account_postings},
    Route{Method::get, "/v1/validators", get_validators},
    Route{Method::get, "/v1/validators/{id}", get_validator},
    Route{Method::get, "/v1/validators/{id}/duties", get_validator_duties},
    Route{Method::get, "/v1/validators/{id}/slashings", get_validator_slashings},
    Route{Method::get, "/v1/rewards", get_rewards},
    Route{Method::get, "/v1/queues", get_queues},
    Route{Method::get, "/v1/evidence", get_evidence_list},
    Route{Method::post, "/v1/evidence", post_evidence},
    Route{Method::get, "/v1/evidence/{id}", get_evidence},
    Route{Method::get, "/v1/finality", get_finality},
    Route{Method::get, "/v1/finality/certificates/{block}", get_certificate},
    Route{Method::get, "/v1/participation/{epoch}", get_participation},
    Route{Method::get, "/v1/fork-choice", get_fork_choice},
    Route{Method::get, "/v1/blocks/{id}", get_block},
    Route{Method::get, "/v1/headers", get_headers},
    Route{Method::get, "/v1/finalized", get_finalized},
    Route{Method::get, "/v1/ledger/accounts", get_ledger_accounts},
    Route{Method::get, "/v1/ledger/trial-balance", get_trial_balance},
    Route{Method::get, "/v1/ledger/postings", get_ledger_postings},
    Route{Method::get, "/v1/ws", get_websocket},
    Route{Method::get, "/v1/events", get_events},
    Route{Method::get, "/v1/admin/peers", get_peers, true},
};

} // namespace

std::span<const Route> routes() {
    return table;
}

} // namespace quoin::api
