#include "signed_messages.hpp"

namespace quoin::store {

namespace {

template <class Number>
std::optional<Number> highest(Query&& row) {
    return row.next() && !row.is_null(0) ? std::optional(Number{row.number(0)}) : std::nullopt;
}

std::optional<Root> root_or_none(const Query& row, int column) {
    return row.is_null(column) ? std::nullopt : std::optional(row.bytes<Root>(column));
}

} // namespace

slashing::VoteHistory history_of(Connection& db, const ValidatorKey& key, const slashing::VoteRequest& request) {
    slashing::VoteHistory history;
    history.highest_source = highest<Epoch>(db.query("SELECT max(source) FROM attestations WHERE key = ?", key));
    history.highest_target = highest<Epoch>(db.query("SELECT max(target) FROM attestations WHERE key = ?", key));
    Query same =
        db.query("SELECT source, signing_root FROM attestations WHERE key = ? AND target = ?", key, request.target);
    if (same.next()) {
        history.same_target = slashing::SignedVote{Epoch{same.number(0)}, request.target, root_or_none(same, 1)};
    }
    return history;
}

slashing::ProposalHistory history_of(Connection& db, const ValidatorKey& key,
                                     const slashing::ProposalRequest& request) {
    slashing::ProposalHistory history;
    history.highest_slot = highest<Slot>(db.query("SELECT max(slot) FROM proposals WHERE key = ?", key));
    Query same = db.query("SELECT signing_root FROM proposals WHERE key = ? AND slot = ?", key, request.slot);
    if (same.next()) {
        history.same_slot = slashing::SignedProposal{request.slot, root_or_none(same, 0)};
    }
    return history;
}

void record(Connection& db, const ValidatorKey& key, const slashing::VoteRequest& request) {
    db.run("INSERT INTO attestations (key, target, source, signing_root) VALUES (?, ?, ?, ?)", key, request.target,
           request.source, request.signing_root);
    // What goes is outdone by the new row in both target and source. The plus keeps SQLite from going through all that
    // was ever signed by source, where by target there is nothing to go through.
    db.run("DELETE FROM attestations WHERE key = ? AND target < ? AND +source <= ?", key,
           request.target.saturating_minus(signed_messages_kept), request.source);
}

void record(Connection& db, const ValidatorKey& key, const slashing::ProposalRequest& request) {
    db.run("INSERT INTO proposals (key, slot, signing_root) VALUES (?, ?, ?)", key, request.slot, request.signing_root);
    db.run("DELETE FROM proposals WHERE key = ? AND slot < ?", key,
           request.slot.saturating_minus(signed_messages_kept));
}

void import_message(Connection& db, const ValidatorKey& key, const slashing::SignedVote& vote) {
    db.run("INSERT INTO attestations (key, target, source, signing_root) VALUES (?, ?, ?, ?) "
           "ON CONFLICT DO UPDATE SET source = max(source, excluded.source), signing_root = "
           "CASE WHEN signing_root IS excluded.signing_root AND source = excluded.source THEN signing_root END",
           key, vote.target, vote.source, vote.signing_root);
}

void import_message(Connection& db, const ValidatorKey& key, const slashing::SignedProposal& proposal) {
    db.run("INSERT INTO proposals (key, slot, signing_root) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET signing_root = "
           "CASE WHEN signing_root IS excluded.signing_root THEN signing_root END",
           key, proposal.slot, proposal.signing_root);
}

} // namespace quoin::store
