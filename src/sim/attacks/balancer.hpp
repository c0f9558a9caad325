#pragma once

#include "adversary.hpp"
#include "attacks/ballots.hpp"

#include <array>
#include <map>
#include <set>
#include <vector>

namespace quoin::sim {

/// The balancing attack (Neu, Tas, Tse, "Ebb-and-flow protocols", arXiv 2009.04987): proposes two blocks in a slot of
/// its own, one to each half of the voters, and from then on shows some voters of every slot, just before they choose
/// their heads, votes that turn the lead over to the lighter branch. The others hear of these votes too late. It knows
/// how everybody voted, and sways as many as keep the branches level. It rules the network within the time attesters
/// wait for a block, signs no slashable vote (its one double proposal is), and takes all validators to weigh the same.
class Balancer : public Adversary {
public:
    /// From slot `first` up to and excluding `end`. `equivocates`: its votes go to either side, each with another head
    /// (the LMD variant, Neu, Tas, Tse, "Two more attacks on proof-of-stake GHOST", arXiv 2203.01315).
    Balancer(std::vector<ValidatorIndex> owned, Slot first, Slot end, bool equivocates = false)
        : Adversary(std::move(owned)), first_(first), end_(end), equivocates_(equivocates) {}

    void at_slot_start(Powers& powers, Slot slot) override;
    void on_message(Powers& powers, const Sighting& sighting) override;
    std::optional<std::uint64_t> delay_ms(Powers& powers, const Sighting& sighting, std::size_t to) override;

    std::uint64_t slots_swayed() const { return slots_swayed_; }

private:
    using Branch = std::size_t; ///< 0 or 1
    using Nodes = std::set<std::size_t>;
    /// What one of its own may still say of a slot.
    struct Withheld {
        ValidatorIndex voter;
        Slot slot;
    };
    using WithheldVotes = std::vector<Withheld>;

    void divide(Powers& powers, Slot slot);
    void show_twins(Powers& powers, Slot slot, const SignedBlock& block, const std::vector<ValidatorIndex>& voters);
    void withhold(Powers& powers, Slot slot);
    void sway(Powers& powers, Slot slot);
    void see_block(const SignedBlock& block);
    std::int64_t lead_of(Branch branch) const;
    bool is_chosen(Branch branch, std::int64_t lead, const Spec& spec, std::int64_t boost_percent) const;
    WithheldVotes votes_that_turn(const Spec& spec, Branch other, std::int64_t lead) const;
    std::int64_t gain_of(const Withheld& vote, Branch branch) const;
    std::int64_t gain_of(const WithheldVotes& votes, Branch branch) const;
    Nodes voters_to_sway(Powers& powers, Branch leader, const WithheldVotes& shown, Slot slot) const;
    Nodes all_but(Powers& powers, const Nodes& few) const;
    void show(Powers& powers, const WithheldVotes& votes, Branch branch, const Nodes& nodes);
    Root tip(Branch branch, Slot slot) const;

    Slot first_;
    Slot end_;
    bool equivocates_;
    std::vector<Root> fork_;              ///< the two blocks; none before
    std::optional<ValidatorIndex> burnt_; ///< who proposed both
    std::map<Root, Branch> branch_of_;
    std::array<std::map<Slot, Root>, 2> blocks_; ///< by branch
    std::map<ValidatorIndex, Branch> voted_;     ///< the latest vote of everybody that all know
    WithheldVotes withheld_;
    Ballots ballots_;
    std::int64_t validators_ = 0;
    std::uint64_t slots_swayed_ = 0;
};

} // namespace quoin::sim
