#pragma once

#include "adversary.hpp"

#include <map>

namespace quoin::sim {

class World;

/// Does nothing but watch what honest proposers publish and honest attesters make of it.
class Bystander final : public Adversary {
public:
    Bystander() : Adversary({}) {}
    void on_message(Powers& powers, const Sighting& sighting) override;

    /// Votes of honest validators against the newest honest block that was proposed in time: for another head, of the
    /// same slot or of the next one, that does not descend from it.
    std::size_t swayed() const { return swayed_; }
    /// Honest blocks up to what node 0 finalized that did not become part of it.
    std::size_t lost(const World& world) const;

private:
    bool descends(Powers& powers, Root root, const Root& ancestor) const;

    std::map<Slot, Root> blocks_;
    std::size_t swayed_ = 0;
};

} // namespace quoin::sim
