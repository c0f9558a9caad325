#include "attacks.hpp"

#include "attacks/balancer.hpp"
#include "attacks/bouncer.hpp"
#include "attacks/hidden_chain.hpp"
#include "attacks/late_block.hpp"
#include "attacks/late_votes.hpp"
#include "attacks/long_range.hpp"
#include "attacks/old_votes.hpp"
#include "attacks/saved_votes.hpp"
#include "attacks/silent_proposers.hpp"
#include "attacks/split.hpp"
#include "liars.hpp"

namespace quoin::sim {

namespace {

template <class Attack>
std::shared_ptr<Adversary> make(std::vector<ValidatorIndex> owned, Arguments&) {
    return std::make_shared<Attack>(std::move(owned));
}

using Owned = std::vector<ValidatorIndex>;

/// `FIRST END [double]`
std::shared_ptr<Adversary> balance(Owned owned, Arguments& arguments) {
    const Slot first{arguments.number()};
    const Slot end{arguments.number()};
    return std::make_shared<Balancer>(std::move(owned), first, end, arguments.skip("double"));
}

/// `FIRST END`
std::shared_ptr<Adversary> bounce(Owned owned, Arguments& arguments) {
    const Slot first{arguments.number()};
    return std::make_shared<Bouncer>(std::move(owned), first, Slot{arguments.number()});
}

/// `FIRST END`
std::shared_ptr<Adversary> hidden_chain(Owned owned, Arguments& arguments) {
    const Slot first{arguments.number()};
    return std::make_shared<HiddenChain>(std::move(owned), first, Slot{arguments.number()});
}

/// `LEAST MOST`, in milliseconds; the votes are everybody's.
std::shared_ptr<Adversary> late_votes(Owned, Arguments& arguments) {
    const std::uint64_t least_ms = arguments.number();
    const std::uint64_t most_ms = arguments.number();
    if (most_ms < least_ms) {
        arguments.fail("the longest delay is below the shortest");
        return nullptr;
    }
    return std::make_shared<LateVotes>(least_ms, most_ms, 1);
}

/// `LENGTH SLOT`
std::shared_ptr<Adversary> long_range(Owned owned, Arguments& arguments) {
    const std::uint64_t length = arguments.number();
    return std::make_shared<LongRange>(std::move(owned), length, Slot{arguments.number()});
}

/// `SLOTS END`
std::shared_ptr<Adversary> saved_votes(Owned owned, Arguments& arguments) {
    const std::uint64_t slots = arguments.number();
    return std::make_shared<SavedVotes>(std::move(owned), slots, Slot{arguments.number()});
}

/// `END`
std::shared_ptr<Adversary> withheld_votes(Owned owned, Arguments& arguments) {
    return std::make_shared<SavedVotes>(std::move(owned), 0, Slot{arguments.number()}, true);
}

/// `FIRST END NODES | NODES`
std::shared_ptr<Adversary> split(Owned owned, Arguments& arguments) {
    const Slot first{arguments.number()};
    const Slot end{arguments.number()};
    std::vector<Split::Side> sides(1);
    while (!arguments.is_done()) {
        if (arguments.skip("|")) {
            sides.emplace_back();
        } else {
            sides.back().insert(arguments.number());
        }
    }
    return std::make_shared<Split>(std::move(owned), std::move(sides), first, end);
}

} // namespace

const std::map<std::string, AttackFactory>& attacks() {
    static const std::map<std::string, AttackFactory> all{
        {"balance", balance},
        {"bounce", bounce},
        {"double-proposal", make<DoubleProposer>},
        {"double-vote", make<DoubleVoter>},
        {"hidden-chain", hidden_chain},
        {"late-block", make<LateBlock>},
        {"late-votes", late_votes},
        {"long-range", long_range},
        {"old-votes", make<OldVotes>},
        {"saved-votes", saved_votes},
        {"silent", make<Silent>},
        {"silent-proposers", make<SilentProposers>},
        {"split", split},
        {"surround", make<Surrounder>},
        {"withheld-votes", withheld_votes},
    };
    return all;
}

} // namespace quoin::sim
