#pragma once

#include "adversary.hpp"

#include <set>
#include <vector>

namespace quoin::sim {

/// The balancing attack (Neu, Tas, Tse, "Ebb-and-flow protocols", arXiv 2009.04987): proposes two blocks in a slot of
/// its own, one to each half of the honest nodes, and then tips every half just before it votes: half of its votes
/// reach one side in time, half the other. It rules the network within the time attesters wait for a block, and signs
/// no slashable vote (its one double proposal is).
class Balancer : public Adversary {
public:
    /// From slot `first` up to and excluding `end`, between even and odd nodes. `equivocates`: all its votes go to
    /// either side, each with another head (the LMD variant, Neu, Tas, Tse, "Two more attacks on proof-of-stake GHOST",
    /// arXiv 2203.01315).
    Balancer(std::vector<ValidatorIndex> owned, Slot first, Slot end, bool equivocates = false);

    void begin(Powers& powers) override;
    void at_slot_start(Powers& powers, Slot slot) override;
    std::optional<std::uint64_t> delay_ms(Powers& powers, const Sighting& sighting, std::size_t to) override;

private:
    void divide(Powers& powers, Slot slot);
    void tip(Powers& powers, Slot slot, std::size_t side);

    std::vector<std::set<std::size_t>> sides_; ///< nodes
    Slot first_;
    Slot end_;
    bool equivocates_;
    bool is_divided_ = false;
};

} // namespace quoin::sim
