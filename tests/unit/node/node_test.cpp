#include "world.hpp"

#include <quoin/transition/signatures.hpp>
#include <quoin/transition/transition.hpp>

#include <atomic>
#include <future>
#include <set>

namespace quoin::node::test {
namespace {

SignedTransaction transfer(const Chain& chain, std::uint64_t nonce) {
    SignedTransaction transaction;
    transaction.message.payload = Transfer{account_address(6), Amount{coin}};
    transaction.message.sender = account_key(5);
    transaction.message.nonce = nonce;
    transaction.message.max_fee = Amount{10'000};
    transaction.message.valid_until_slot = Slot{100'000};
    transaction.signature = crypto::FastDouble::sign(transaction.message.sender,
                                                     transition::transaction_signing_root(chain, transaction.message));
    return transaction;
}

TEST(Node, with_all_keys_finalizes_alone_and_fills_the_ledger) {
    World world;
    world.start();
    EXPECT_TRUE(world.wait_for([&] { return world.ledger.size() > 20; })) << world.ledger.size();
    world.stop();
    EXPECT_EQ(world.failure, "");
    EXPECT_GT(world.metrics.proposals_signed, 20U);
    EXPECT_GT(world.metrics.attestations_signed, 60U);
    EXPECT_EQ(world.metrics.proposals_refused + world.metrics.attestations_refused, 0U);
    EXPECT_EQ(world.metrics.ledger_blocks + 1, world.ledger.size()) << "block 0 was there before";
    EXPECT_GT(world.metrics.finality_latency.sum_ms(), 0U);
    std::uint64_t observed = 0;
    for (std::size_t i = 0; i <= ports::LatencyHistogram::bounds_ms.size(); ++i) {
        observed += world.metrics.finality_latency.count(i);
    }
    EXPECT_EQ(observed, world.metrics.ledger_blocks);
}

TEST(Node, does_everything_in_order) {
    World world;
    world.start();
    ASSERT_TRUE(world.wait_for([&] { return world.ledger.size() > 15; }));
    world.stop();
    std::size_t blocks = 0, certificates = 0, signatures = 0;
    const auto all = world.log.entries();
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto& [what, root] = all[i];
        if (what == "send block") {
            ++blocks;
            EXPECT_LT(world.log.first("persist", root), i) << "a block was sent before it was durable";
        } else if (what == "send certificate") {
            ++certificates;
            EXPECT_LT(world.log.first("certify", root), i) << "a certificate was sent before it was durable";
        } else if (what == "sign" && world.log.first("permit", root) < all.size()) {
            ++signatures;
            EXPECT_LT(world.log.first("permit", root), i);
        } else if (what == "ledger" && i > 0) {
            EXPECT_LT(world.log.first("persist", root), i);
        }
    }
    EXPECT_GT(blocks, 15U);
    EXPECT_GT(certificates, 5U);
    EXPECT_GT(signatures, 15U);
}

TEST(Node, goes_on_where_it_was_after_a_restart) {
    World world;
    world.start();
    EXPECT_EQ(world.anchor.slot, Slot{0});
    ASSERT_TRUE(world.wait_for([&] { return world.ledger.size() > 12; }));
    for (int restart = 0; restart < 3; ++restart) {
        world.stop();
        const std::size_t before = world.ledger.size();
        world.start();
        EXPECT_GE(world.anchor.state->block_number + 1, before);
        EXPECT_EQ(world.anchor.block_root, world.ledger.blocks().back().root);
        ASSERT_TRUE(world.wait_for([&] { return world.ledger.size() > before + 10; })) << "restart " << restart;
    }
    world.stop();
    EXPECT_EQ(world.failure, "");
    EXPECT_EQ(world.metrics.proposals_refused + world.metrics.attestations_refused, 0U);
}

TEST(Node, tells_of_a_ledger_that_grew_only_when_a_snapshot_shows_it) {
    World world;
    std::atomic<std::uint64_t> notices = 0;
    std::atomic<bool> too_early = false;
    std::atomic<std::uint64_t> shown = 0;
    world.start();
    const auto listener = [&](const ports::Snapshots::Notice& notice) {
        if (const auto* grown = std::get_if<ports::Snapshots::LedgerGrew>(&notice)) {
            ++notices;
            shown = grown->block_number;
            too_early = too_early || world.ledger.size() <= grown->block_number;
        }
    };
    const std::uint64_t subscription = world.snapshots.subscribe(listener);
    EXPECT_TRUE(world.wait_for([&] { return notices > 10; }));
    EXPECT_GE(world.snapshots.current()->finalized_number, shown);
    world.snapshots.unsubscribe(subscription);
    EXPECT_FALSE(too_early);
}

TEST(Node, answers_submissions_once_from_its_own_thread) {
    World world;
    world.start();
    ASSERT_TRUE(world.wait_for([&] { return world.snapshots.current()->head.slot.value > 2; }));
    std::promise<std::vector<Result<Root>>> good, bad;
    engine::Transactions transactions;
    transactions.items.push_back(transfer(world.chain, 0));
    world.node->submit(transactions, [&](auto outcomes) { good.set_value(std::move(outcomes)); });
    const auto accepted = good.get_future().get();
    ASSERT_EQ(accepted.size(), 1U);
    ASSERT_TRUE(accepted[0]) << accepted[0].fault().text();
    EXPECT_EQ(*accepted[0], hash_tree_root(transactions.items[0]));
    transactions.items[0].signature[3] ^= 1;
    world.node->submit(transactions, [&](auto outcomes) { bad.set_value(std::move(outcomes)); });
    EXPECT_FALSE(bad.get_future().get().at(0));
    EXPECT_GT(world.metrics.verify_checks, 0U);
    EXPECT_TRUE(world.wait_for([&] {
        for (const ports::FinalizedBlock& block : world.ledger.blocks()) {
            if (!block.effects.transactions.empty()) {
                return true;
            }
        }
        return false;
    })) << "the transfer must become final";
}

TEST(Node, refuses_submissions_once_it_stopped) {
    World world;
    world.start();
    world.node->stop();
    ASSERT_TRUE(world.wait_for([&] { return world.ended.load(); }));
    engine::Transactions transactions;
    transactions.items.push_back(transfer(world.chain, 0));
    transactions.items.push_back(transfer(world.chain, 1));
    std::vector<Result<Root>> outcomes;
    world.node->submit(transactions, [&](auto given) { outcomes = std::move(given); });
    ASSERT_EQ(outcomes.size(), 2U);
    EXPECT_EQ(outcomes[1].fault().reason, Reason::unavailable);
    EXPECT_FALSE(world.node->push(engine::Tick{}));
}

TEST(Node, signs_nothing_that_the_signing_database_refuses) {
    World world;
    world.signing.refuse_all = true;
    world.start();
    EXPECT_TRUE(world.wait_for([&] { return world.metrics.attestations_missed > 8; }));
    world.stop();
    EXPECT_EQ(world.metrics.proposals_signed, 0U);
    EXPECT_EQ(world.metrics.attestations_signed, 0U);
    EXPECT_GT(world.metrics.attestations_refused, 8U);
    EXPECT_EQ(world.log.count("send block"), 0U);
    EXPECT_EQ(world.ledger.size(), 1U);
}

TEST(Node, stops_when_a_block_can_not_be_made_durable) {
    World world;
    world.chain_store.fail_after(5);
    world.start();
    EXPECT_TRUE(world.wait_for([&] { return world.ended.load(); }));
    world.stop();
    EXPECT_EQ(world.failure, "the disk is full");
    EXPECT_EQ(world.log.count("persist"), 5U);
    EXPECT_LE(world.log.count("send block"), 5U) << "nothing may follow on a block that is not durable";
}

TEST(Node, stops_when_the_ledger_can_not_be_written) {
    World world;
    world.ledger.fail_at(7);
    world.start();
    EXPECT_TRUE(world.wait_for([&] { return world.ended.load(); }));
    world.stop();
    EXPECT_EQ(world.failure, "the disk is full");
    EXPECT_EQ(world.ledger.size(), 7U);
}

TEST(Node, serves_its_chain_without_gaps_by_range_and_by_root) {
    World world;
    world.start();
    ASSERT_TRUE(world.wait_for([&] { return world.ledger.size() > 12; }));
    for (int round = 0; round < 20; ++round) {
        const Slot certified{world.snapshots.current()->certified.epoch.value};
        const auto blocks = world.node->blocks(engine::BlocksByRange{Slot{1}, 1'000});
        ASSERT_GT(blocks.size(), 11U);
        for (std::size_t i = 1; i < blocks.size(); ++i) {
            ASSERT_EQ(blocks[i].message.parent_root, hash_tree_root(header_of(blocks[i - 1].message)));
        }
        EXPECT_GE(blocks.back().message.slot + 1, certified);
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    const auto part = world.node->blocks(engine::BlocksByRange{Slot{3}, 4});
    ASSERT_FALSE(part.empty());
    for (const SignedBlock& block : part) {
        EXPECT_GE(block.message.slot, Slot{3});
        EXPECT_LT(block.message.slot, Slot{7});
    }
    engine::BlocksByRoot wanted;
    wanted.roots.push_back(world.ledger.blocks()[2].root);
    wanted.roots.push_back(Root{});
    wanted.roots.push_back(world.snapshots.current()->head.root);
    EXPECT_EQ(world.node->blocks(wanted).size(), 2U);
    EXPECT_TRUE(world.node->blocks(engine::BlocksByRange{Slot{~std::uint64_t{0}}, ~std::uint64_t{0}}).empty());

    const ports::Standing standing = world.node->standing();
    EXPECT_EQ(standing.genesis_root, world.chain.genesis_root);
    EXPECT_TRUE(standing.certificate);
    EXPECT_GT(standing.head.slot, Slot{10});
}

} // namespace
} // namespace quoin::node::test
