#include "attacks/balancer.hpp"

namespace quoin::sim {

Balancer::Balancer(std::vector<ValidatorIndex> owned, Slot first, Slot end, bool equivocates)
    : Adversary(std::move(owned)), sides_(2), first_(first), end_(end), equivocates_(equivocates) {}

void Balancer::begin(Powers& powers) {
    for (std::size_t node = 0; node < powers.node_count(); ++node) {
        sides_[node % sides_.size()].insert(node);
    }
}

void Balancer::at_slot_start(Powers& powers, Slot slot) {
    if (slot < first_ || slot >= end_) {
        return;
    }
    if (!is_divided_) {
        divide(powers, slot);
    }
    // Sent so late that only one side has the vote when the next slot's heads are chosen.
    powers.call_at(powers.slot_start_ms(slot + 1) - 1, [this, &powers, slot] {
        for (std::size_t side = 0; is_divided_ && side < sides_.size(); ++side) {
            tip(powers, slot, side);
        }
    });
}

/// Two blocks in the first slot that is its own.
void Balancer::divide(Powers& powers, Slot slot) {
    Forge& forge = powers.forge();
    const Root head = powers.view(*sides_[0].begin())->head.root;
    const auto proposer = forge.proposer(head, slot);
    if (!proposer || !owns(*proposer)) {
        return;
    }
    const auto block = forge.build(head, slot);
    if (!block) {
        return;
    }
    is_divided_ = true;
    const std::vector<SignedBlock> twins{*block, forge.twin(*block)};
    for (std::size_t side = 0; side < sides_.size(); ++side) {
        for (const std::size_t node : sides_[side]) {
            powers.send({node, 0, std::nullopt}, engine::Proposal{twins[side], {}});
        }
    }
    powers.tell("two blocks divide the nodes");
}

/// A vote of `slot` for what the side takes for the head.
void Balancer::tip(Powers& powers, Slot slot, std::size_t side) {
    const auto data = powers.forge().honest_vote(powers.view(*sides_[side].begin())->head.root, slot);
    for (std::size_t i = 0; data && i < owned().size(); ++i) {
        if (equivocates_ || i % sides_.size() == side) {
            const SingleAttestation vote = powers.forge().sign(owned()[i], *data);
            for (const std::size_t node : sides_[side]) {
                powers.send({node, 0, std::nullopt}, vote);
            }
        }
    }
}

/// From side to side blocks come just in time, and votes just too late for the next ones.
std::optional<std::uint64_t> Balancer::delay_ms(Powers& powers, const Sighting& sighting, std::size_t to) {
    const bool is_across = sides_[0].contains(sighting.from) != sides_[0].contains(to);
    if (!is_divided_ || powers.slot() >= end_ || !is_across) {
        return std::nullopt;
    }
    constexpr std::uint64_t margin_ms = 3;
    const std::uint64_t due_ms = powers.spec().slot_ms * powers.spec().attestation_due_bps / 10'000;
    const bool is_block = std::holds_alternative<engine::Proposal>(sighting.message);
    return is_block ? due_ms - margin_ms : due_ms + margin_ms;
}

} // namespace quoin::sim
