#include <quoin/base/random.hpp>
#include <quoin/codec/json.hpp>
#include <quoin/codec/merkle.hpp>
#include <quoin/types/certificate.hpp>

#include <gtest/gtest.h>
#include <support/sample_genesis.hpp>

#include <map>
#include <set>

namespace quoin {
namespace {

constexpr std::uint64_t seed = 20'260'101;

State small_state() {
    State state;
    state.slot = Slot{77};
    state.block_roots.resize(16);
    state.issued = Uint128{1} << 100;
    for (std::uint64_t i = 0; i < 300; ++i) {
        Validator validator;
        validator.public_key = test::validator_key(i);
        if (i % 7 == 0) {
            validator.slashed = SlashMark{Era{i}, Era{i + 1}};
        }
        state.append_validator(validator);
        state.tokens.push_back(Amount{i * 1'000});
        state.append_account({test::account_address(i), Amount{i}, i});
    }
    EraSets sets;
    for (std::uint64_t i = 0; i < 100; ++i) {
        sets.weights.push_back(Weight{i});
        sets.duty_set.push_back(ValidatorIndex{2 * i});
    }
    sets.era = Era{77 / 8};
    sets.total = {Weight{4'950}, Weight{1}};
    state.sets.push_back(sets);
    state.candidate = Candidate{Era{3}, sets.weights};
    return state;
}

TEST(State, comes_back_from_its_bytes_with_its_look_ups) {
    const State state = small_state();
    const Result<State> back = decode_state(encode(state));
    ASSERT_TRUE(back) << back.fault().text();
    EXPECT_EQ(*back, state);
    EXPECT_EQ(find_validator(*back, test::validator_key(299)), ValidatorIndex{299});
    EXPECT_EQ(find_account(*back, test::account_address(123)), 123U);
    EXPECT_EQ(find_validator(*back, test::validator_key(300)), std::nullopt);
}

TEST(State, truncated_or_longer_bytes_are_refused) {
    ByteVector bytes = encode(small_state());
    bytes.push_back(0);
    EXPECT_FALSE(decode_state(bytes));
    bytes.resize(bytes.size() - 2);
    EXPECT_FALSE(decode_state(bytes));
    EXPECT_FALSE(decode_state({}));
}

TEST(State, sealing_changes_neither_root_nor_content) {
    const State state = small_state();
    const Root root = hash_tree_root(state);
    const SealedState sealed = share_sealed(state);
    EXPECT_EQ(*sealed, state);
    EXPECT_EQ(hash_tree_root(*sealed), root);
    EXPECT_EQ(merkleize(field_roots(*sealed)), root);
}

TEST(State, a_copy_of_a_sealed_state_may_be_edited_without_touching_it) {
    const SealedState sealed = share_sealed(small_state());
    const Root root = hash_tree_root(*sealed);
    State copy = *sealed;
    copy.tokens.set(5, Amount{1});
    copy.append_account({test::account_address(1'000), Amount{1}, 0});
    const SealedState other = share_sealed(std::move(copy));
    EXPECT_NE(hash_tree_root(*other), root);
    EXPECT_EQ(hash_tree_root(*sealed), root);
    EXPECT_EQ(sealed->tokens[5], Amount{5'000});
    EXPECT_EQ(find_account(*sealed, test::account_address(1'000)), std::nullopt);
    EXPECT_EQ(find_account(*other, test::account_address(1'000)), 300U);
}

TEST(State, a_shared_state_knows_its_root_and_a_copy_of_it_does_not) {
    const SealedState sealed = share_sealed(small_state());
    EXPECT_EQ(sealed->known_root.get(), hash_tree_root(*sealed));
    State copy = *sealed;
    EXPECT_FALSE(copy.known_root.get().has_value());
    copy.tokens.set(5, Amount{1});
    EXPECT_EQ(root_of(copy), hash_tree_root(copy));
    EXPECT_NE(root_of(copy), root_of(*sealed));
    copy = *sealed;
    EXPECT_FALSE(copy.known_root.get().has_value());
    const SealedState unrooted = share_between_blocks(std::move(copy));
    EXPECT_FALSE(unrooted->known_root.get().has_value());
    EXPECT_EQ(root_of(*unrooted), root_of(*sealed));
}

TEST(State, a_registry_has_the_root_of_its_records_one_by_one) {
    SCOPED_TRACE(seed);
    SeededRandom random{seed};
    for (const std::size_t count : {1, 2, 31, 32, 33, 128, 300}) {
        Column<Validator, type_limits.validators> validators;
        std::vector<Root> roots;
        for (std::size_t i = 0; i < count; ++i) {
            Validator validator;
            validator.public_key = test::validator_key(i);
            validator.operator_address = test::account_address(i);
            validator.commission = {random.below(2), 0, random.below(3)};
            validator.exit_era = random.chance(i < 100 ? 0 : 10) ? Era{random.next()} : Era::far_future();
            validator.activation_era = Era{random.below(4)}; // beside a node that is the same for all
            validator.exiting = random.chance(5);
            if (random.chance(10)) {
                validator.slashed = SlashMark{Era{i}, Era{i + 1}};
            }
            validators.push_back(validator);
            roots.push_back(hash_tree_root(validator));
        }
        const Root naive = mix_in_length(merkleize(roots, type_limits.validators), count);
        EXPECT_EQ(hash_tree_root(validators), naive) << count;
        EXPECT_EQ(validators.seal(), naive) << count;
    }
}

TEST(State, weights_beyond_the_end_of_a_column_are_zero) {
    const State state = small_state();
    const JointWeight weight = weight_of(current_sets(state), ValidatorIndex{99});
    EXPECT_EQ(weight[0], Weight{99});
    EXPECT_EQ(weight[1], Weight{});
    EXPECT_EQ(weight_of(current_sets(state), ValidatorIndex{100})[0], Weight{});
}

TEST(State, a_joint_quorum_needs_two_thirds_of_both_sets) {
    EraSets sets;
    sets.total = {Weight{9}, Weight{12}};
    EXPECT_TRUE(is_joint_quorum({Weight{6}, Weight{8}}, sets));
    EXPECT_FALSE(is_joint_quorum({Weight{5}, Weight{12}}, sets));
    EXPECT_FALSE(is_joint_quorum({Weight{9}, Weight{7}}, sets));
}

TEST(Attesters, with_one_slot_an_epoch_are_the_duty_set_in_order) {
    const State state = small_state();
    const Spec spec = test::sample_spec();
    const std::vector<ValidatorIndex> attesters = attesters_of(state, spec, Slot{77});
    ASSERT_EQ(attesters.size(), 100U);
    EXPECT_EQ(attesters[42], ValidatorIndex{84});
    EXPECT_EQ(duty_positions_of(state, spec, Slot{77})[42], 42U);
    EXPECT_TRUE(attesters_of(state, spec, Slot{8}).empty());
}

TEST(Attesters, with_more_slots_an_epoch_everybody_attests_exactly_once) {
    const State state = small_state();
    Spec spec = test::sample_spec();
    spec.slots_per_epoch = 8;
    spec.epochs_per_era = 1;
    std::vector<std::vector<ValidatorIndex>> slots;
    std::set<ValidatorIndex> seen;
    for (std::uint64_t i = 72; i < 80; ++i) {
        slots.push_back(attesters_of(state, spec, Slot{i}));
        const auto positions = duty_positions_of(state, spec, Slot{i});
        ASSERT_EQ(positions.size(), slots.back().size());
        for (std::size_t k = 0; k < positions.size(); ++k) {
            EXPECT_EQ(current_sets(state).duty_set[positions[k]], slots.back()[k]);
            EXPECT_TRUE(seen.insert(slots.back()[k]).second);
        }
        EXPECT_GE(slots.back().size(), 12U);
        EXPECT_LE(slots.back().size(), 13U);
    }
    EXPECT_EQ(seen.size(), 100U);
    EXPECT_FALSE(std::is_sorted(slots[0].begin(), slots[0].end()));
}

TEST(Attesters, epochs_of_one_era_are_shuffled_apart) {
    const State state = small_state();
    Spec spec = test::sample_spec();
    spec.slots_per_epoch = 4;
    spec.epochs_per_era = 2;
    EXPECT_NE(attesters_of(state, spec, Slot{72}), attesters_of(state, spec, Slot{76}));
}

/// Thirty-two keys begin with the same four octets.
Bytes<8> numbered_key(std::uint64_t number) {
    return Bytes<8>{{0, 0, 0, static_cast<std::uint8_t>(number / 32), static_cast<std::uint8_t>(number % 32)}};
}

/// An index with the list that it is of, beside a map.
struct Indexed {
    PositionIndex<Bytes<8>> index;
    std::vector<Bytes<8>> keys;
    std::map<Bytes<8>, std::uint64_t> model;
};

TEST(PositionIndex, agrees_with_a_map_whatever_the_order_of_inserts_seals_and_copies) {
    SCOPED_TRACE(seed);
    SeededRandom random{seed};
    Indexed one;
    std::vector<Indexed> copies;
    for (std::uint64_t i = 0; i < 4'000; ++i) {
        const Bytes<8> key = numbered_key(random.below(8'000));
        if (one.model.emplace(key, one.keys.size()).second) {
            one.index.insert(key, one.keys.size());
            one.keys.push_back(key);
        }
        if (random.chance(2)) {
            one.index.seal();
        }
        if (i % 250 == 0) {
            copies.push_back(one);
        }
    }
    copies.push_back(one);
    for (const Indexed& copy : copies) {
        for (std::uint64_t number = 0; number < 8'000; ++number) {
            const Bytes<8> key = numbered_key(number);
            const auto expected = copy.model.find(key);
            ASSERT_EQ(copy.index.find(key, [&](std::uint64_t i) { return copy.keys.at(i); }),
                      expected == copy.model.end() ? std::nullopt : std::optional{expected->second});
        }
    }
}

TEST(PositionIndex, holds_many_that_were_never_sealed) {
    Indexed many;
    for (std::uint64_t number = 0; number < 8'192; ++number) {
        many.index.insert(numbered_key(number), number);
        many.keys.push_back(numbered_key(number));
    }
    for (std::uint64_t number = 0; number < 8'192; ++number) {
        ASSERT_EQ(many.index.find(numbered_key(number), [&](std::uint64_t i) { return many.keys.at(i); }), number);
    }
}

TEST(WireTypes, a_block_with_one_of_everything_survives_bytes_and_json) {
    SignedBlock block;
    block.message.slot = Slot{9};
    block.message.body.graffiti[0] = 1;
    block.message.body.proposer_slashings.push_back({});
    AttesterSlashing slashing;
    slashing.first.validators.push_back(ValidatorIndex{3});
    block.message.body.attester_slashings.push_back(slashing);
    Attestation attestation;
    attestation.bits.resize(5);
    attestation.bits.set(4);
    block.message.body.attestations.push_back(attestation);
    for (const Payload& payload : {Payload{Transfer{{}, Amount{1}}}, Payload{Stake{}}, Payload{StakeMore{}},
                                   Payload{Unstake{}}, Payload{Withdraw{}}}) {
        SignedTransaction transaction;
        transaction.message.payload = payload;
        block.message.body.transactions.push_back(transaction);
    }
    const Result<SignedBlock> from_bytes = decode<SignedBlock>(encode(block));
    ASSERT_TRUE(from_bytes) << from_bytes.fault().text();
    EXPECT_EQ(*from_bytes, block);
    const Result<SignedBlock> from_text = from_json<SignedBlock>(to_json(block));
    ASSERT_TRUE(from_text) << from_text.fault().text();
    EXPECT_EQ(*from_text, block);
    EXPECT_EQ(hash_tree_root(header_of(block.message)), hash_tree_root(block.message));
    EXPECT_EQ(hash_tree_root(header_of(block)), hash_tree_root(block));
}

TEST(WireTypes, a_transaction_says_its_kind_in_json) {
    SignedTransaction transaction;
    transaction.message.payload = Unstake{ValidatorIndex{3}, Amount{5}, true};
    EXPECT_NE(to_json(transaction).find("\"kind\":\"unstake\""), std::string::npos);
}

TEST(WireTypes, a_certificate_survives_bytes_and_json) {
    FinalityCertificate certificate;
    CertificateGroup group;
    group.validators.resize(4);
    group.validators.set(2);
    certificate.link.push_back(group);
    EXPECT_EQ(*decode<FinalityCertificate>(encode(certificate)), certificate);
    EXPECT_EQ(*from_json<FinalityCertificate>(to_json(certificate)), certificate);
}

} // namespace
} // namespace quoin
