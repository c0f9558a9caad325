#include "walk.hpp"

#include <quoin/transition/attestations.hpp>

namespace quoin::transition::test {
namespace {

/// A chain of twelve slots, and the block that could come next, which is then spoiled.
class Invalid : public ::testing::Test {
protected:
    Invalid() {
        walk.run_to(Slot{12});
        ++walk.slot;
        candidate = {build_block(walk.chain, *walk.state, walk.inputs())->block, {}};
    }

    void expect_refused(Reason reason, const std::string& path) {
        const Root before = hash_tree_root(*walk.state);
        const Result<Applied> applied = apply_block(walk.chain, *walk.state, candidate);
        ASSERT_FALSE(applied);
        EXPECT_EQ(applied.fault().reason, reason) << applied.fault().text();
        EXPECT_EQ(applied.fault().path, path) << applied.fault().text();
        EXPECT_FALSE(applied.fault().message.empty());
        EXPECT_EQ(hash_tree_root(*walk.state), before);
    }

    Block& block() { return candidate.message; }
    Attestation& vote() { return candidate.message.body.attestations[0]; }

    Walk walk;
    SignedBlock candidate;
};

TEST_F(Invalid, unspoiled_it_is_taken) {
    ASSERT_FALSE(candidate.message.body.attestations.empty());
    EXPECT_TRUE(apply_block(walk.chain, *walk.state, candidate));
}

TEST_F(Invalid, another_proposer) {
    block().proposer_index = ValidatorIndex{(block().proposer_index.value + 1) % 4};
    expect_refused(Reason::wrong_proposer, "proposer_index");
    block().proposer_index = ValidatorIndex::far_future();
    expect_refused(Reason::wrong_proposer, "proposer_index");
}

TEST_F(Invalid, another_parent) {
    block().parent_root[0] ^= 1;
    expect_refused(Reason::wrong_parent, "parent_root");
}

TEST_F(Invalid, another_state_root) {
    block().state_root[31] ^= 1;
    expect_refused(Reason::wrong_state_root, "state_root");
}

TEST_F(Invalid, another_reveal_shows_in_the_state_root) {
    block().body.randao_reveal[7] ^= 1;
    expect_refused(Reason::wrong_state_root, "state_root");
}

TEST_F(Invalid, another_graffiti_shows_in_the_state_root_of_the_next_block_only) {
    block().body.graffiti[7] ^= 1;
    expect_refused(Reason::wrong_state_root, "state_root");
}

TEST_F(Invalid, another_time) {
    ++block().time_ms;
    expect_refused(Reason::wrong_time, "time_ms");
}

TEST_F(Invalid, a_slot_that_does_not_come_after_the_parents) {
    block().slot = Slot{12};
    block().time_ms = slot_start_ms(walk.spec(), walk.chain.genesis.time_ms, block().slot);
    block().body.attestations.clear();
    expect_refused(Reason::slot_not_increasing, "slot");
    block().slot = Slot{0};
    expect_refused(Reason::out_of_range, "slot");
    block().slot = Slot{~std::uint64_t{0}};
    expect_refused(Reason::out_of_range, "slot");
}

TEST_F(Invalid, an_attestation_twice) {
    block().body.attestations.push_back(vote());
    expect_refused(Reason::no_new_voter, "body.attestations[1].bits");
}

TEST_F(Invalid, an_attestation_of_nobody) {
    vote().bits = Bitlist<type_limits.validators>(4);
    expect_refused(Reason::no_new_voter, "body.attestations[0].bits");
}

TEST_F(Invalid, bits_beyond_the_committee_or_too_few) {
    vote().bits.resize(5);
    expect_refused(Reason::bits_beyond_committee, "body.attestations[0].bits");
    vote().bits.resize(3);
    expect_refused(Reason::bits_beyond_committee, "body.attestations[0].bits");
}

TEST_F(Invalid, an_attestation_of_the_blocks_own_slot_or_a_later_one) {
    vote().data.slot = block().slot;
    vote().data.target.epoch = Epoch{block().slot.value};
    expect_refused(Reason::outside_inclusion_window, "body.attestations[0].data.slot");
}

TEST_F(Invalid, an_attestation_that_is_too_old) {
    vote().data.slot = Slot{5};
    vote().data.target = {Epoch{5}, block_root_at(*walk.state, Slot{5})};
    vote().data.source = {Epoch{4}, block_root_at(*walk.state, Slot{4})};
    expect_refused(Reason::outside_inclusion_window, "body.attestations[0].data.slot");
}

TEST_F(Invalid, a_target_that_is_not_of_the_slots_epoch) {
    vote().data.target.epoch = Epoch{11};
    expect_refused(Reason::malformed, "body.attestations[0].data.target.epoch");
}

TEST_F(Invalid, a_source_that_is_not_below_the_target) {
    vote().data.source = vote().data.target;
    expect_refused(Reason::malformed, "body.attestations[0].data.source.epoch");
}

TEST_F(Invalid, a_source_of_another_chain_or_one_never_justified) {
    vote().data.source.root[0] ^= 1;
    expect_refused(Reason::source_not_justified, "body.attestations[0].data.source");
    vote().data.source = {};
    expect_refused(Reason::source_not_justified, "body.attestations[0].data.source");
}

TEST_F(Invalid, more_items_than_the_chain_allows) {
    while (block().body.attestations.size() < walk.spec().max_attestations_per_block) {
        block().body.attestations.push_back(vote());
    }
    Spec spec = walk.spec();
    spec.max_attestations_per_block = 127;
    walk.chain.genesis.spec = spec;
    expect_refused(Reason::too_many_items, "body.attestations");
}

TEST_F(Invalid, evidence_of_nothing) {
    block().body.proposer_slashings.push_back({});
    expect_refused(Reason::not_slashable, "body.proposer_slashings[0]");
}

TEST_F(Invalid, an_expired_transaction) {
    SignedTransaction transaction;
    transaction.message.valid_until_slot = Slot{12};
    block().body.transactions.push_back(transaction);
    expect_refused(Reason::expired, "body.transactions[0].message.valid_until_slot");
}

TEST_F(Invalid, a_transaction_of_somebody_without_money) {
    SignedTransaction transaction;
    transaction.message.sender = account_key(77);
    transaction.message.max_fee = Amount{1'000'000};
    transaction.message.valid_until_slot = Slot{100};
    block().body.transactions.push_back(transaction);
    const Result<Applied> applied = apply_block(walk.chain, *walk.state, candidate);
    ASSERT_FALSE(applied);
    EXPECT_EQ(applied.fault().path.rfind("body.transactions[0]", 0), 0U) << applied.fault().text();
}

TEST_F(Invalid, more_units_than_a_block_has) {
    SignedTransaction transaction;
    transaction.message.valid_until_slot = Slot{100};
    block().body.transactions.push_back(transaction);
    walk.chain.genesis.spec.block_units_limit = 10;
    expect_refused(Reason::too_large, "body.transactions[0]");
}

TEST(ForeignTarget, sets_the_voter_bit_and_feeds_the_link_only) {
    Walk walk;
    walk.run_to(Slot{12});
    walk.pool.clear();
    Attestation foreign = walk.attestation([](ValidatorIndex validator) { return validator.value < 3; });
    foreign.data.target.root[0] ^= 1;
    foreign.data.head = foreign.data.target.root;
    const Checkpoint source = foreign.data.source;
    walk.pool = {foreign};
    walk.step();
    const OpenEpoch& open = walk.state->open_epochs[walk.state->open_epochs.size() - 2];
    ASSERT_EQ(open.epoch, Epoch{12});
    EXPECT_EQ(open.voted.count(), 3U);
    EXPECT_EQ(open.target_weight[0], Weight{});
    EXPECT_EQ(open.link_weight[0][0], Weight{3'000 * coin});
    EXPECT_EQ(walk.state->justified.epoch, Epoch{11});
    EXPECT_EQ(walk.state->finalized, source) << "the link from 11 is a quorum, whatever its target root";
    CommitteeCache committees;
    EXPECT_FALSE(new_voters(walk.advanced_to(Slot{14}), walk.spec(), committees, foreign));
}

TEST(Window, ends_where_the_epoch_is_too_far_back) {
    const Spec spec = sample_spec();
    EXPECT_FALSE(is_in_window(spec, Slot{10}, Slot{10}));
    EXPECT_TRUE(is_in_window(spec, Slot{10}, Slot{11}));
    EXPECT_TRUE(is_in_window(spec, Slot{10}, Slot{17}));
    EXPECT_FALSE(is_in_window(spec, Slot{10}, Slot{18}));
}

TEST(NewVoters, are_only_those_not_counted_before) {
    Walk walk;
    walk.run_to(Slot{12});
    walk.pool.clear();
    Attestation part = walk.attestation([](ValidatorIndex validator) { return validator.value < 2; });
    Attestation all = walk.attestation([](ValidatorIndex) { return true; });
    walk.pool = {part};
    walk.step();
    CommitteeCache committees;
    const Result<std::vector<std::uint64_t>> fresh =
        new_voters(walk.advanced_to(Slot{14}), walk.spec(), committees, all);
    ASSERT_TRUE(fresh) << fresh.fault().text();
    EXPECT_EQ(*fresh, (std::vector<std::uint64_t>{2, 3}));
}

} // namespace
} // namespace quoin::transition::test
