#include "era.hpp"

#include "schedule.hpp"
#include "sets.hpp"

#include <quoin/base/mutant.hpp>
#include <quoin/finality/justification.hpp>
#include <quoin/staking/era.hpp>

namespace quoin::transition {

void process_era(State& state, const Spec& spec, BlockEffects& effects) {
    const Era ended = era_of(spec, state.slot) - 1;
    const bool leak_active = finality::leak_is_active(state, spec);
    staking::Books books{state, spec, effects};
    staking::Roll roll{state};

    staking::settle_era(books, roll, ended, leak_active);
    staking::mint_entering(books, ended);
    staking::correlation_penalties(books, ended);
    staking::update_registry(books, roll, ended);
    staking::update_effective_balances(state, spec);
    update_set_version(state, spec, roll);
    if (leak_active && !is_planted(Mutant::leak_leaves_the_weights)) {
        apply_leak_weights(state, spec, roll);
    }
    turn_mixes(state);
    open_era(state, spec);
    staking::reset_hits(state);

    books.assert_balanced();
    const Result<void> sound = staking::check_books(state, spec);
    QUOIN_ASSERT(sound.ok(), "L1 to L7 hold at the era boundary");
}

} // namespace quoin::transition
