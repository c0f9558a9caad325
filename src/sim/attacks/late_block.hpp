#pragma once

#include "adversary.hpp"
#include "attacks/ballots.hpp"

#include <vector>

namespace quoin::sim {

/// Ex-ante reorg (Schwarz-Schilling et al., "Three attacks on proof-of-stake Ethereum", arXiv 2110.10086): builds in
/// its slot, tells nobody, votes for the hidden block, and shows block and votes as soon as the next proposer has built
/// on the old head. With two slots in reach of each other it keeps doing so (the sandwich): the honest block between
/// two of its own is the one that shall be lost.
class LateBlock : public Adversary {
public:
    /// `saves_votes`: tells nobody of its other votes either, but puts them into its hidden blocks. Where the others
    /// alone justify nothing, each hidden block then justifies what nobody knew of (the bouncing attack's means).
    explicit LateBlock(std::vector<ValidatorIndex> owned, bool saves_votes = false)
        : Adversary(std::move(owned)), saves_votes_(saves_votes) {}

    void at_slot_start(Powers& powers, Slot slot) override;
    void on_message(Powers& powers, const Sighting& sighting) override;

    std::uint64_t tried() const { return tried_; } ///< hidden blocks shown

private:
    void show_hidden(Powers& powers);
    bool hide_block(Powers& powers, Slot slot, const Root& head);
    void vote_for(Powers& powers, Slot slot, const Root& head, bool openly);

    bool saves_votes_;
    Ballots ballots_;
    std::vector<engine::Message> hidden_; ///< the block, then votes for it
    std::uint64_t tried_ = 0;
};

} // namespace quoin::sim
