#include "mempool.hpp"

#include <quoin/codec/ssz.hpp>
#include <quoin/staking/transactions.hpp>

#include <gtest/gtest.h>

namespace quoin::engine {

namespace {

class MempoolTest : public testing::Test {
protected:
    MempoolTest() {
        state_.slot = Slot{10};
        state_.base_fee = Amount{10};
        for (std::uint8_t i = 0; i < 3; ++i) {
            state_.append_account({staking::address_of(key(i)), Amount{1'000'000'000'000}, 0});
        }
    }

    static AccountKey key(std::uint8_t number) {
        AccountKey made;
        made[0] = number;
        return made;
    }

    static SignedTransaction transfer(std::uint8_t sender, std::uint64_t nonce, std::uint64_t tip) {
        SignedTransaction transaction;
        transaction.message.payload = Transfer{staking::address_of(key(2)), Amount{1}};
        transaction.message.sender = key(sender);
        transaction.message.nonce = nonce;
        transaction.message.max_fee = Amount{1'000};
        transaction.message.tip = Amount{tip};
        transaction.message.valid_until_slot = Slot{100};
        return transaction;
    }

    Result<void> offer(const SignedTransaction& transaction) {
        const Result<void> fits = pool_.check(state_, spec_, transaction);
        if (fits) {
            pool_.add(hash_tree_root(transaction), transaction, Slot{10});
        }
        return fits;
    }

    std::vector<std::pair<std::uint8_t, std::uint64_t>> selected(std::size_t most = 100) {
        std::vector<std::pair<std::uint8_t, std::uint64_t>> order;
        for (const SignedTransaction& transaction : pool_.select(state_, most)) {
            order.emplace_back(transaction.message.sender[0], transaction.message.nonce);
        }
        return order;
    }

    Spec spec_;
    State state_;
    Mempool pool_;
};

using Order = std::vector<std::pair<std::uint8_t, std::uint64_t>>;

} // namespace

TEST_F(MempoolTest, the_best_tip_goes_first_and_a_senders_nonces_ascend) {
    ASSERT_TRUE(offer(transfer(0, 0, 1)));
    ASSERT_TRUE(offer(transfer(0, 1, 90)));
    ASSERT_TRUE(offer(transfer(1, 0, 50)));
    EXPECT_EQ(selected(), (Order{{1, 0}, {0, 0}, {0, 1}}));
    EXPECT_EQ(selected(1), (Order{{1, 0}}));
}

TEST_F(MempoolTest, nothing_is_selected_beyond_a_gap_in_the_nonces) {
    ASSERT_TRUE(offer(transfer(0, 0, 1)));
    ASSERT_TRUE(offer(transfer(0, 2, 1)));
    EXPECT_EQ(selected(), (Order{{0, 0}}));
}

TEST_F(MempoolTest, a_replacement_pays_a_tenth_more) {
    ASSERT_TRUE(offer(transfer(0, 0, 100)));
    EXPECT_EQ(offer(transfer(0, 0, 110)).fault().reason, Reason::replacement_underpriced);
    EXPECT_TRUE(offer(transfer(0, 0, 111)));
    EXPECT_EQ(pool_.size(), 1u);
    EXPECT_FALSE(pool_.contains(hash_tree_root(transfer(0, 0, 100))));
    EXPECT_TRUE(pool_.contains(hash_tree_root(transfer(0, 0, 111))));
}

TEST_F(MempoolTest, an_account_has_no_more_than_its_share_of_places) {
    for (std::uint64_t nonce = 0; nonce < limits.mempool_per_account_max; ++nonce) {
        ASSERT_TRUE(offer(transfer(0, nonce, 1)));
    }
    EXPECT_FALSE(offer(transfer(0, limits.mempool_per_account_max, 1)));
    EXPECT_TRUE(offer(transfer(1, 0, 1)));
}

TEST_F(MempoolTest, what_was_included_or_has_expired_goes) {
    ASSERT_TRUE(offer(transfer(0, 0, 1)));
    ASSERT_TRUE(offer(transfer(0, 1, 1)));
    ASSERT_TRUE(offer(transfer(1, 0, 1)));
    State finalized = state_;
    finalized.accounts.edit(0).next_nonce = 1;
    pool_.prune(finalized, Slot{11});
    EXPECT_EQ(pool_.size(), 2u);
    pool_.prune(finalized, Slot{101});
    EXPECT_EQ(pool_.size(), 0u);
    EXPECT_TRUE(pool_.list().empty());
}

} // namespace quoin::engine
