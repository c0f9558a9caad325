#include "attacks/long_range.hpp"

#include "attacks/ballots.hpp"

#include <quoin/codec/ssz.hpp>

namespace quoin::sim {

LongRange::LongRange(std::vector<ValidatorIndex> owned, std::uint64_t length, Slot shown_at)
    : Adversary(std::move(owned)), length_(length), shown_at_(shown_at) {}

void LongRange::at_slot_start(Powers& powers, Slot slot) {
    if (slot != shown_at_) {
        return;
    }
    Forge& forge = powers.forge();
    Ballots ballots;
    Root tip = forge.genesis_root();
    for (Slot at{1}; at.value <= length_; ++at) {
        const auto proposer = forge.proposer(tip, at);
        constexpr std::uint8_t another_history = 77;
        if (proposer && owns(*proposer)) {
            if (const auto block = forge.build(tip, at, ballots.for_block(forge, tip, at), another_history)) {
                tip = hash_tree_root(header_of(block->message));
                powers.send_to_all(engine::Proposal{*block, {}});
            }
        }
        const auto data = forge.honest_vote(tip, at);
        for (std::size_t i = 0; data && i < owned().size(); ++i) {
            const SingleAttestation vote = forge.sign(owned()[i], *data);
            ballots.add(vote);
            powers.send_to_all(vote);
        }
    }
    powers.tell("another history from genesis on is shown");
}

} // namespace quoin::sim
