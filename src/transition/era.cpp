#include "era.hpp"

#include "schedule.hpp"
#include "sets.hpp"

#include <quoin/finality/justification.hpp>
#include <quoin/staking/era.hpp>

namespace quoin::transition {

void process_era(State& state, const Spec& spec, BlockEffects& effects) {
    const Era ended = era_of(spec, state.slot) - 1;
    const bool leak_active = finality::leak_is_active(state, spec);
    staking::Books books{state, spec, effects};

    staking::settle_era(books, ended, leak_active);
    staking::mint_entering(books, ended);
    staking::correlation_penalties(books, ended);
    staking::update_registry(books, ended);
    staking::update_effective_balances(state, spec);
    update_set_version(state, spec);
    if (leak_active) {
        apply_leak_weights(state, spec);
    }
    turn_mixes(state);
    open_era(state, spec);
    staking::reset_hits(state);

    books.assert_balanced();
    const Result<void> sound = staking::check_books(state, spec);
    QUOIN_ASSERT(sound.ok(), "L1 to L7 hold at the era boundary");
}

} // namespace quoin::transition
