#include "attacks/split.hpp"

namespace quoin::sim {

Split::Split(std::vector<ValidatorIndex> owned, std::vector<Side> sides, Slot first, Slot end)
    : Adversary(std::move(owned)), sides_(std::move(sides)), ballots_(sides_.size()), first_(first), end_(end) {}

void Split::at_slot_start(Powers& powers, Slot slot) {
    if (slot < first_ || slot >= end_) {
        return;
    }
    for (std::size_t side = 0; side < sides_.size(); ++side) {
        propose(powers, slot, side);
        powers.call_at(powers.slot_start_ms(slot) + powers.votes_due_ms(),
                       [this, &powers, slot, side] { vote(powers, slot, side); });
    }
}

void Split::on_message(Powers& powers, const Sighting& sighting) {
    for (std::size_t side = 0; side < sides_.size(); ++side) {
        if (sides_[side].contains(sighting.from)) {
            ballots_[side].see(powers.forge(), sighting.message);
        }
    }
}

void Split::propose(Powers& powers, Slot slot, std::size_t side) {
    Forge& forge = powers.forge();
    const Root head = powers.view(*sides_[side].begin())->head.root;
    const auto proposer = forge.proposer(head, slot);
    if (!proposer || !owns(*proposer)) {
        return;
    }
    const auto block = forge.build(head, slot, ballots_[side].for_block(forge, head, slot));
    if (block) {
        send(powers, side, engine::Proposal{*block, {}});
    }
}

void Split::vote(Powers& powers, Slot slot, std::size_t side) {
    Forge& forge = powers.forge();
    const auto data = forge.honest_vote(powers.view(*sides_[side].begin())->head.root, slot);
    for (const ValidatorIndex voter : owned()) {
        if (data) {
            const SingleAttestation vote = forge.sign(voter, *data);
            ballots_[side].add(vote);
            send(powers, side, vote);
        }
    }
}

void Split::send(Powers& powers, std::size_t side, const engine::Message& message) {
    for (const std::size_t node : sides_[side]) {
        powers.send({node, 0, std::nullopt}, message);
    }
}

} // namespace quoin::sim
