#include "killer.hpp"

#include <quoin/slashing/guard.hpp>
#include <quoin/slashing/offence.hpp>

#include <gtest/gtest.h>
#include <support/sample_genesis.hpp>

#include <algorithm>

namespace quoin::mutants {

namespace {

AttestationData vote(std::uint64_t source, std::uint64_t target, std::uint64_t branch = 0) {
    const auto block = [branch](std::uint64_t epoch) { return test::secret(1'000 * branch + epoch); };
    return {Slot{target}, block(target), {Epoch{source}, block(source)}, {Epoch{target}, block(target)}};
}

/// A validator that signs whatever the guard lets pass, and keeps what the guard wants to know of the past.
class Validator {
public:
    void ask(const AttestationData& data) {
        const Root root = hash_tree_root(data);
        slashing::VoteHistory history;
        for (const AttestationData& before : signed_) {
            const Epoch source = before.source.epoch;
            history.highest_source = std::max(history.highest_source.value_or(source), source);
            history.highest_target = std::max(history.highest_target.value_or(Epoch{}), before.target.epoch);
            if (before.target.epoch == data.target.epoch) {
                history.same_target = {source, before.target.epoch, hash_tree_root(before)};
            }
        }
        if (slashing::may_sign(history, slashing::VoteRequest{data.source.epoch, data.target.epoch, root})) {
            signed_.push_back(data);
        }
    }

    void expect_no_offence() const {
        for (const AttestationData& one : signed_) {
            for (const AttestationData& other : signed_) {
                EXPECT_FALSE(slashing::is_double_vote(one, other)) << "two votes for one target epoch are signed";
                EXPECT_FALSE(slashing::is_surround(one, other)) << "a vote is signed that surrounds another";
            }
        }
    }

private:
    std::vector<AttestationData> signed_;
};

/// A process that starts again in the middle of a slot has forgotten that it voted, and may see another head now.
void a_restart_within_the_slot_signs_nothing_else() {
    Validator validator;
    validator.ask(vote(4, 5));
    validator.ask(vote(4, 5, 1));
    validator.expect_no_offence();
}

/// The branch that it changes to has justified less than the one it comes from.
void a_change_of_branch_signs_no_surrounding_vote() {
    Validator validator;
    validator.ask(vote(10, 12));
    validator.ask(vote(5, 13, 1));
    validator.expect_no_offence();
}

} // namespace

Killers guard_killers() {
    return {
        {Mutant::guard_without_double_vote, "a restart within the slot signs nothing else",
         a_restart_within_the_slot_signs_nothing_else},
        {Mutant::guard_without_surround, "a change of branch signs no surrounding vote",
         a_change_of_branch_signs_no_surrounding_vote},
    };
}

} // namespace quoin::mutants
