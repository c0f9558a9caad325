#include "bls_batch.hpp"

#include <quoin/base/random.hpp>
#include <quoin/crypto/bls.hpp>
#include <quoin/crypto/sha256.hpp>

#include <gtest/gtest.h>

#include <algorithm>

namespace quoin::crypto {
namespace {

Root numbered(std::uint64_t number) {
    Bytes<9> input{{'t'}};
    for (std::size_t i = 0; i < 8; ++i) {
        input[1 + i] = static_cast<std::uint8_t>(number >> (8 * i));
    }
    return sha256(input);
}

SecretKey secret(std::uint64_t number) {
    Bytes<32> bytes = numbered(number);
    bytes[0] = 0x11; // below the group order
    return SecretKey::from_bytes(bytes).value();
}

const Signature infinity = Signature::decode(SignatureBytes{{0xc0}}).value();

/// The other point with the same x.
PublicKey negated(const PublicKey& key) {
    PublicKeyBytes bytes = key.encode();
    bytes[0] ^= 0x20;
    return PublicKey::decode(bytes).value();
}

struct Made {
    std::vector<Root> messages;
    std::vector<BatchItem> items;
};

/// `count` good items over `message_count` messages.
Made good_batch(std::size_t count, std::size_t message_count) {
    Made made;
    made.messages.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        made.messages.push_back(numbered(1'000 + i % message_count));
        const SecretKey key = secret(i);
        made.items.push_back({key.public_key(), made.messages.back(), key.sign(made.messages.back())});
    }
    return made;
}

TEST(SecretKey, zero_and_the_group_order_are_out_of_range) {
    EXPECT_EQ(SecretKey::from_bytes({}).fault().reason, Reason::out_of_range);
    const Bytes<32> order{{0x73, 0xed, 0xa7, 0x53, 0x29, 0x9d, 0x7d, 0x48, 0x33, 0x39, 0xd8,
                           0x08, 0x09, 0xa1, 0xd8, 0x05, 0x53, 0xbd, 0xa4, 0x02, 0xff, 0xfe,
                           0x5b, 0xfe, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x01}};
    EXPECT_EQ(SecretKey::from_bytes(order).fault().reason, Reason::out_of_range);
    Bytes<32> one_less = order;
    one_less[31] = 0;
    EXPECT_EQ(SecretKey::from_bytes(one_less).value().to_bytes(), one_less);
}

TEST(SecretKey, one_that_was_moved_from_is_gone) {
    SecretKey key = secret(1);
    const SecretKey moved{std::move(key)};
    EXPECT_EQ(moved.public_key(), secret(1).public_key());
    EXPECT_TRUE(key.to_bytes().is_zero()); // NOLINT: what is left behind is the point
}

TEST(Bls, a_signature_holds_for_its_key_and_message_only) {
    const SecretKey key = secret(1);
    const Signature signature = key.sign(numbered(1));
    EXPECT_TRUE(verify(key.public_key(), numbered(1), signature));
    EXPECT_FALSE(verify(key.public_key(), numbered(2), signature));
    EXPECT_FALSE(verify(secret(2).public_key(), numbered(1), signature));
    EXPECT_FALSE(verify(key.public_key(), numbered(1), infinity));
}

TEST(Bls, a_proof_of_possession_is_not_a_signature_nor_the_reverse) {
    const SecretKey key = secret(1);
    const Signature proof = key.prove_possession();
    EXPECT_TRUE(verify_possession(key.public_key(), proof));
    EXPECT_FALSE(verify_possession(secret(2).public_key(), proof));
    EXPECT_FALSE(verify_possession(key.public_key(), key.sign(key.public_key().encode())));
    EXPECT_FALSE(verify(key.public_key(), key.public_key().encode(), proof));
}

TEST(Bls, a_sum_holds_for_exactly_its_signers) {
    std::vector<PublicKey> keys;
    std::vector<Signature> signatures;
    for (std::uint64_t i = 0; i < 40; ++i) {
        keys.push_back(secret(i).public_key());
        signatures.push_back(secret(i).sign(numbered(1)));
        const Signature sum = aggregate(signatures).value();
        ASSERT_TRUE(fast_aggregate_verify(keys, numbered(1), sum)) << i;
    }
    const Signature sum = aggregate(signatures).value();
    keys.pop_back();
    EXPECT_FALSE(fast_aggregate_verify(keys, numbered(1), sum));
    EXPECT_FALSE(fast_aggregate_verify({}, numbered(1), infinity));
}

TEST(Bls, keys_that_repeat_or_cancel_are_summed_right) {
    const SecretKey key = secret(1);
    for (std::size_t times = 1; times < 20; ++times) {
        const std::vector<PublicKey> keys(times, key.public_key());
        const std::vector<Signature> signatures(times, key.sign(numbered(1)));
        EXPECT_TRUE(fast_aggregate_verify(keys, numbered(1), aggregate(signatures).value())) << times;
    }
    const PublicKey other = secret(2).public_key();
    const std::vector<PublicKey> cancelling{key.public_key(), other, negated(key.public_key())};
    EXPECT_EQ(aggregate(cancelling).value(), other);
}

TEST(Bls, keys_that_sum_to_infinity_verify_nothing) {
    const PublicKey key = secret(1).public_key();
    const std::vector<PublicKey> keys{key, negated(key)};
    EXPECT_EQ(aggregate(keys).fault().reason, Reason::bad_public_key);
    EXPECT_FALSE(fast_aggregate_verify(keys, numbered(1), infinity));
}

TEST(Bls, one_sum_over_different_messages_verifies) {
    const SecretKey first = secret(1);
    const SecretKey second = secret(2);
    const std::vector<Signature> signatures{first.sign(numbered(1)), second.sign(numbered(2))};
    const Signature sum = aggregate(signatures).value();
    const Root one = numbered(1);
    const Root two = numbered(2);
    EXPECT_TRUE(
        aggregate_verify(std::vector<SignedMessage>{{first.public_key(), one}, {second.public_key(), two}}, sum));
    EXPECT_FALSE(
        aggregate_verify(std::vector<SignedMessage>{{first.public_key(), two}, {second.public_key(), one}}, sum));
    EXPECT_FALSE(aggregate_verify({}, infinity));
}

TEST(BlsBatch, good_ones_pass_with_one_check_whatever_their_number_and_messages) {
    for (std::size_t count : {1, 2, 3, 5, 8, 17, 33, 64, 100, 600}) {
        for (std::size_t message_count : {std::size_t{1}, std::size_t{3}, std::min<std::size_t>(count, 100)}) {
            const Made made = good_batch(count, message_count);
            const BatchOutcome outcome = judge_batch(made.items, numbered(count));
            EXPECT_EQ(outcome.verdicts, std::vector<std::uint8_t>(count, 1));
            EXPECT_EQ(outcome.pairing_checks, 1u) << count << " over " << message_count;
        }
    }
    EXPECT_TRUE(verify_batch({}, Root{}).empty());
}

TEST(BlsBatch, finding_one_bad_takes_two_checks_for_each_halving) {
    Made made = good_batch(64, 1);
    made.items[41].signature = made.items[40].signature;
    const BatchOutcome outcome = judge_batch(made.items, numbered(3));
    EXPECT_EQ(std::ranges::count(outcome.verdicts, 0), 1);
    EXPECT_EQ(outcome.verdicts[41], 0);
    EXPECT_EQ(outcome.pairing_checks, 1u + 2 * 6);
}

TEST(BlsBatch, the_bad_ones_are_found_wherever_they_stand) {
    constexpr std::uint64_t seed = 99;
    RecordProperty("seed", std::to_string(seed));
    SeededRandom random{seed};
    for (const std::size_t message_count : {1, 4, 20}) {
        Made made = good_batch(20, message_count);
        std::vector<std::uint8_t> expected(made.items.size(), 1);
        for (int i = 0; i < 3; ++i) {
            const std::size_t bad = random.below(made.items.size());
            made.items[bad].signature = secret(500).sign(made.items[bad].message);
            expected[bad] = 0;
        }
        EXPECT_EQ(verify_batch(made.items, numbered(random.next())), expected);
    }
}

TEST(BlsBatch, errors_that_cancel_in_a_plain_sum_are_found) {
    Made made = good_batch(6, 1);
    std::swap(made.items[1].signature, made.items[4].signature);
    EXPECT_EQ(verify_batch(made.items, numbered(3)), (std::vector<std::uint8_t>{1, 0, 1, 1, 0, 1}));
}

TEST(BlsBatch, infinity_is_a_bad_signature_and_harms_no_other) {
    Made made = good_batch(4, 2);
    made.items[2].signature = infinity;
    const BatchOutcome outcome = judge_batch(made.items, numbered(3));
    EXPECT_EQ(outcome.verdicts, (std::vector<std::uint8_t>{1, 1, 0, 1}));
    EXPECT_EQ(outcome.pairing_checks, 1u);
    made.items = {made.items[2], made.items[2]};
    EXPECT_EQ(verify_batch(made.items, numbered(3)), (std::vector<std::uint8_t>{0, 0}));
}

TEST(BlsBatch, the_same_item_many_times_and_a_key_with_its_negative_pass) {
    Made made = good_batch(1, 1);
    for (int i = 0; i < 12; ++i) {
        made.items.push_back(made.items.front());
    }
    const BatchOutcome outcome = judge_batch(made.items, numbered(3));
    EXPECT_EQ(outcome.verdicts, std::vector<std::uint8_t>(13, 1));
    EXPECT_EQ(outcome.pairing_checks, 1u);

    const SecretKey key = secret(7);
    const Signature signature = key.sign(made.messages[0]);
    SignatureBytes flipped = signature.encode();
    flipped[0] ^= 0x20;
    const std::vector<BatchItem> opposite{
        {key.public_key(), made.messages[0], signature},
        {negated(key.public_key()), made.messages[0], Signature::decode(flipped).value()}};
    EXPECT_EQ(verify_batch(opposite, numbered(3)), (std::vector<std::uint8_t>{1, 1}));
}

} // namespace
} // namespace quoin::crypto
