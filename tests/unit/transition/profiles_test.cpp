#include "walk.hpp"

#include <quoin/base/random.hpp>
#include <quoin/finality/justification.hpp>
#include <quoin/staking/report.hpp>

#include <cstdlib>
#include <set>

namespace quoin::transition::test {
namespace {

/// The numbers of the sample with other clocks.
Spec clocks(std::uint64_t slots_per_epoch, std::uint64_t epochs_per_era) {
    Spec spec = sample_spec();
    spec.slots_per_epoch = slots_per_epoch;
    spec.epochs_per_era = epochs_per_era;
    spec.inclusion_window_epochs = slots_per_epoch > 1 ? 2 : 8;
    spec.min_churn = 3'000 * coin;
    return spec;
}

std::string name_of(const Spec& spec) {
    return std::to_string(spec.slots_per_epoch) + " slots an epoch, " + std::to_string(spec.epochs_per_era) +
           " epochs an era";
}

Weight sum_of_voted(const OpenEpoch& open, const EraSets& sets, std::size_t set) {
    Weight sum;
    for (std::size_t position = 0; position < open.voted.size(); ++position) {
        if (open.voted.get(position)) {
            sum += weight_of(sets, sets.duty_set[position])[set];
        }
    }
    return sum;
}

/// What holds of the finality part of every state, whatever the clocks.
void expect_sound_finality(const State& state, const Spec& spec) {
    EXPECT_TRUE(std::is_sorted(state.recent_justified.begin(), state.recent_justified.end(),
                               [](const Checkpoint& one, const Checkpoint& other) { return one.epoch < other.epoch; }));
    EXPECT_EQ(state.justified, state.recent_justified.back());
    EXPECT_LE(state.finalized.epoch, state.justified.epoch);
    EXPECT_LE(state.open_epochs.size(), spec.inclusion_window_epochs);
    for (const OpenEpoch& open : state.open_epochs) {
        const EraSets& sets = *sets_of(state, era_of(spec, open.epoch));
        for (std::size_t set = 0; set < 2; ++set) {
            const Weight voted = sum_of_voted(open, sets, set);
            EXPECT_LE(voted, sets.total[set]);
            EXPECT_LE(open.target_weight[set], voted);
            EXPECT_LE(open.link_weight[0][set] + open.link_weight[1][set] + open.link_weight[2][set], voted);
        }
    }
}

/// The sets of an era: sums, duty set and order, worked out the plain way.
void expect_sound_sets(const State& state, const Spec& spec) {
    const EraSets& sets = current_sets(state);
    EXPECT_EQ(sets.era, era_of(spec, state.slot));
    std::vector<ValidatorIndex> duty;
    JointWeight total;
    for (std::uint64_t i = 0; i < state.validators.size(); ++i) {
        const JointWeight weight = weight_of(sets, ValidatorIndex{i});
        total[0] += weight[0];
        total[1] += weight[1];
        if (weight != JointWeight{}) {
            duty.emplace_back(i);
        }
    }
    EXPECT_EQ(sets.total, total);
    EXPECT_TRUE(std::equal(duty.begin(), duty.end(), sets.duty_set.begin(), sets.duty_set.end()));
}

/// A chain of any clocks with absent voters, silent proposers, people who come and go, and now and then a cheat. `Walk`
/// applies every block twice and checks all of the books after it.
class AnyChain {
public:
    AnyChain(const Spec& spec, std::uint64_t seed) : random_(seed), walk_(8, spec) {}

    void run(std::uint64_t slots) {
        for (std::uint64_t i = 0; i < slots && !::testing::Test::HasFailure(); ++i) {
            step();
        }
    }

    void step() {
        if (random_.chance(8)) {
            walk_.transactions.push_back(transaction());
        }
        if (random_.below(200) == 0) {
            walk_.proposer_slashings.push_back(double_proposal());
        }
        const std::uint64_t absent = random_.below(16);
        walk_.let_vote([absent](ValidatorIndex validator) { return validator.value != absent; });
        const Epoch finalized = walk_.state->finalized.epoch;
        walk_.step(!random_.chance(10));
        EXPECT_GE(walk_.state->finalized.epoch, finalized);
        expect_sound_finality(*walk_.state, walk_.spec());
        expect_sound_sets(*walk_.state, walk_.spec());
        note_eras();
        if (random_.chance(10)) {
            expect_one_way_to_advance();
        }
    }

