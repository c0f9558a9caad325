#include "attacks/silent_proposers.hpp"

namespace quoin::sim {

void SilentProposers::at_slot_start(Powers& powers, Slot slot) {
    powers.call_at(powers.slot_start_ms(slot) + powers.votes_due_ms(), [this, &powers, slot] {
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
