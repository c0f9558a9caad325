#pragma once

#include "adversary.hpp"

#include <set>

namespace quoin::sim {

/// Validators whose nodes do their duties as they should, while a second signer with the same key adds what must not be
/// signed: what a copied key does, or a plain cheat.
class Liar : public Adversary {
public:
    using Adversary::Adversary;
    bool leaves_duties_to_nodes() const override { return true; }
};

/// A second block beside the next one of each of its validators; then never again.
class DoubleProposer final : public Liar {
public:
    using Liar::Liar;
    void on_message(Powers& powers, const Sighting& sighting) override;

private:
    std::set<ValidatorIndex> done_;
};

/// Beside each vote another one for another head and target, to whoever may hear it.
class DoubleVoter final : public Liar {
public:
    using Liar::Liar;
    void on_message(Powers& powers, const Sighting& sighting) override;
};

/// Now and then a vote that surrounds an earlier one.
class Surrounder final : public Liar {
public:
    using Liar::Liar;
    void on_message(Powers& powers, const Sighting& sighting) override;

private:
    std::map<ValidatorIndex, AttestationData> earlier_;
};

/// Validators that do nothing at all.
class Silent final : public Adversary {
public:
    using Adversary::Adversary;
};

} // namespace quoin::sim