    const Walk& walk() const { return walk_; }
    std::size_t eras_settled() const { return settled_.size(); }

private:
    /// Over the next boundary and some slots, at one go and slot by slot.
    void expect_one_way_to_advance() {
        const Slot to = first_slot_of(walk_.spec(), era_of(walk_.spec(), walk_.state->slot) + 1) + random_.below(4);
        BlockEffects at_once;
        BlockEffects by_slot;
        const State jumped = advance(walk_.chain, *walk_.state, to, at_once);
        State stepped = *walk_.state;
        while (stepped.slot < to) {
            stepped = advance(walk_.chain, stepped, stepped.slot + 1, by_slot);
        }
        EXPECT_EQ(jumped, stepped);
        EXPECT_EQ(at_once, by_slot);
        EXPECT_EQ(staking::postings_of(at_once), staking::postings_of(by_slot));
    }

    void note_eras() {
        if (walk_.state->slot != walk_.slot) {
            return;
        }
        for (const EraReport& report : walk_.effects.eras) {
            EXPECT_TRUE(settled_.insert(report.settled).second) << "an era is settled once";
        }
    }

    SignedTransaction transaction() {
        const std::uint64_t account = random_.below(16);
        SignedTransaction made;
        made.message.sender = account_key(account);
        const auto position = find_account(*walk_.state, account_address(account));
        made.message.nonce = walk_.state->accounts[*position].next_nonce;
        made.message.max_fee = Amount{2'000};
        made.message.valid_until_slot = walk_.slot + 4;
        const ValidatorIndex validator{account};
        switch (random_.below(4)) {
        case 0: {
            Stake stake;
            stake.public_key = validator_key(random_.below(60));
            stake.withdrawal_address = account_address(account);
            stake.commission = {500, 2'000, 100};
            stake.amount = Amount{(32 + random_.below(2'000)) * coin};
            made.message.payload = stake;
            break;
        }
        case 1:
            made.message.payload = StakeMore{validator, Amount{random_.below(500) * coin}};
            break;
        case 2:
            made.message.payload = Unstake{validator, Amount{random_.below(500) * coin}, random_.chance(10)};
            break;
        default:
            made.message.payload = Withdraw{validator};
        }
        return made;
    }

    ProposerSlashing double_proposal() {
        BlockHeader header;
        header.slot = walk_.slot.saturating_minus(random_.below(10));
        header.proposer_index = ValidatorIndex{random_.below(8)};
        BlockHeader other = header;
        other.body_root[0] = 1;
        return {{header, {}}, {other, {}}};
    }

    SeededRandom random_;
    Walk walk_;
    std::set<Era> settled_;
};

std::uint64_t first_seed() {
    const char* given = std::getenv("QUOIN_SEED");
    return given != nullptr ? std::strtoull(given, nullptr, 10) : 1;
}

class Clocks : public ::testing::TestWithParam<std::pair<std::uint64_t, std::uint64_t>> {
protected:
    Spec spec() const { return clocks(GetParam().first, GetParam().second); }
};

TEST_P(Clocks, whatever_they_are_every_invariant_holds_after_every_block) {
    ASSERT_TRUE(validate_spec(spec())) << validate_spec(spec()).fault().text();
    const std::uint64_t seed = first_seed();
    SCOPED_TRACE("QUOIN_SEED=" + std::to_string(seed) + ", " + name_of(spec()));
    const std::uint64_t era = slots_per_era(spec());
    AnyChain chain{spec(), seed};
    chain.run(std::max<std::uint64_t>(120, 4 * era + 4));
    EXPECT_GE(chain.eras_settled(), 2U);
    EXPECT_GE(chain.walk().state->finalized.epoch, Epoch{2});
}

TEST_P(Clocks, whatever_they_are_versions_follow_finality_and_all_are_paid_alike) {
    SCOPED_TRACE(name_of(spec()));
    Walk walk{8, spec()};
    const std::uint64_t era = slots_per_era(spec());
    walk.run_to(Slot{5 * era});
    EXPECT_EQ(current_sets(*walk.state).era, Era{5});
    EXPECT_GE(current_sets(*walk.state).version, 2U);
    EXPECT_LT(current_sets(*walk.state).version, 6U);
    for (std::uint64_t i = 0; i < 8; ++i) {
        EXPECT_EQ(walk.state->inactivity_score[i], 0U);
        EXPECT_GT(walk.state->tokens[i], Amount{1'000 * coin}) << "everybody voted, and was paid for it";
    }
}

INSTANTIATE_TEST_SUITE_P(Profiles, Clocks,
                         ::testing::Values(std::pair{1, 1}, std::pair{1, 2}, std::pair{1, 8}, std::pair{1, 32},
                                           std::pair{4, 1}, std::pair{4, 2}, std::pair{4, 8}, std::pair{8, 1},
                                           std::pair{8, 2}, std::pair{32, 1}, std::pair{32, 2}));

SignedTransaction from(const Walk& walk, std::uint64_t account, Payload payload) {
    SignedTransaction transaction;
    transaction.message.sender = account_key(account);
    const auto position = find_account(*walk.state, account_address(account));
    transaction.message.nonce = walk.state->accounts[*position].next_nonce;
    transaction.message.max_fee = Amount{10'000};
    transaction.message.valid_until_slot = walk.slot + 100;
    transaction.message.payload = std::move(payload);
    return transaction;
}

TEST(LongEpochs, three_of_four_replaced_at_once_never_lose_finality) {
    for (const Spec& spec : {clocks(4, 2), clocks(8, 1), clocks(32, 1)}) {
        SCOPED_TRACE(name_of(spec));
        const std::uint64_t era = slots_per_era(spec);
        Walk walk{4, spec};
        walk.run_to(Slot{era + 1});
        for (std::uint64_t i = 0; i < 3; ++i) {
            Stake stake;
            stake.public_key = validator_key(100 + i);
            stake.withdrawal_address = account_address(5 + i);
            stake.amount = Amount{1'000 * coin};
            walk.transactions.push_back(from(walk, 5 + i, stake));
        }
        walk.run_to(Slot{3 * era - 1});
        for (std::uint64_t i = 1; i < 4; ++i) {
            walk.transactions.push_back(from(walk, i, Unstake{ValidatorIndex{i}, Amount{}, true}));
        }
        const std::uint64_t until = 9 * era;
        while (walk.slot < Slot{until}) {
            walk.step();
            ASSERT_GE(walk.state->finalized.epoch.value + 3, walk.epoch().value);
        }
        const auto& duty = current_sets(*walk.state).duty_set;
        ASSERT_EQ(duty.size(), 4U);
        EXPECT_EQ(duty[1], ValidatorIndex{4});
    }
}

TEST(LongEpochs, a_set_is_not_adopted_before_the_boundary_it_was_computed_at_is_final) {
    const Spec spec = clocks(4, 2);
    Walk walk{8, spec};
    walk.run_to(Slot{3 * 8 + 1});
    const std::uint64_t version = current_sets(*walk.state).version;
    const Era computed = walk.state->candidate->computed_at;
    walk.let_vote([](ValidatorIndex validator) { return validator.value < 5; });
    walk.run_to(Slot{7 * 8 + 1});
    EXPECT_LT(walk.state->finalized.epoch, first_epoch_of(spec, Era{4}));
    EXPECT_LE(current_sets(*walk.state).version, version + 1);
    EXPECT_LE(walk.state->candidate->computed_at, computed + 1);
    const std::uint64_t stalled = current_sets(*walk.state).version;
    walk.let_vote([](ValidatorIndex) { return true; });
    walk.run_to(Slot{10 * 8 + 1});
    EXPECT_GT(current_sets(*walk.state).version, stalled);
}

TEST(LookAhead, the_last_reveal_of_an_era_changes_no_schedule_that_is_drawn) {
    for (const Spec& spec : {clocks(1, 8), clocks(8, 1)}) {
        SCOPED_TRACE(name_of(spec));
        Walk one{8, spec};
        Walk other{8, spec};
        one.run_to(Slot{8 * 3 + 6});
        other.run_to(Slot{8 * 3 + 6});
        ASSERT_EQ(one.head, other.head);
        for (Walk* walk : {&one, &other}) {
            ++walk->slot; // the last of era 3
            BlockInputs inputs = walk->inputs();
            inputs.randao_reveal[9] = walk == &one ? 1 : 2;
            walk->extend(inputs);
        }
        const State mine = one.advanced_to(Slot{8 * 4});
        const State theirs = other.advanced_to(Slot{8 * 4});
        EXPECT_NE(mine.mixes[1], theirs.mixes[1]);
        EXPECT_EQ(current_sets(mine).seed, current_sets(theirs).seed) << "committees of era 4";
        std::uint64_t differ = 0;
        for (std::uint64_t i = 0; i < 8; ++i) {
            EXPECT_EQ(proposer_of(mine, spec, Slot{8 * 4 + i}), proposer_of(theirs, spec, Slot{8 * 4 + i}));
            differ += proposer_of(mine, spec, Slot{8 * 5 + i}) != proposer_of(theirs, spec, Slot{8 * 5 + i}) ? 1 : 0;
        }
        EXPECT_GT(differ, 0U) << "era 5 is drawn from it";
    }
}

TEST(Leak, the_weights_that_vote_fall_with_the_pools) {
    for (const auto& [slots, epochs] : {std::pair{1U, 8U}, {4U, 2U}}) {
        Spec spec = clocks(slots, epochs);
        spec.leak_after_epochs = 4;
        spec.leak_half_life_eras = 4;
        spec.base_reward_factor = 0; // the pools lose to the leak alone
        Walk walk{6, spec};
        walk.let_vote([](ValidatorIndex validator) { return validator.value < 3; });
        walk.run_to(Slot{8});
        const Epoch finalized_before = walk.state->finalized.epoch;
        std::uint64_t fell = 0;
        for (std::uint64_t era = 2; era < 12; ++era) {
            walk.run_to(Slot{era * 8});
            const State& state = *walk.state;
            if (state.finalized.epoch > finalized_before) {
                break; // newer sets are in whole increments
            }
            for (std::uint64_t i = 0; i < 6; ++i) {
                const std::uint64_t staked = state.tokens[i].value;
                const Weight left{staked < spec.ejection_balance ? 0 : staked};
                EXPECT_EQ(weight_of(current_sets(state), ValidatorIndex{i}), (JointWeight{left, left}));
                EXPECT_EQ(state.candidate->weights[i], left);
                fell += staked < 1'000 * coin ? 1 : 0;
            }
        }
        EXPECT_GT(fell, 0U) << name_of(spec);
    }
}

/// Two halves that do not see each other: each leaks the other's stake until what is left of it is less than a third,
/// and both finalize. Nobody signed two things; half of everybody's stake is what such a split costs (PROTOCOL section
/// 5). The figure is pinned: a change of it is a change of the protocol.
TEST(Leak, two_halves_apart_finalize_both_once_each_has_taken_half_of_the_others_stake) {
    Spec spec = clocks(1, 8);
    spec.leak_half_life_eras = 16;
    spec.base_reward_factor = 0;
    for (const bool upper : {false, true}) {
        Walk branch{4, spec};
        branch.let_vote([upper](ValidatorIndex validator) { return (validator.value >= 2) == upper; });
        const std::uint64_t absent = upper ? 0 : 3;
        while (branch.state->finalized.epoch < Epoch{16} && branch.slot < Slot{8 * 100}) {
            branch.step();
        }
        const std::uint64_t left = current_sets(*branch.state).weights[absent].value;
        EXPECT_EQ(current_sets(*branch.state).weights[upper ? 3 : 0].value, 1'000 * coin);
        EXPECT_LE(left, 500 * coin);
        EXPECT_GT(left, 450 * coin) << "no more than it takes";
        EXPECT_EQ(era_of(spec, branch.slot), Era{17});
    }
}

} // namespace
} // namespace quoin::transition::test
