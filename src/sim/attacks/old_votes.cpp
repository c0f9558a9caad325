#include "attacks/old_votes.hpp"

#include <quoin/codec/ssz.hpp>

namespace quoin::sim {

void OldVotes::on_message(Powers&, const Sighting& sighting) {
    if (const auto* proposal = std::get_if<engine::Proposal>(&sighting.message)) {
        const Block& block = proposal->block.message;
        blocks_.emplace(block.slot, hash_tree_root(header_of(block)));
    }
}

/// In turn for every epoch of the window the vote of one of the owned, so that the flood goes on slot after slot.
void OldVotes::at_slot_start(Powers& powers, Slot slot) {
    const std::uint64_t window = powers.spec().inclusion_window_epochs * powers.spec().slots_per_epoch;
    while (!blocks_.empty() && blocks_.begin()->first + window < slot) {
        blocks_.erase(blocks_.begin());
    }
    std::size_t turn = 0;
    for (const auto& [voted, head] : blocks_) {
        const auto data = powers.forge().honest_vote(head, voted);
        if (data && voted < slot && voted + window > slot) {
            powers.send_to_all(powers.forge().sign(owned()[turn++ % owned().size()], *data));
            ++sent_;
        }
    }
}

} // namespace quoin::sim
