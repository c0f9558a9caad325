#include "attacks/bystander.hpp"

#include "world.hpp"

#include <quoin/codec/ssz.hpp>

#include <algorithm>
#include <set>

namespace quoin::sim {

void Bystander::on_message(Powers& powers, const Sighting& sighting) {
    if (!sighting.is_own) {
        return;
    }
    if (const auto* proposal = std::get_if<engine::Proposal>(&sighting.message)) {
        blocks_.emplace(proposal->block.message.slot, hash_tree_root(header_of(proposal->block.message)));
    }
    if (const auto* vote = std::get_if<SingleAttestation>(&sighting.message); vote != nullptr && !blocks_.empty()) {
        const auto& [slot, block] = *blocks_.rbegin();
        const bool is_new = slot + 1 >= vote->data.slot && slot <= vote->data.slot;
        swayed_ += is_new && !descends(powers, vote->data.head, block) ? 1 : 0;
    }
}

bool Bystander::descends(Powers& powers, Root root, const Root& ancestor) const {
    while (root != ancestor) {
        const auto block = powers.forge().block(root);
        if (block == nullptr) {
            return false;
        }
        root = block->message.parent_root;
    }
    return true;
}

std::size_t Bystander::lost(const World& world) const {
    std::set<Root> kept;
    for (std::uint64_t number = 0; number <= world.node(0).ledger_height(); ++number) {
        kept.insert(world.node(0).ledger_root(number));
    }
    const Slot end = world.node(0).view()->finalized.slot;
    return static_cast<std::size_t>(std::count_if(blocks_.begin(), blocks_.end(), [&](const auto& block) {
        return block.first <= end && !kept.contains(block.second);
    }));
}

} // namespace quoin::sim
