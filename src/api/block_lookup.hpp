#pragma once

#include "context.hpp"

#include <memory>
#include <optional>
#include <string_view>

namespace quoin::api {

/// A block and where it stands.
struct FoundBlock {
    Root root;
    std::shared_ptr<const SignedBlock> block;
    std::optional<std::uint64_t> number; ///< in the ledger
    bool is_canonical = true;            ///< on the head's chain

    bool is_finalized() const { return number.has_value(); }
    Slot slot() const { return block->message.slot; }
};

/// Finds `head`, `justified`, `finalized`, `<slot>` or `0x<root>`. `not_found`; `out_of_range` for an id that is none.
Result<FoundBlock> find_block(const Context& context, const engine::Snapshot& snapshot, std::string_view id);

/// Finds a block by root: in the tree, the ledger, or chain.db.
std::optional<FoundBlock> find_block(const Context& context, const engine::Snapshot& snapshot, const Root& root);

} // namespace quoin::api
