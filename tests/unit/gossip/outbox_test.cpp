#include "messages.hpp"
#include "outbox.hpp"

#include <quoin/codec/ssz.hpp>

#include <gtest/gtest.h>

namespace quoin::gossip {
namespace {

SharedBytes bytes_of(std::size_t size, std::uint8_t fill = 1) {
    return std::make_shared<const ByteVector>(size, fill);
}

SharedBytes attestation_of(std::uint64_t validator) {
    SingleAttestation attestation;
    attestation.validator = ValidatorIndex{validator};
    return std::make_shared<const ByteVector>(encode(attestation));
}

/// The frames of one write.
std::vector<std::pair<Kind, std::size_t>> frames_of(const SharedBytes& bytes) {
    FrameReader reader{limits};
    std::vector<std::pair<Kind, std::size_t>> frames;
    ByteView rest = *bytes;
    while (!rest.empty()) {
        const auto room = reader.prepare();
        const std::size_t count = std::min(room.size(), rest.size());
        std::copy_n(rest.begin(), count, room.begin());
        reader.commit(count);
        rest = rest.subspan(count);
        for (auto frame = reader.next(); frame && frame->has_value(); frame = reader.next()) {
            frames.emplace_back((*frame)->kind, (*frame)->body.size());
        }
    }
    return frames;
}

TEST(Outbox, holds_exactly_its_limit_in_bytes) {
    Outbox outbox{100};
    EXPECT_TRUE(outbox.push(bytes_of(99), Outbox::Lane::prompt));
    EXPECT_TRUE(outbox.push(bytes_of(1), Outbox::Lane::bulk));
    EXPECT_FALSE(outbox.push(bytes_of(1), Outbox::Lane::prompt));
    EXPECT_FALSE(outbox.push_attestation(bytes_of(1)));
    EXPECT_FALSE(outbox.push_transaction(bytes_of(1)));
    EXPECT_EQ(outbox.held_bytes(), 100U);
}

TEST(Outbox, what_is_being_written_counts_until_the_next_take) {
    Outbox outbox{100};
    outbox.push(bytes_of(60), Outbox::Lane::prompt);
    EXPECT_EQ(outbox.take()->size(), 60U);
    EXPECT_FALSE(outbox.push(bytes_of(60), Outbox::Lane::prompt));
    EXPECT_EQ(outbox.take(), nullptr);
    EXPECT_EQ(outbox.held_bytes(), 0U);
    EXPECT_TRUE(outbox.push(bytes_of(60), Outbox::Lane::prompt));
}

TEST(Outbox, prompt_frames_overtake_bulk) {
    Outbox outbox{10'000};
    outbox.push(bytes_of(10, 1), Outbox::Lane::bulk);
    outbox.push(bytes_of(20, 2), Outbox::Lane::prompt);
    EXPECT_EQ(outbox.take()->size(), 20U);
    EXPECT_EQ(outbox.take()->size(), 10U);
    EXPECT_EQ(outbox.take(), nullptr);
    EXPECT_EQ(outbox.frames_taken(), 2U);
}

TEST(Outbox, blocks_go_before_aggregates_and_these_before_attestations) {
    Outbox outbox{10'000};
    outbox.push_attestation(attestation_of(1));
    outbox.push(make_frame(Kind::aggregate, ByteVector(3)), Outbox::Lane::aggregates);
    outbox.push(make_frame(Kind::proposal, ByteVector(2)), Outbox::Lane::prompt);
    EXPECT_EQ(frames_of(outbox.take()),
              (std::vector<std::pair<Kind, std::size_t>>{{Kind::proposal, 2},
                                                         {Kind::aggregate, 3},
                                                         {Kind::attestations, list_offset_bytes + attestation_bytes}}));
    EXPECT_FALSE(outbox.is_due());
    EXPECT_EQ(outbox.take(), nullptr);
    EXPECT_EQ(outbox.held_bytes(), 0U);
}

TEST(Outbox, attestations_that_wait_together_go_out_in_one_frame) {
    Outbox outbox{1 << 20};
    for (std::uint64_t i = 0; i < 5; ++i) {
        EXPECT_TRUE(outbox.push_attestation(attestation_of(i)));
    }
    EXPECT_TRUE(outbox.is_due());
    const auto frames = frames_of(outbox.take());
    EXPECT_EQ(frames, (std::vector<std::pair<Kind, std::size_t>>{
                          {Kind::attestations, list_offset_bytes + 5 * attestation_bytes}}));
    EXPECT_FALSE(outbox.is_due());
}

TEST(Outbox, transactions_wait_until_they_are_released) {
    Outbox outbox{1 << 20};
    outbox.push_transaction(bytes_of(200));
    EXPECT_FALSE(outbox.is_due());
    EXPECT_EQ(outbox.take(), nullptr);
    outbox.release_transactions();
    EXPECT_TRUE(outbox.is_due());
    EXPECT_EQ(frames_of(outbox.take()).size(), 1U);
    EXPECT_EQ(outbox.take(), nullptr);
    EXPECT_EQ(outbox.held_bytes(), 0U);
}

TEST(Outbox, no_frame_breaks_the_receivers_limits) {
    Outbox outbox{64 << 20};
    for (int i = 0; i < 3'000; ++i) {
        outbox.push_attestation(attestation_of(1));
        outbox.push_transaction(bytes_of(limits.transaction_bytes_max));
    }
    outbox.release_transactions();
    std::size_t attestations = 0;
    std::size_t transaction_bytes = 0;
    while (const SharedBytes bytes = outbox.take()) {
        for (const auto& [kind, size] : frames_of(bytes)) {
            EXPECT_LE(size, limits_of(kind, limits).body_bytes_max);
            attestations += kind == Kind::attestations ? (size - list_offset_bytes) / attestation_bytes : 0;
            transaction_bytes += kind == Kind::transactions ? size : 0;
        }
    }
    EXPECT_EQ(attestations, 3'000U);
    EXPECT_GT(transaction_bytes, 3'000U * limits.transaction_bytes_max);
    EXPECT_EQ(outbox.held_bytes(), 0U);
}

} // namespace
} // namespace quoin::gossip
