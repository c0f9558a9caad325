#include "attacks/silent_proposers.hpp"

namespace quoin::sim {

void SilentProposers::at_slot_start(Powers& powers, Slot slot) {
    const std::uint64_t due_ms = powers.spec().slot_ms * powers.spec().attestation_due_bps / 10'000;
    powers.call_at(powers.slot_start_ms(slot) + due_ms, [this, &powers, slot] {
        const Root head = powers.view(powers.node_of(owned().front()))->head.root;
        const auto data = powers.forge().honest_vote(head, slot);
        for (const ValidatorIndex voter : powers.forge().attesters(head, slot)) {
            if (data && owns(voter)) {
                powers.send_to_all(powers.forge().sign(voter, *data));
            }
        }
    });
}

} // namespace quoin::sim
