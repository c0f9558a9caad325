#include "attacks/saved_votes.hpp"

namespace quoin::sim {

SavedVotes::SavedVotes(std::vector<ValidatorIndex> owned, std::uint64_t slots, Slot end, bool at_once)
    : Adversary(std::move(owned)), slots_(slots), end_(end), at_once_(at_once) {}

void SavedVotes::at_slot_start(Powers& powers, Slot slot) {
    const bool is_over = slot >= end_;
    const Slot shown = is_over ? slot : at_once_ ? end_ : slot + slots_;
    powers.call_at(powers.slot_start_ms(slot) + powers.votes_due_ms(), [this, &powers, slot, shown] {
        const Root head = powers.view(powers.node_of(owned().front()))->head.root;
        const auto data = powers.forge().honest_vote(head, slot);
        for (std::size_t i = 0; data && i < owned().size(); ++i) {
            const SingleAttestation vote = powers.forge().sign(owned()[i], *data);
            powers.call_at(powers.slot_start_ms(shown) + powers.votes_due_ms(),
                           [&powers, vote] { powers.send_to_all(vote); });
        }
    });
}

} // namespace quoin::sim
