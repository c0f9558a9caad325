#include "attacks/usurper.hpp"

namespace quoin::sim {

void Usurper::at_slot_start(Powers& powers, Slot slot) {
    Forge& forge = powers.forge();
    const engine::Tip head = powers.view(powers.node_of(owned().front()))->head;
    const auto now = forge.proposer(head.root, slot);
    const auto next = forge.proposer(head.root, slot + 1);
    holds_back_ = now && next && !owns(*now) && owns(*next);
    const auto block = forge.block(head.root);
    const bool follows_at_once = block != nullptr && head.slot + 1 == slot && !owns(block->message.proposer_index);
    const auto proposer = block == nullptr ? std::nullopt : forge.proposer(block->message.parent_root, slot);
    if (follows_at_once && proposer && owns(*proposer)) {
        const Root& parent = block->message.parent_root;
        if (const auto beside = forge.build(parent, slot, ballots_.for_block(forge, parent, slot))) {
            ++tried_;
            return powers.send_to_all(engine::Proposal{*beside, {}}); // a vote for it might surround an earlier one
        }
    }
    powers.call_at(powers.slot_start_ms(slot) + powers.votes_due_ms(), [this, &powers, slot] { vote(powers, slot); });
}

/// Votes as well as the block: who hears of a block asks for it.
std::optional<std::uint64_t> Usurper::delay_ms(Powers& powers, const Sighting&, std::size_t to) {
    if (!holds_back_ || to % 2 == 0) {
        return std::nullopt;
    }
    constexpr std::uint64_t too_late_ms = 10;
    return powers.votes_due_ms() + too_late_ms;
}

void Usurper::on_message(Powers& powers, const Sighting& sighting) {
    ballots_.see(powers.forge(), sighting.message);
}

void Usurper::vote(Powers& powers, Slot slot) {
    const Root head = powers.view(powers.node_of(owned().front()))->head.root;
    const auto data = powers.forge().honest_vote(head, slot);
    for (std::size_t i = 0; data && i < owned().size(); ++i) {
        const SingleAttestation vote = powers.forge().sign(owned()[i], *data);
        ballots_.add(vote);
        powers.send_to_all(vote);
    }
}

} // namespace quoin::sim
