#pragma once

#include <quoin/types/block.hpp>
#include <quoin/types/effects.hpp>

#include <map>
#include <optional>

namespace quoin::sim {

/// What each validator was seen to have signed, by whomever: the oracle of S2 and of who deserves to be slashed. Knows
/// the three offences of PROTOCOL section 3 and nothing of how nodes avoid or find them.
class SigningLog {
public:
    /// The offence that a message makes together with an earlier one.
    std::optional<Offence> add(ValidatorIndex validator, const AttestationData& vote);
    std::optional<Offence> add(const Block& block);

private:
    struct Votes {
        std::multimap<Epoch, AttestationData> by_target; ///< the newest of them
        Epoch highest_source;
    };

    std::map<ValidatorIndex, Votes> votes_;
    std::map<ValidatorIndex, std::multimap<Slot, Root>> proposals_;
};

} // namespace quoin::sim
