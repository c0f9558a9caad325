#include <quoin/base/random.hpp>
#include <quoin/crypto/shuffle.hpp>
#include <quoin/types/clock.hpp>
#include <quoin/types/committees.hpp>

#include <gtest/gtest.h>
#include <support/sample_genesis.hpp>
#include <support/vectors.hpp>

#include <algorithm>

namespace quoin {
namespace {

Spec gasper_spec() {
    Spec spec = test::sample_spec();
    spec.slots_per_epoch = 8;
    spec.epochs_per_era = 2;
    spec.target_committee_size = 10;
    spec.max_committees_per_slot = 4;
    spec.target_aggregators_per_committee = 3;
    return spec;
}

/// On duty is every third validator, in era 2.
State state_of(std::uint64_t on_duty) {
    State state;
    EraSets sets;
    sets.era = Era{2};
    sets.seed = test::secret(on_duty);
    for (std::uint64_t i = 0; i < on_duty; ++i) {
        sets.duty_set.push_back(ValidatorIndex{3 * i + 1});
    }
    state.sets.push_back(std::move(sets));
    return state;
}

template <class T>
std::vector<T> list_of(std::span<const T> items) {
    return {items.begin(), items.end()};
}

/// `compute_committee` of the consensus specs, member by member.
std::vector<ValidatorIndex> computed_committee(const EraSets& sets, const Root& seed, std::uint64_t number,
                                               std::uint64_t committees) {
    const std::uint64_t count = sets.duty_set.size();
    std::vector<ValidatorIndex> members;
    for (std::uint64_t i = count * number / committees; i < count * (number + 1) / committees; ++i) {
        members.push_back(sets.duty_set[crypto::shuffled_index(i, count, seed, shuffle_rounds)]);
    }
    return members;
}

TEST(EpochCommittees, are_those_of_the_published_vectors) {
    QUOIN_NEEDS_VECTORS();
    const auto cases = test::open_vectors("committees/committees.json");
    ASSERT_GE(cases.Size(), 10U);
    for (const auto& each : cases.GetArray()) {
        SCOPED_TRACE(each["name"].GetString());
        Spec spec = test::sample_spec();
        spec.slots_per_epoch = test::integer(each["slots_per_epoch"]);
        spec.target_committee_size = test::integer(each["target_committee_size"]);
        spec.max_committees_per_slot = test::integer(each["max_committees_per_slot"]);
        ValidatorColumn<ValidatorIndex> active;
        for (const auto& index : each["active_indices"].GetArray()) {
            active.push_back(ValidatorIndex{test::integer(index)});
        }
        const EpochCommittees committees{active, Root::from(test::hex_octets(each["attester_seed"])), spec,
                                         test::integer(each["shuffle_round_count"])};
        EXPECT_EQ(committees.committees_per_slot(), test::integer(each["committees_per_slot"]));
        for (const auto& committee : each["committees"].GetArray()) {
            std::vector<ValidatorIndex> members;
            for (const auto& index : committee["members"].GetArray()) {
                members.push_back(ValidatorIndex{test::integer(index)});
            }
            const Slot slot{test::integer(committee["slot"])};
            EXPECT_EQ(list_of(committees.committee(slot, test::integer(committee["index"]))), members);
        }
    }
}

TEST(EpochCommittees, agree_with_the_simple_form_and_with_the_specs_slot_by_slot) {
    const Spec spec = gasper_spec();
    for (const std::uint64_t on_duty : {0, 1, 7, 100, 159, 160, 161, 333, 1'000}) {
        SCOPED_TRACE(on_duty);
        const State state = state_of(on_duty);
        for (const Epoch epoch : {Epoch{4}, Epoch{5}}) {
            const SharedCommittees committees = committees_of(state, spec, epoch);
            ASSERT_TRUE(committees);
            const Root seed = shuffle_seed(state.sets[0], spec, epoch);
            const std::uint64_t per_slot = committees->committees_per_slot();
            for (std::uint64_t i = 0; i < spec.slots_per_epoch; ++i) {
                const Slot slot = first_slot_of(spec, epoch) + i;
                EXPECT_EQ(list_of(committees->attesters(slot)), attesters_of(state, spec, slot));
                const auto positions = duty_positions_of(state, spec, slot);
                EXPECT_TRUE(std::ranges::equal(committees->positions(slot), positions));
                std::vector<ValidatorIndex> joined;
                for (std::uint64_t k = 0; k < per_slot; ++k) {
                    const auto committee = list_of(committees->committee(slot, k));
                    EXPECT_EQ(committee, computed_committee(state.sets[0], seed, i * per_slot + k,
                                                            per_slot * spec.slots_per_epoch));
                    joined.insert(joined.end(), committee.begin(), committee.end());
                }
                EXPECT_EQ(joined, attesters_of(state, spec, slot));
                EXPECT_TRUE(committees->committee(slot, per_slot).empty());
            }
        }
    }
}

TEST(EpochCommittees, every_validator_on_duty_has_one_seat_and_nobody_else_has) {
    const Spec spec = gasper_spec();
    for (const std::uint64_t on_duty : {1, 7, 100, 161, 1'000}) {
        const State state = state_of(on_duty);
        const SharedCommittees committees = committees_of(state, spec, Epoch{4});
        for (std::uint64_t i = 0; i < 3 * on_duty + 5; ++i) {
            const ValidatorIndex validator{i};
            const auto seat = committees->seat_of(validator);
            ASSERT_EQ(seat.has_value(), i % 3 == 1 && i / 3 < on_duty) << i;
            if (!seat) {
                continue;
            }
            const Slot slot = first_slot_of(spec, Epoch{4}) + seat->slot;
            EXPECT_EQ(committees->committee(slot, seat->committee)[seat->place], validator);
            EXPECT_EQ(committees->attesters(slot)[seat->bit], validator);
            EXPECT_EQ(committees->positions(slot)[seat->bit], seat->position);
            EXPECT_EQ(state.sets[0].duty_set[seat->position], validator);
            EXPECT_TRUE(committees->is_in(slot, validator));
            EXPECT_FALSE(committees->is_in(slot + 1, validator));
        }
    }
}

TEST(EpochCommittees, the_first_members_of_a_committee_are_its_aggregators) {
    const Spec spec = gasper_spec();
    const State state = state_of(333);
    const SharedCommittees committees = committees_of(state, spec, Epoch{4});
    const Slot slot = first_slot_of(spec, Epoch{4}) + 2;
    const auto committee = committees->committee(slot, 1);
    const auto aggregators = committees->aggregators_of(slot, 1);
    ASSERT_EQ(aggregators.size(), 3U);
    for (std::size_t i = 0; i < committee.size(); ++i) {
        EXPECT_EQ(committees->is_aggregator(slot, 1, committee[i]), i < 3);
        EXPECT_FALSE(committees->is_aggregator(slot, 0, committee[i]));
        EXPECT_FALSE(committees->is_aggregator(slot + 1, 1, committee[i]));
    }
    EXPECT_EQ(committees_of(state_of(8), spec, Epoch{4})->aggregators_of(slot, 0).size(), 1U);
}

TEST(EpochCommittees, with_one_slot_an_epoch_there_is_one_in_index_order) {
    Spec spec = test::sample_spec();
    const State state = state_of(1'000);
    const SharedCommittees committees = committees_of(state, spec, Epoch{17});
    EXPECT_EQ(committees->committees_per_slot(), 1U);
    EXPECT_EQ(list_of(committees->committee(Slot{17}, 0)), attesters_of(state, spec, Slot{17}));
    EXPECT_EQ(committees->seat_of(ValidatorIndex{31})->place, 10U);
}

TEST(EpochCommittees, are_as_many_as_the_specs_say) {
    Spec spec = gasper_spec();
    EXPECT_EQ(committees_per_slot(spec, 0), 1U);
    EXPECT_EQ(committees_per_slot(spec, 159), 1U);
    EXPECT_EQ(committees_per_slot(spec, 160), 2U);
    EXPECT_EQ(committees_per_slot(spec, 319), 3U);
    EXPECT_EQ(committees_per_slot(spec, 1'000'000), 4U);
}

TEST(CommitteeCache, shares_what_forks_have_in_common_and_tells_the_rest_apart) {
    const Spec spec = gasper_spec();
    const State state = state_of(100);
    State fork = state;
    fork.slot = Slot{33};
    fork.seal();
    CommitteeCache cache;
    const SharedCommittees first = cache.of(state, spec, Epoch{4});
    EXPECT_EQ(cache.of(fork, spec, Epoch{4}), first);
    EXPECT_NE(cache.of(state, spec, Epoch{5}), first);
    fork.sets[0].duty_set.push_back(ValidatorIndex{5'000});
    EXPECT_NE(cache.of(fork, spec, Epoch{4}), first);
    fork = state;
    fork.sets[0].seed[0] ^= 1;
    EXPECT_NE(cache.of(fork, spec, Epoch{4}), first);
    EXPECT_EQ(cache.of(state, spec, Epoch{4}), first);
    EXPECT_EQ(cache.of(state, spec, Epoch{6}), nullptr);
}

TEST(CommitteeCache, forgets_what_was_asked_for_longest_ago) {
    Spec spec = gasper_spec();
    spec.epochs_per_era = 16;
    const State state = state_of(20);
    CommitteeCache cache{3};
    const SharedCommittees kept = cache.of(state, spec, Epoch{32});
    const SharedCommittees lost = cache.of(state, spec, Epoch{33});
    for (std::uint64_t epoch = 34; epoch < 40; ++epoch) {
        static_cast<void>(cache.of(state, spec, Epoch{epoch}));
        EXPECT_EQ(cache.of(state, spec, Epoch{32}), kept);
        EXPECT_LE(cache.size(), 3U);
    }
    EXPECT_NE(cache.of(state, spec, Epoch{33}), lost);
}

TEST(CommitteeCache, with_one_slot_an_epoch_all_epochs_of_an_era_are_one_entry) {
    const Spec spec = test::sample_spec();
    const State state = state_of(20);
    CommitteeCache cache;
    EXPECT_EQ(cache.of(state, spec, Epoch{16}), cache.of(state, spec, Epoch{17}));
    EXPECT_EQ(cache.size(), 1U);
}

} // namespace
} // namespace quoin
