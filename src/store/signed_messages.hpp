#pragma once

#include "connection.hpp"

#include <quoin/slashing/guard.hpp>

#include <limits>

namespace quoin::store {

/// The highest slot or epoch that SQLite compares rightly.
inline constexpr std::uint64_t position_max = std::numeric_limits<std::int64_t>::max();

/// Of each key so many of its newest messages are kept; the guard needs only the highest, people may want to look back.
inline constexpr std::uint64_t signed_messages_kept = 4'096;

slashing::VoteHistory history_of(Connection& db, const ValidatorKey& key, const slashing::VoteRequest& request);
slashing::ProposalHistory history_of(Connection& db, const ValidatorKey& key, const slashing::ProposalRequest& request);

/// Adds a message that the guard lets pass, and forgets the oldest.
void record(Connection& db, const ValidatorKey& key, const slashing::VoteRequest& request);
void record(Connection& db, const ValidatorKey& key, const slashing::ProposalRequest& request);

/// Adds what somebody signed elsewhere, whatever it is: two messages in one place become one that nothing equals.
void import_message(Connection& db, const ValidatorKey& key, const slashing::SignedVote& vote);
void import_message(Connection& db, const ValidatorKey& key, const slashing::SignedProposal& proposal);

} // namespace quoin::store
