#include "block_lookup.hpp"

#include "parameters.hpp"

#include <quoin/base/hex.hpp>

#include <algorithm>

namespace quoin::api {

namespace {

std::optional<FoundBlock> in_ledger(const Context& context, const std::optional<ports::BlockRow>& row) {
    auto block = row ? context.parts.ledger.signed_block(row->number) : std::nullopt;
    if (!block) {
        return std::nullopt;
    }
    return FoundBlock{row->root, std::make_shared<const SignedBlock>(std::move(*block)), row->number, true};
}

bool is_on_chain(const engine::Snapshot& snapshot, const Root& root) {
    const auto& chain = snapshot.unfinalized_chain;
    return root == snapshot.certified.root || std::find(chain.begin(), chain.end(), root) != chain.end();
}

std::optional<FoundBlock> in_tree(const engine::Snapshot& snapshot, const Root& root) {
    if (!snapshot.tree) {
        return std::nullopt;
    }
    for (const engine::TreeBlock& node : *snapshot.tree) {
        if (node.root == root && node.block) {
            return FoundBlock{root, node.block, std::nullopt, is_on_chain(snapshot, root)};
        }
    }
    return std::nullopt;
}

std::optional<FoundBlock> at_slot(const Context& context, const engine::Snapshot& snapshot, Slot slot) {
    if (auto found = in_ledger(context, context.parts.ledger.block_by_slot(slot))) {
        return found;
    }
    for (auto root = snapshot.unfinalized_chain.rbegin(); root != snapshot.unfinalized_chain.rend(); ++root) {
        auto found = in_tree(snapshot, *root);
        if (found && found->slot() == slot) {
            return found;
        }
    }
    return std::nullopt;
}

} // namespace

std::optional<FoundBlock> find_block(const Context& context, const engine::Snapshot& snapshot, const Root& root) {
    if (auto found = in_ledger(context, context.parts.ledger.block_by_root(root))) {
        return found;
    }
    if (auto found = in_tree(snapshot, root)) {
        return found;
    }
    auto stored = context.parts.chain_store.block(root);
    if (!stored) {
        return std::nullopt;
    }
    return FoundBlock{root, std::make_shared<const SignedBlock>(std::move(*stored)), std::nullopt,
                      is_on_chain(snapshot, root)};
}

Result<FoundBlock> find_block(const Context& context, const engine::Snapshot& snapshot, std::string_view id) {
    std::optional<FoundBlock> found;
    const auto slot = parse_number(id);
    if (id == "head") {
        found = find_block(context, snapshot, snapshot.head.root);
    } else if (id == "justified") {
        found = find_block(context, snapshot, snapshot.justified.root);
    } else if (id == "finalized") {
        found = find_block(context, snapshot, snapshot.finalized.root);
    } else if (slot) {
        constexpr std::uint64_t most = ~std::uint64_t{0} >> 1;
        found = *slot <= most ? at_slot(context, snapshot, Slot{*slot}) : std::nullopt;
    } else {
        const auto root = bytes_from_hex<32>(id);
        if (!root) {
            return Fault{id.starts_with("0x") ? root.fault().reason : Reason::out_of_range, "id",
                         "expected head, justified, finalized, a slot or a 0x root"};
        }
        found = find_block(context, snapshot, *root);
    }
    return found ? Result<FoundBlock>{std::move(*found)} : Fault{Reason::not_found, "", "no such block is kept"};
}

} // namespace quoin::api
