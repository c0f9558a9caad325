#include "attacks/hidden_chain.hpp"

#include <quoin/codec/ssz.hpp>

namespace quoin::sim {

HiddenChain::HiddenChain(std::vector<ValidatorIndex> owned, Slot first, Slot end)
    : Adversary(std::move(owned)), first_(first), end_(end) {}

void HiddenChain::at_slot_start(Powers& powers, Slot slot) {
    if (slot == first_) {
        tip_ = powers.view(powers.node_of(owned().front()))->head.root;
    }
    if (slot >= first_ && slot < end_) {
        grow(powers, slot);
    }
    if (slot == end_) {
        for (const engine::Message& message : hidden_) {
            powers.send_to_all(message);
        }
        hidden_.clear();
    }
}

void HiddenChain::grow(Powers& powers, Slot slot) {
    Forge& forge = powers.forge();
    const auto proposer = forge.proposer(tip_, slot);
    if (proposer && owns(*proposer)) {
        if (const auto block = forge.build(tip_, slot, ballots_.for_block(forge, tip_, slot))) {
            tip_ = hash_tree_root(header_of(block->message));
            hidden_.emplace_back(engine::Proposal{*block, {}});
            hidden_.emplace_back(engine::Proposal{forge.twin(*block), {}});
            ++blocks_hidden_;
        }
    }
    const auto data = forge.honest_vote(tip_, slot);
    for (std::size_t i = 0; data && i < owned().size(); ++i) {
        const SingleAttestation vote = forge.sign(owned()[i], *data);
        ballots_.add(vote);
        hidden_.emplace_back(vote);
    }
}

} // namespace quoin::sim
