#include "attacks/late_block.hpp"

#include <quoin/codec/ssz.hpp>

namespace quoin::sim {

namespace {

/// After proposers have built and before their blocks are anywhere.
constexpr std::uint64_t after_proposal_ms = 1;

} // namespace

void LateBlock::at_slot_start(Powers& powers, Slot slot) {
    const std::size_t watched = powers.node_of(owned().front());
    const Root head = powers.view(watched)->head.root;
    if (!hidden_.empty()) {
        powers.call_at(powers.slot_start_ms(slot) + after_proposal_ms, [this, &powers] { show_hidden(powers); });
    } else if (hide_block(powers, slot, head)) {
        return;
    }
    powers.call_at(powers.slot_start_ms(slot) + powers.votes_due_ms(),
                   [this, &powers, slot, watched] { vote_for(powers, slot, powers.view(watched)->head.root, true); });
}

void LateBlock::on_message(Powers& powers, const Sighting& sighting) {
    ballots_.see(powers.forge(), sighting.message);
}

/// Only when the slot is its own and the next one is not.
bool LateBlock::hide_block(Powers& powers, Slot slot, const Root& head) {
    Forge& forge = powers.forge();
    const auto proposer = forge.proposer(head, slot);
    const auto next = forge.proposer(head, slot + 1);
    if (!proposer || !next || !owns(*proposer) || owns(*next)) {
        return false;
    }
    const auto block = forge.build(head, slot, ballots_.for_block(forge, head, slot));
    if (!block) {
        return false;
    }
    hidden_.emplace_back(engine::Proposal{*block, {}});
    vote_for(powers, slot, hash_tree_root(header_of(block->message)), false);
    return true;
}

void LateBlock::vote_for(Powers& powers, Slot slot, const Root& head, bool openly) {
    const auto data = powers.forge().honest_vote(head, slot);
    for (const ValidatorIndex voter : powers.forge().attesters(head, slot)) {
        if (!data || !owns(voter)) {
            continue;
        }
        const SingleAttestation vote = powers.forge().sign(voter, *data);
        if (!openly) {
            hidden_.emplace_back(vote);
            continue;
        }
        ballots_.add(vote);
        if (!saves_votes_) {
            powers.send_to_all(vote);
        }
    }
}

void LateBlock::show_hidden(Powers& powers) {
    for (const engine::Message& message : hidden_) {
        powers.send_to_all(message);
    }
    hidden_.clear();
    ++tried_;
}

} // namespace quoin::sim
