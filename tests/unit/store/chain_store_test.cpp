#include "finalized_chain.hpp"
#include "folder.hpp"

#include <quoin/store/store.hpp>
#include <quoin/types/clock.hpp>

namespace quoin::store::test {
namespace {

class ChainStoreTest : public testing::Test {
protected:
    std::unique_ptr<ports::ChainStore> open() { return opened(open_chain_store(folder_ / "chain.db", sample_chain())); }
    static FinalityCertificate certificate(std::uint64_t epoch) {
        FinalityCertificate made;
        made.finalized = {Epoch{epoch}, Root{{static_cast<std::uint8_t>(epoch)}}};
        return made;
    }

    Folder folder_;
};

TEST_F(ChainStoreTest, keeps_blocks_by_root_also_after_it_was_opened_again) {
    const auto& blocks = finalized_chain();
    for (std::size_t i = 0; i < 20; ++i) {
        open()->put_block(blocks[i].root, blocks[i].block);
    }
    const auto store = open();
    store->put_block(blocks[3].root, blocks[3].block); // again: nothing happens
    for (std::size_t i = 0; i < 20; ++i) {
        EXPECT_EQ(store->block(blocks[i].root), blocks[i].block);
    }
    EXPECT_FALSE(store->block(Root{}));
}

TEST_F(ChainStoreTest, lists_blocks_of_all_forks_by_slot) {
    const auto store = open();
    const auto& blocks = finalized_chain();
    for (std::size_t i = 20; i-- > 0;) {
        store->put_block(blocks[i].root, blocks[i].block);
    }
    store->put_block(Root{{1, 2, 3}}, blocks[10].block); // another fork's
    const Slot from = blocks[10].block.message.slot;
    const auto some = store->blocks_from(from, 4);
    ASSERT_EQ(some.size(), 4U);
    EXPECT_EQ(some[0].block.message.slot, from);
    EXPECT_EQ(some[1].block.message.slot, from);
    EXPECT_NE(some[0].root, some[1].root);
    EXPECT_EQ(some[2].root, blocks[11].root);
    EXPECT_EQ(store->blocks_from(Slot{0}, 1'000).size(), 21U);
    EXPECT_TRUE(store->blocks_from(Slot{~std::uint64_t{0}}, 10).empty());
}

TEST_F(ChainStoreTest, forgets_blocks_below_a_slot) {
    const auto store = open();
    const auto& blocks = finalized_chain();
    for (std::size_t i = 0; i < 20; ++i) {
        store->put_block(blocks[i].root, blocks[i].block);
    }
    store->prune_below(blocks[12].block.message.slot);
    EXPECT_FALSE(store->block(blocks[11].root));
    EXPECT_TRUE(store->block(blocks[12].root));
    EXPECT_EQ(store->blocks_from(Slot{0}, 1'000).size(), 8U);
}

TEST_F(ChainStoreTest, keeps_the_newest_certificate_of_every_era) {
    const std::uint64_t era_slots = slots_per_era(sample_chain().spec());
    EXPECT_FALSE(open()->newest_certificate());
    for (std::uint64_t slot = 1; slot <= 5 * era_slots; ++slot) {
        open()->put_certificate(certificate(slot), Slot{slot});
    }
    const auto store = open();
    store->put_certificate(certificate(3), Slot{3}); // old news
    EXPECT_EQ(store->newest_certificate(), certificate(5 * era_slots));
    EXPECT_EQ(store->certificate_at_or_after(Slot{0}), certificate(era_slots - 1));
    EXPECT_EQ(store->certificate_at_or_after(Slot{era_slots - 1}), certificate(era_slots - 1));
    EXPECT_EQ(store->certificate_at_or_after(Slot{era_slots}), certificate(2 * era_slots - 1));
    EXPECT_EQ(store->certificate_at_or_after(Slot{5 * era_slots}), certificate(5 * era_slots));
    EXPECT_FALSE(store->certificate_at_or_after(Slot{5 * era_slots + 1}));
    EXPECT_FALSE(store->certificate_at_or_after(Slot{~std::uint64_t{0}}));
}

TEST_F(ChainStoreTest, keeps_hand_over_proofs_by_version) {
    const auto store = open();
    HandoverProof proof;
    for (std::uint64_t version = 1; version <= 6; ++version) {
        proof.certificate = certificate(version);
        store->put_handover(version, proof);
    }
    proof.certificate = certificate(44);
    store->put_handover(4, proof);
    const auto some = store->handovers(3, 5);
    ASSERT_EQ(some.size(), 3U);
    EXPECT_EQ(some[0].certificate, certificate(3));
    EXPECT_EQ(some[1].certificate, certificate(44)) << "a later proof takes the place of an earlier";
    EXPECT_EQ(store->handovers(0, ~std::uint64_t{0}).size(), 6U);
}

} // namespace
} // namespace quoin::store::test
