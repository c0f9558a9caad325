#include "solo.hpp"

#include <gtest/gtest.h>
#include <support/sample_genesis.hpp>

#include <algorithm>

namespace quoin::engine {

namespace {

using test::Author;
using test::Solo;

const PeerId peer{{1}};

std::shared_ptr<const Chain> chain_with(Pacing pacing, bool view_merge = true) {
    Spec spec = quoin::test::sample_spec();
    spec.view_merge = view_merge;
    spec.pacing = pacing;
    return std::make_shared<const Chain>(quoin::test::sample_chain(4, spec));
}

std::shared_ptr<const Chain> chain_with_long_epochs(std::uint64_t boost_percent) {
    Spec spec = quoin::test::sample_spec();
    spec.slots_per_epoch = 4;
    spec.proposer_boost_percent = boost_percent;
    return std::make_shared<const Chain>(quoin::test::sample_chain(8, spec));
}

/// When that part of a slot has passed.
std::uint64_t at(const Chain& chain, Slot slot, std::uint64_t basis_points = 0) {
    return slot_start_ms(chain.spec(), chain.genesis.time_ms, slot) + chain.spec().slot_ms * basis_points / 10'000;
}

} // namespace

class EarlyProposal : public testing::TestWithParam<bool> {};

INSTANTIATE_TEST_SUITE_P(ViewMerge, EarlyProposal, testing::Bool());

/// Under responsive pacing others may be ahead: what they propose comes while our slot is still open.
TEST_P(EarlyProposal, is_voted_for_as_soon_as_its_slot_begins) {
    const auto chain = chain_with(Pacing::responsive, GetParam());
    const Spec& spec = chain->spec();
    Author author(chain);
    const std::uint64_t began_ms = chain->genesis.time_ms + spec.slot_ms; // slot 1
    const SignedBlock first = author.block(author.genesis(), Slot{1}, began_ms);
    const SignedBlock second = author.block(Author::root_of(first), Slot{2}, began_ms + 1);
    ValidatorIndex voter;
    while (voter == first.message.proposer_index || voter == second.message.proposer_index) {
        ++voter.value;
    }
    Solo solo(chain, {chain->genesis.validators[voter.value].public_key});
    solo.step(chain->genesis.time_ms - 1, Tick{});
    solo.step(began_ms, Tick{});
    solo.receive(began_ms + 2, peer, Proposal{first, {}});
    ASSERT_EQ(solo.votes.size(), 1u);
    solo.receive(began_ms + 4, peer, Proposal{second, {}});
    for (std::uint64_t other = 0; other < 4; ++other) {
        solo.receive(began_ms + 6, peer, author.vote(ValidatorIndex{other}, first));
    }
    ASSERT_EQ(solo.view()->current_slot, Slot{1}) << "min_slot_ms has not passed";
    ASSERT_EQ(solo.votes.size(), 1u);
    solo.step(began_ms + spec.min_slot_ms, Tick{});
    ASSERT_EQ(solo.view()->current_slot, Slot{2});
    ASSERT_EQ(solo.votes.size(), 2u) << "it waits for a block that is here";
    EXPECT_EQ(solo.votes.back().data.slot, Slot{2});
    EXPECT_EQ(solo.votes.back().data.head, Author::root_of(second));
}

/// H5: the head of the full view, whether or not anybody could vote for it.
TEST(Engine, a_block_that_came_too_late_for_votes_is_built_upon) {
    const auto chain = chain_with(Pacing::timer);
    for (const std::uint64_t late_bps : {chain->spec().attestation_due_bps, std::uint64_t{9'000}}) {
        Author author(chain);
        const SignedBlock first = author.block(author.genesis(), Slot{1});
        const SignedBlock late = author.block(Author::root_of(first), Slot{2});
        const ValidatorIndex next = author.proposer(Author::root_of(late), Slot{3});
        Solo solo(chain, {chain->genesis.validators[next.value].public_key});
        solo.step(chain->genesis.time_ms - 1, Tick{});
        solo.receive(at(*chain, Slot{1}) + 1, peer, Proposal{first, {}});
        solo.step(at(*chain, Slot{2}, chain->spec().attestation_due_bps), Tick{});
        ASSERT_EQ(solo.votes.back().data.slot, Slot{2});
        EXPECT_EQ(solo.votes.back().data.head, Author::root_of(first)) << "it was not here when votes were due";
        solo.receive(at(*chain, Slot{2}, late_bps) + 1, peer, Proposal{late, {}});
        solo.step(at(*chain, Slot{3}), Tick{});
        ASSERT_FALSE(solo.blocks.empty());
        EXPECT_EQ(solo.blocks.back().message.slot, Slot{3});
        EXPECT_EQ(solo.blocks.back().message.parent_root, Author::root_of(late));
    }
}

namespace {

/// The head after a block of slot 2 and one of slot 3 beside it, for neither of which there is a vote. Of the two the
/// one `is_last_higher` says has the higher root, which alone would decide.
bool is_last_the_head(std::uint64_t boost_percent, bool is_last_higher, std::uint64_t last_at_bps) {
    const auto chain = chain_with_long_epochs(boost_percent);
    Author author(chain);
    const SignedBlock first = author.block(author.genesis(), Slot{1});
    const SignedBlock one = author.block(Author::root_of(first), Slot{2});
    SignedBlock last = author.block(Author::root_of(first), Slot{3});
    for (std::uint8_t graffiti = 1; (Author::root_of(last) > Author::root_of(one)) != is_last_higher; ++graffiti) {
        last = author.block(Author::root_of(first), Slot{3}, 0, graffiti);
    }
    Solo solo(chain, {});
    solo.step(chain->genesis.time_ms - 1, Tick{});
    solo.receive(at(*chain, Slot{1}) + 1, peer, Proposal{first, {}});
    solo.receive(at(*chain, Slot{2}, 9'000), peer, Proposal{one, {}});
    solo.receive(at(*chain, Slot{3}, last_at_bps) + 1, peer, Proposal{last, {}});
    return solo.view()->head.root == Author::root_of(last);
}

} // namespace

TEST(Engine, a_late_block_without_votes_gives_way_to_one_in_time_by_its_boost) {
    EXPECT_TRUE(is_last_the_head(40, false, 0));
    EXPECT_FALSE(is_last_the_head(0, false, 0)) << "without the boost the roots decide";
}

TEST(Engine, a_block_that_comes_when_votes_are_due_is_lent_no_boost) {
    const std::uint64_t due_bps = quoin::test::sample_spec().attestation_due_bps;
    EXPECT_FALSE(is_last_the_head(40, false, due_bps));
    EXPECT_TRUE(is_last_the_head(40, true, due_bps)) << "it is a head like any other";
}

namespace {

/// An engine on a branch of twelve blocks, whose peer is on another one of the same length.
class OnAnotherBranch : public testing::Test {
protected:
    static constexpr std::uint64_t length = 12;

    OnAnotherBranch() {
        Root ours = author_.genesis();
        Root theirs = author_.genesis();
        solo_.step(chain_->genesis.time_ms - 1, Tick{});
        for (Slot slot{1}; slot.value <= length; ++slot) {
            const SignedBlock own = author_.block(ours, slot);
            ours = Author::root_of(own);
            theirs_.push_back(author_.block(theirs, slot, 0, 1));
            theirs = Author::root_of(theirs_.back());
            solo_.receive(at(slot), PeerId{{2}}, Proposal{own, {}});
        }
        solo_.step(at(Slot{length}), PeerConnected{peer, {Slot{length}, theirs}, {Epoch{}, author_.genesis()}, {}});
    }

    std::uint64_t at(Slot slot) const { return engine::at(*chain_, slot) + 1; }

    /// The peer's newest blocks, newest first.
    void show(std::size_t count) {
        for (std::size_t i = 1; i <= count; ++i) {
            solo_.receive(at(Slot{length}) + i, peer, Proposal{theirs_[length - i], {}});
        }
    }
    std::vector<BlocksByRange> ranges() const {
        std::vector<BlocksByRange> found;
        for (const RequestBlocks& request : solo_.requests) {
            if (const auto* range = std::get_if<BlocksByRange>(&request.request)) {
                found.push_back(*range);
            }
        }
        return found;
    }

    std::shared_ptr<const Chain> chain_ = chain_with(Pacing::timer);
    Author author_{chain_};
    Solo solo_{chain_, {}};
    std::vector<SignedBlock> theirs_;
};

} // namespace

TEST_F(OnAnotherBranch, few_blocks_that_are_unknown_are_asked_for_one_by_one) {
    show(4);
    EXPECT_EQ(solo_.requests.size(), 4u);
    EXPECT_TRUE(ranges().empty());
}

TEST_F(OnAnotherBranch, more_than_can_wait_for_their_parents_are_asked_for_as_a_range) {
    show(length - 2);
    ASSERT_EQ(ranges().size(), 1u);
    EXPECT_EQ(ranges().front().from_slot, Slot{1}) << "from finality on, though the peer is not ahead";
    solo_.step(at(Slot{length}) + 20, BlocksAnswered{peer, theirs_});
    const auto view = solo_.view();
    EXPECT_TRUE(std::any_of(view->tree->begin(), view->tree->end(),
                            [&](const TreeBlock& block) { return block.root == Author::root_of(theirs_.back()); }));
}

} // namespace quoin::engine
