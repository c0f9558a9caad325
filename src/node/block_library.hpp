#pragma once

#include <quoin/node/node.hpp>

#include <vector>

namespace quoin::node {

/// Answers for blocks out of what is durable and what the newest snapshot shows. Called from any thread.
class BlockLibrary {
public:
    explicit BlockLibrary(const Doors& doors) : doors_(doors) {}

    std::vector<SignedBlock> find(const engine::BlockRequest& request);
    std::vector<SignedBlock> find(const engine::BlocksByRange& range);
    std::vector<SignedBlock> find(const engine::BlocksByRoot& wanted);
    std::optional<SignedBlock> find(const Root& root);
    ports::Standing standing();

private:
    std::vector<SignedBlock> above_the_ledger(const engine::Snapshot& view, Slot ledger_slot);

    Doors doors_;
};

} // namespace quoin::node
