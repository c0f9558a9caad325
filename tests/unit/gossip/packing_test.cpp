#include "messages.hpp"
#include "packing.hpp"

#include <quoin/base/random.hpp>
#include <quoin/codec/ssz.hpp>

#include <gtest/gtest.h>

namespace quoin::gossip {
namespace {

SharedBytes share(ByteVector bytes) {
    return std::make_shared<const ByteVector>(std::move(bytes));
}

SignedTransaction transaction_of(std::uint64_t nonce) {
    SignedTransaction transaction;
    transaction.message.nonce = nonce;
    if (nonce % 2 == 1) {
        transaction.message.payload = Withdraw{ValidatorIndex{nonce}};
    }
    return transaction;
}

TEST(Packing, transactions_packed_from_their_encodings_are_the_encoding_of_the_list) {
    for (std::uint64_t count = 0; count < 5; ++count) {
        engine::Transactions transactions;
        std::vector<SharedBytes> items;
        for (std::uint64_t i = 0; i < count; ++i) {
            transactions.items.push_back(transaction_of(i));
            items.push_back(share(encode(transaction_of(i))));
        }
        const ByteVector body = pack_items({}, items, variable_size);
        EXPECT_EQ(body, encode(transactions));
        const auto split = split_items(body, variable_size, 5);
        ASSERT_TRUE(split);
        ASSERT_EQ(split->size(), count);
        for (std::uint64_t i = 0; i < count; ++i) {
            EXPECT_TRUE(std::equal((*split)[i].begin(), (*split)[i].end(), items[i]->begin(), items[i]->end()));
        }
    }
}

TEST(Packing, attestations_packed_from_their_encodings_are_the_encoding_of_the_list) {
    Attestations attestations;
    std::vector<SharedBytes> items;
    for (std::uint64_t i = 0; i < 3; ++i) {
        SingleAttestation attestation;
        attestation.validator = ValidatorIndex{i};
        items.push_back(share(encode(attestation)));
        ASSERT_EQ(items.back()->size(), attestation_bytes);
        attestations.items.push_back(attestation);
    }
    const ByteVector body = pack_items({}, items, attestation_bytes);
    EXPECT_EQ(body, encode(attestations));
    EXPECT_EQ(split_items(body, attestation_bytes, 3)->size(), 3U);
}

TEST(Packing, an_answer_packed_behind_its_number_decodes) {
    SignedBlock block;
    block.message.slot = Slot{7};
    const std::vector<SharedBytes> items{share(encode(block)), share(encode(block))};
    const ByteVector head{9, 0, 0, 0, 0, 0, 0, 0};
    const auto answer = decode<BlocksAnswer>(pack_items(head, items, variable_size));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->id, 9U);
    EXPECT_EQ(answer->blocks.items(), (std::vector<SignedBlock>{block, block}));
}

TEST(Packing, more_items_than_the_limit_are_refused) {
    const std::vector<SharedBytes> items(4, share(ByteVector(attestation_bytes)));
    for (const std::size_t item_bytes : {attestation_bytes, variable_size}) {
        const ByteVector body = pack_items({}, items, item_bytes);
        EXPECT_TRUE(split_items(body, item_bytes, 5));
        EXPECT_TRUE(split_items(body, item_bytes, 4));
        EXPECT_EQ(split_items(body, item_bytes, 3).fault().reason, Reason::too_many_items);
    }
}

TEST(Packing, what_splits_at_random_packs_to_the_same_bytes) {
    const std::uint64_t seed = 20'240'917;
    SCOPED_TRACE("seed " + std::to_string(seed));
    SeededRandom random{seed};
    std::size_t split_count = 0;
    for (int round = 0; round < 20'000; ++round) {
        std::vector<SharedBytes> items;
        for (std::uint64_t i = random.below(4); i > 0; --i) {
            items.push_back(share(ByteVector(random.below(6), 3)));
        }
        ByteVector body = pack_items({}, items, variable_size);
        if (random.chance(70)) {
            body[random.below(body.size())] = static_cast<std::uint8_t>(random.below(24));
        }
        body.resize(body.size() - random.below(2));
        const auto split = split_items(body, variable_size, 8);
        if (!split) {
            continue;
        }
        ++split_count;
        std::vector<SharedBytes> again;
        for (const ByteView item : *split) {
            again.push_back(share(ByteVector(item.begin(), item.end())));
        }
        ASSERT_EQ(pack_items({}, again, variable_size), body);
    }
    EXPECT_GT(split_count, 1'000U);
}

} // namespace
} // namespace quoin::gossip
