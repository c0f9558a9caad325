#pragma once

#include <cstddef>
#include <cstdint>

namespace quoin::inline base {

/// Every bound of the node in one place, shared by all who enforce it (STATE.md "Wire", THREATS A3-A5). Type bounds
/// (SSZ list limits) stand in `type_limits`.
struct Limits {
    // peers
    std::size_t frame_bytes_max = 8 << 20; ///< a certificate over a million validators in epochs of 32 slots: 5.5 MB
    std::size_t block_bytes_max = 2 << 20;
    std::size_t blocks_per_answer_max = 1'024;
    std::size_t answer_bytes_max = 4 << 20;
    std::size_t requests_in_flight_per_peer = 2;
    std::size_t peers_max = 64;
    std::size_t peer_outbox_bytes_max = 16 << 20;
    std::size_t orphans_per_peer_max = 64;
    std::size_t orphans_max = 1'024;
    std::size_t waiting_messages_per_peer_max = 1'024;
    std::size_t seen_cache_entries_max = 65'536;
    std::uint64_t early_message_ms_max = 500;
    // engine
    std::size_t states_max = 64;
    std::size_t committee_epochs_max = 8;
    std::size_t proposal_view_max = 1'024;
    std::uint64_t slots_ahead_max = 4'096;
    std::size_t held_votes_max = 1 << 20;
    std::size_t public_keys_max = 1 << 20; ///< decoded, for each thread that verifies; some 300 bytes each, as used
    std::size_t aggregates_per_slot_max = 4'096;
    std::size_t waiting_messages_max = 4'096;
    std::size_t inbox_inputs_max = 16'384;
    std::size_t attestation_pool_entries_max = 16'384;
    std::size_t evidence_pool_entries_max = 1'024;
    std::size_t tracker_epochs_max = 64;
    std::size_t tracker_justified_max = 1'024;
    std::size_t detector_votes_max = 1 << 18;
    std::size_t detector_headers_max = 1 << 16;
    // slasher
    std::uint64_t slasher_epochs_max = 4'096;
    std::size_t slasher_queue_messages_max = 16'384;
    std::size_t slasher_queue_votes_max = 1 << 22;
    std::size_t slasher_attestations_per_target_max = 65'535;
    std::size_t slasher_evidence_max = 65'536;
    // mempool
    std::size_t transaction_bytes_max = 16 << 10;
    std::size_t mempool_transactions_max = 50'000;
    std::size_t mempool_bytes_max = 64 << 20;
    std::size_t mempool_per_account_max = 64;
    // api
    std::size_t body_bytes_max = 1 << 20;
    std::size_t header_bytes_max = 16 << 10;
    std::size_t url_bytes_max = 4 << 10;
    std::size_t json_depth_max = 32;
    std::size_t batch_items_max = 1'024;
    std::size_t page_items_max = 1'000;
    std::size_t page_items_default = 100;
    std::size_t connections_max = 4'096;
    std::size_t connections_per_address_max = 1'024;
    std::uint64_t header_timeout_ms = 10'000;
    std::uint64_t body_timeout_ms = 30'000;
    std::uint64_t idle_timeout_ms = 60'000;
    std::uint64_t wait_timeout_ms_max = 60'000;
    std::size_t waits_max = 1'024;
    std::size_t idempotency_entries_max = 4'096;
    std::size_t idempotency_key_bytes_max = 255;
    std::size_t submissions_remembered_max = 65'536;
    std::size_t pinned_states_max = 16;
    std::size_t token_failures_max = 10;
    // streams
    std::size_t subscriptions_per_socket_max = 64;
    std::size_t outbox_bytes_max = 1 << 20;
    std::size_t credit_max = 1'024;
    std::size_t stream_command_bytes_max = 16 << 10;
    std::size_t stream_scan_blocks_max = 256;
    std::size_t rendered_block_bytes_max = 32 << 20;
    std::uint64_t cursor_ahead_blocks_max = 4'096;
    std::uint64_t ping_interval_ms = 15'000;
    std::uint64_t stalled_subscriber_ms = 30'000;
};

inline constexpr Limits limits{};

/// Bounds that are part of a type's hash-tree-root and so of the chain.
struct TypeLimits {
    std::uint64_t validators = 1 << 20;
    std::uint64_t accounts = std::uint64_t{1} << 32;
    std::uint64_t pools = std::uint64_t{1} << 24;
    std::uint64_t holdings = std::uint64_t{1} << 32;
    std::uint64_t queue_entries = 1 << 20;
    std::uint64_t eras_kept = 64;
    std::uint64_t open_epochs = 128;
    std::uint64_t justified_checkpoints = 256;
    std::uint64_t set_versions = 1 << 16;
    std::uint64_t block_roots = 1 << 20;
    std::uint64_t schedule_slots = 1 << 16;
    std::uint64_t slashed_weights = 1 << 16;
    std::uint64_t proposer_slashings = 16;
    std::uint64_t attester_slashings = 8;
    std::uint64_t attestations = 128;
    std::uint64_t transactions = 8'192;
    std::uint64_t genesis_accounts = 1 << 20;
    std::uint64_t graffiti_bytes = 32;
    std::uint64_t name_bytes = 64;
    std::uint64_t certificate_groups = 128;
    std::uint64_t certificate_headers = 128;
};

inline constexpr TypeLimits type_limits{};

} // namespace quoin::inline base
