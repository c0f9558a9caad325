#include "ledger_pull.hpp"
#include "memory_stores.hpp"

#include <quoin/codec/merkle.hpp>
#include <quoin/codec/ssz.hpp>
#include <quoin/node/start.hpp>
#include <quoin/types/clock.hpp>

#include <unit/transition/walk.hpp>

namespace quoin::node::test {
namespace {

using transition::test::Walk;
using namespace quoin::test;

/// A chain in a chain store that finality has reached, with a ledger that knows nothing of it yet.
class Pull : public testing::Test {
protected:
    void walk_to(std::uint64_t slot) {
        while (walk_.slot < Slot{slot}) {
            if (walk_.slot == Slot{10}) {
                SignedTransaction more;
                more.message.payload = StakeMore{ValidatorIndex{1}, Amount{500 * coin}};
                more.message.sender = account_key(1);
                more.message.max_fee = Amount{10'000};
                more.message.valid_until_slot = Slot{1'000};
                walk_.transactions.push_back(more);
            }
            walk_.step();
            chain_store_.put_block(walk_.head, walk_.block);
            roots_.push_back(walk_.head);
        }
    }
    FinalityCertificate certificate_of(const Root& root, Slot slot) const {
        FinalityCertificate certificate;
        certificate.finalized = {epoch_of(walk_.spec(), slot), root};
        return certificate;
    }
    LedgerPull pull() { return LedgerPull(walk_.chain, chain_store_, ledger_); }
    static bool go_on(std::span<const ports::FinalizedBlock>) { return true; }

    Log log_;
    MemoryChainStore chain_store_{log_};
    MemoryLedgerStore ledger_{log_};
    Walk walk_;
    std::vector<Root> roots_; ///< of slots 1, 2, ...
};

TEST_F(Pull, puts_genesis_first) {
    const LedgerPull fresh = pull();
    ASSERT_EQ(ledger_.size(), 1U);
    EXPECT_EQ(ledger_.blocks()[0].root, walk_.head);
    EXPECT_FALSE(ledger_.blocks()[0].effects.postings.empty());
    EXPECT_EQ(hash_tree_root(ledger_.blocks()[0].block.message), walk_.head);
    (void)pull();
    EXPECT_EQ(ledger_.size(), 1U) << "and only once";
}

TEST_F(Pull, derives_what_the_chain_did) {
    walk_to(40);
    LedgerPull ledger = pull();
    EXPECT_TRUE(ledger.pull_to(roots_[9], go_on));
    EXPECT_EQ(ledger_.size(), 11U);
    EXPECT_TRUE(ledger.pull_to(roots_[39], go_on));
    EXPECT_EQ(ledger_.size(), 41U);
    EXPECT_EQ(ledger.tip_root(), walk_.head);
    EXPECT_EQ(*ledger.tip_state(), *walk_.state);
    EXPECT_EQ(ledger_.blocks().back().effects, walk_.effects);
    EXPECT_TRUE(ledger.pull_to(roots_[20], go_on)) << "what it holds changes nothing";
    EXPECT_EQ(ledger_.size(), 41U);
}

TEST_F(Pull, works_in_batches_and_stops_between_them_when_told) {
    walk_to(80);
    LedgerPull ledger = pull();
    std::size_t batches = 0;
    EXPECT_TRUE(ledger.pull_to(roots_[79], [&](std::span<const ports::FinalizedBlock> batch) {
        EXPECT_EQ(ledger_.blocks().back().root, batch.back().root) << "durable before anybody hears of it";
        return ++batches < 2;
    }));
    EXPECT_EQ(batches, 2U);
    EXPECT_EQ(ledger_.size(), 65U);
    LedgerPull again = pull();
    EXPECT_TRUE(again.pull_to(roots_[79], go_on));
    EXPECT_EQ(*again.tip_state(), *walk_.state);
}

TEST_F(Pull, drops_blocks_that_the_ledger_holds_once_it_has_a_later_snapshot) {
    walk_to(30);
    LedgerPull ledger = pull();
    EXPECT_TRUE(ledger.pull_to(roots_[29], go_on)); // eras begin with slots 8, 16 and 24
    EXPECT_EQ(chain_store_.pruned_below(), Slot{24});
    EXPECT_FALSE(chain_store_.block(roots_[22]));
    EXPECT_TRUE(chain_store_.block(roots_[23]));
}

TEST_F(Pull, takes_nothing_when_a_block_is_missing) {
    walk_to(20);
    chain_store_.forget(roots_[5]);
    LedgerPull ledger = pull();
    EXPECT_FALSE(ledger.pull_to(roots_[19], go_on));
    EXPECT_EQ(ledger_.size(), 1U);
    EXPECT_TRUE(ledger.pull_to(roots_[4], go_on));
    EXPECT_EQ(ledger_.size(), 6U);
}

TEST_F(Pull, refuses_a_final_block_of_another_branch) {
    walk_to(10);
    LedgerPull ledger = pull();
    EXPECT_TRUE(ledger.pull_to(roots_[9], go_on));
    SignedBlock other = walk_.block;
    other.message.parent_root = roots_[3];
    other.message.slot = Slot{11};
    const Root root = hash_tree_root(other.message);
    chain_store_.put_block(root, other);
    EXPECT_THROW(ledger.pull_to(root, go_on), std::runtime_error);
    EXPECT_EQ(ledger_.size(), 11U);
}

TEST_F(Pull, a_block_that_does_not_apply_stops_it) {
    walk_to(10);
    SignedBlock bad = walk_.block;
    bad.message.slot = Slot{11};
    bad.message.parent_root = walk_.head;
    const Root root = hash_tree_root(bad.message);
    chain_store_.put_block(root, bad);
    LedgerPull ledger = pull();
    EXPECT_THROW(ledger.pull_to(root, go_on), std::runtime_error);
}

TEST_F(Pull, makes_a_hand_over_of_changed_weights_when_a_certificate_fits) {
    walk_to(40);
    std::optional<Slot> holding;
    LedgerPull ledger = pull();
    for (std::uint64_t slot = 1; slot <= 40; ++slot) {
        chain_store_.put_certificate(certificate_of(roots_[slot - 1], Slot{slot}), Slot{slot});
        const std::uint64_t before = ledger.handovers_made();
        ASSERT_TRUE(ledger.pull_to(roots_[slot - 1], go_on));
        if (ledger.handovers_made() > before) {
            EXPECT_FALSE(holding) << "one proof for one candidate";
            holding = Slot{slot};
        }
    }
    ASSERT_TRUE(holding);
    const auto differs = [](const State& state) {
        return state.candidate && state.candidate->weights != current_sets(state).weights;
    };
    const ports::FinalizedBlock block = ledger_.blocks()[holding->value];
    EXPECT_TRUE(differs(*block.post_state));
    EXPECT_FALSE(differs(*ledger_.blocks()[holding->value - 1].post_state)) << "as soon as there is one";
    const std::uint64_t version = current_sets(*block.post_state).version;
    const auto proofs = chain_store_.handovers(version + 1, version + 1);
    ASSERT_EQ(proofs.size(), 1U);
    EXPECT_EQ(proofs[0].certificate.finalized.root, block.root);
    EXPECT_EQ(hash_tree_root(proofs[0].header), block.root);
    EXPECT_EQ(merkleize(proofs[0].state_field_roots.items()), proofs[0].header.state_root);
    EXPECT_EQ(proofs[0].candidate, block.post_state->candidate);
    EXPECT_EQ(proofs[0].validators.size(), 4U);
}

TEST_F(Pull, makes_no_hand_over_of_a_certificate_that_other_weights_judge) {
    walk_to(40);
    LedgerPull ledger = pull();
    // These slots end eras: the links end in the next ones, which may have other sets.
    for (const std::uint64_t slot : {15, 23, 31, 39}) {
        chain_store_.put_certificate(certificate_of(roots_[slot - 1], Slot{slot}), Slot{slot});
    }
    ASSERT_TRUE(ledger.pull_to(roots_[39], go_on));
    EXPECT_EQ(ledger.handovers_made(), 0U);
}

TEST_F(Pull, start_is_genesis_for_a_new_node) {
    const engine::Anchor anchor = start_anchor(walk_.chain, chain_store_, ledger_);
    EXPECT_EQ(anchor.block_root, walk_.head);
    EXPECT_EQ(anchor.finalized, (Checkpoint{Epoch{0}, walk_.head}));
    EXPECT_EQ(*anchor.state, *walk_.state);
}

TEST_F(Pull, start_brings_a_lagging_ledger_up_to_the_certificate) {
    walk_to(20);
    ASSERT_TRUE(pull().pull_to(roots_[7], go_on));
    chain_store_.put_certificate(certificate_of(roots_[14], Slot{15}), Slot{15});
    const engine::Anchor anchor = start_anchor(walk_.chain, chain_store_, ledger_);
    EXPECT_EQ(ledger_.size(), 16U);
    EXPECT_EQ(anchor.slot, Slot{15});
    EXPECT_EQ(anchor.finalized, (Checkpoint{Epoch{15}, roots_[14]}));
    EXPECT_EQ(transition::latest_block_root(*anchor.state), roots_[14]);
}

TEST_F(Pull, start_takes_the_ledger_when_it_is_ahead_of_the_certificate_or_blocks_are_gone) {
    walk_to(20);
    ASSERT_TRUE(pull().pull_to(roots_[11], go_on));
    chain_store_.put_certificate(certificate_of(roots_[4], Slot{5}), Slot{5});
    EXPECT_EQ(start_anchor(walk_.chain, chain_store_, ledger_).finalized, (Checkpoint{Epoch{12}, roots_[11]}));
    chain_store_.put_certificate(certificate_of(Root{{1}}, Slot{40}), Slot{40});
    EXPECT_EQ(start_anchor(walk_.chain, chain_store_, ledger_).finalized, (Checkpoint{Epoch{12}, roots_[11]}));
}

} // namespace
} // namespace quoin::node::test
