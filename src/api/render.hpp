#pragma once

#include "json_out.hpp"

#include <quoin/engine/snapshot.hpp>
#include <quoin/ports/stores.hpp>

#include <string>

// Rows and views of the node as JSON, each in one place: routes and streams show the same.

namespace quoin::api {

/// `{"kind": "proposer_slashing", "first": ..., "second": ...}`
std::string json_of(const engine::Evidence& evidence);
Root root_of(const engine::Evidence& evidence);

std::string json_of(const Checkpoint& checkpoint);
std::string json_of(const engine::Tip& tip);

/// The members of a block's row, still open for more.
JsonObject row_members(const ports::BlockRow& row);

/// `index` is the position in the block.
std::string json_of(const Posting& posting, std::uint64_t block_number, std::uint64_t index);
std::string json_of(const ports::PostingRow& row);
std::string json_of(const ports::TransactionRow& row);
std::string json_of(const ports::EvidenceRow& row);
std::string json_of(const ports::SlashingRow& row);
std::string json_of(const ports::LifecycleRow& row);
std::string json_of(const ports::RewardRow& row);

/// The name of a payload's kind.
const char* kind_of(const Payload& payload);

} // namespace quoin::api
