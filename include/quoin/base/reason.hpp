#pragma once

#include <cstdint>
#include <string_view>

namespace quoin::inline base {

/// Why something was refused. One enum for the whole node: the API's `reason` is `to_string` of it, and once released
/// a name keeps its meaning.
enum class Reason : std::uint8_t {
    // shape of the input
    malformed,
    unknown_field,
    missing_field,
    wrong_type,
    bad_hex,
    out_of_range,
    wrong_length,
    too_large,
    trailing_bytes,
    // signatures and keys
    bad_public_key,
    bad_signature,
    bad_proof_of_possession,
    bad_password,
    duplicate_key,
    // chain identity and time
    wrong_genesis,
    wrong_fork,
    future_slot,
    expired,
    slot_not_increasing,
    // blocks and attestations
    unknown_parent,
    unknown_block,
    unknown_head,
    wrong_proposer,
    wrong_state_root,
    wrong_parent,
    wrong_randao,
    wrong_time,
    too_many_items,
    no_new_voter,
    source_not_justified,
    target_not_on_chain,
    bits_beyond_committee,
    not_in_committee,
    outside_inclusion_window,
    attester_slashed,
    conflicts_with_finalized,
    // evidence
    not_slashable,
    evidence_too_old,
    already_slashed,
    slashable_refused,
    // transactions
    nonce_too_low,
    nonce_too_high,
    fee_too_low,
    insufficient_balance,
    amount_is_zero,
    unknown_account,
    unknown_validator,
    validator_exists,
    not_the_operator,
    validator_exiting,
    below_min_self_stake,
    nothing_to_withdraw,
    bad_commission,
    mempool_full,
    account_queue_full,
    replacement_underpriced,
    duplicate_transaction,
    // finality proofs
    not_a_quorum,
    weights_mismatch,
    handover_missing,
    certificate_mismatch,
    // files, configuration and machine
    config_invalid,
    genesis_invalid,
    keystore_invalid,
    data_folder_invalid,
    newer_schema,
    not_writable,
    port_in_use,
    busy,
    io_error,
    corrupt,
    // API
    not_found,
    method_not_allowed,
    unknown_topic,
    cursor_invalid,
    cursor_pruned,
    state_pruned,
    unauthorized,
    forbidden,
    unsupported_media_type,
    too_many_requests,
    syncing,
    timed_out,
    unavailable,
};

/// The stable upper-case name, as the API and the logs show it: `NONCE_TOO_LOW`.
std::string_view to_string(Reason reason);

} // namespace quoin::inline base
