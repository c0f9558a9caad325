#include "block_library.hpp"
#include "ledger_pull.hpp"
#include "world.hpp"

#include <unit/transition/walk.hpp>

namespace quoin::node::test {
namespace {

using transition::test::Walk;

/// Slots 1 to 16: the ledger holds them up to 10, finality is at 13, and the tree has what is above.
class Library : public testing::Test {
protected:
    void SetUp() override {
        for (std::uint64_t slot = 1; slot <= 16; ++slot) {
            walk_.step();
            blocks_.push_back({walk_.head, walk_.block});
            chain_store_.put_block(walk_.head, walk_.block);
        }
        LedgerPull(walk_.chain, chain_store_, ledger_).pull_to(root(10), [](const auto&) { return true; });
        auto view = std::make_shared<engine::Snapshot>();
        auto tree = std::make_shared<std::vector<engine::TreeBlock>>();
        for (std::uint64_t slot = 14; slot <= 16; ++slot) {
            engine::TreeBlock block;
            block.root = root(slot);
            block.block = std::make_shared<const SignedBlock>(blocks_[slot - 1].block);
            tree->push_back(block);
            view->unfinalized_chain.push_back(block.root);
        }
        view->tree = tree;
        view->certified = {Epoch{13}, root(13)};
        view->head = {Slot{16}, root(16)};
        snapshots_.publish(view);
    }

    const Root& root(std::uint64_t slot) const { return blocks_[slot - 1].root; }
    std::vector<std::uint64_t> slots(std::uint64_t from, std::uint64_t count) {
        std::vector<std::uint64_t> found;
        for (const SignedBlock& block : library_.find(engine::BlocksByRange{Slot{from}, count})) {
            found.push_back(block.message.slot.value);
        }
        return found;
    }

    Log log_;
    MemoryChainStore chain_store_{log_};
    MemoryLedgerStore ledger_{log_};
    MemorySigningStore signing_{log_};
    DoubleSigner signer_{log_, 4};
    SystemClock clock_;
    ThreadExecutor executor_;
    ports::Snapshots snapshots_;
    ports::NodeMetrics metrics_;
    MemorySpanStore spans_;
    VerifierPool verifier_{1, [] { return std::make_unique<crypto::FastDouble>(); }, metrics_};
    Walk walk_;
    std::vector<ports::StoredBlock> blocks_;
    BlockLibrary library_{Doors{walk_.chain, chain_store_, ledger_, signing_, signer_, verifier_, clock_, executor_,
                                snapshots_, metrics_, spans_}};
};

TEST_F(Library, a_range_runs_from_the_ledger_over_what_is_final_into_the_tree) {
    EXPECT_EQ(slots(8, 8), (std::vector<std::uint64_t>{8, 9, 10, 11, 12, 13, 14, 15}));
    EXPECT_EQ(slots(1, 1'000).size(), 16U);
    EXPECT_EQ(slots(11, 2), (std::vector<std::uint64_t>{11, 12}));
    EXPECT_EQ(slots(16, ~std::uint64_t{0}), (std::vector<std::uint64_t>{16}));
    EXPECT_TRUE(slots(17, 10).empty());
    EXPECT_TRUE(slots(5, 0).empty());
}

TEST_F(Library, an_answer_ends_where_a_block_is_missing) {
    chain_store_.forget(root(12));
    EXPECT_EQ(slots(9, 100), (std::vector<std::uint64_t>{9, 10}));
}

TEST_F(Library, a_ledger_ahead_of_the_snapshot_does_no_harm) {
    LedgerPull(walk_.chain, chain_store_, ledger_).pull_to(root(15), [](const auto&) { return true; });
    EXPECT_EQ(slots(12, 100), (std::vector<std::uint64_t>{12, 13, 14, 15, 16}));
}

TEST_F(Library, a_root_is_found_wherever_the_block_lies) {
    engine::BlocksByRoot wanted;
    for (const std::uint64_t slot : {2, 12, 15}) {
        wanted.roots.push_back(root(slot));
        chain_store_.forget(root(slot == 12 ? 1 : slot));
    }
    wanted.roots.push_back(Root{{9}});
    const std::vector<SignedBlock> found = library_.find(wanted);
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0], blocks_[1].block);
    EXPECT_EQ(found[1], blocks_[11].block);
    EXPECT_EQ(found[2], blocks_[14].block);
}

} // namespace
} // namespace quoin::node::test
