#include "frame.hpp"
#include "messages.hpp"

#include <quoin/base/random.hpp>
#include <quoin/codec/ssz.hpp>

#include <gtest/gtest.h>

#include <algorithm>

namespace quoin::gossip {
namespace {

/// Pushes all bytes through, as many at a time as `step`; the frames that came out, or the fault.
Result<std::vector<std::pair<Kind, ByteVector>>> read_all(FrameReader& reader, ByteView bytes, std::size_t step) {
    std::vector<std::pair<Kind, ByteVector>> frames;
    while (!bytes.empty()) {
        const auto room = reader.prepare();
        const std::size_t count = std::min({step, room.size(), bytes.size()});
        std::copy_n(bytes.begin(), count, room.begin());
        reader.commit(count);
        bytes = bytes.subspan(count);
        for (;;) {
            const auto frame = reader.next();
            if (!frame) {
                return frame.fault();
            }
            if (!frame->has_value()) {
                break;
            }
            const ByteView body = (*frame)->body;
            frames.emplace_back((*frame)->kind, ByteVector(body.begin(), body.end()));
        }
    }
    return frames;
}

ByteVector head_of(Kind kind, std::uint32_t length) {
    ByteVector head;
    for (int shift = 0; shift < 32; shift += 8) {
        head.push_back(static_cast<std::uint8_t>(length >> shift & 0xff));
    }
    head.push_back(static_cast<std::uint8_t>(kind));
    return head;
}

TEST(Frame, is_length_little_endian_then_kind_then_body) {
    EXPECT_EQ(*make_frame(Kind::pong, ByteVector{7, 8}), (ByteVector{2, 0, 0, 0, 2, 7, 8}));
}

TEST(Frame, a_body_up_to_its_kinds_limit_passes_and_one_byte_more_does_not) {
    for (std::size_t number = 0; number < kind_count; ++number) {
        const Kind kind = static_cast<Kind>(number);
        SCOPED_TRACE(to_string(kind));
        const std::size_t limit = limits_of(kind, limits).body_bytes_max;
        for (const std::size_t size : {limit - 1, limit}) {
            FrameReader reader{limits};
            const auto frames = read_all(reader, *make_frame(kind, ByteVector(size)), 100'000);
            ASSERT_TRUE(frames);
            ASSERT_EQ(frames->size(), 1U);
            EXPECT_EQ(frames->front().second.size(), size);
        }
        FrameReader reader{limits};
        const auto refused = read_all(reader, head_of(kind, static_cast<std::uint32_t>(limit + 1)), 5);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.fault().reason, Reason::too_large);
    }
}

TEST(Frame, the_bounds_of_a_kind_fit_the_largest_message_of_its_type) {
    SignedAggregate aggregate;
    aggregate.message.bits.resize(type_limits.validators);
    EXPECT_EQ(encode(aggregate).size(), limits_of(Kind::aggregate, limits).body_bytes_max);
    engine::Proposal proposal;
    proposal.view.resize(limits.proposal_view_max);
    const std::size_t least = encode(SignedBlock{}).size();
    EXPECT_EQ(encode(proposal).size() - least + limits.block_bytes_max,
              limits_of(Kind::proposal, limits).body_bytes_max);
}

TEST(Frame, no_kind_is_longer_than_a_frame_may_be) {
    for (std::size_t number = 0; number < kind_count; ++number) {
        EXPECT_LE(limits_of(static_cast<Kind>(number), limits).body_bytes_max, limits.frame_bytes_max);
    }
}

TEST(Frame, an_unknown_kind_is_refused) {
    FrameReader reader{limits};
    const ByteVector bytes{1, 0, 0, 0, static_cast<std::uint8_t>(kind_count), 0};
    EXPECT_EQ(read_all(reader, bytes, 6).fault().reason, Reason::malformed);
}

TEST(Frame, the_largest_length_there_is_takes_no_memory) {
    FrameReader reader{limits};
    const auto refused = read_all(reader, head_of(Kind::blocks, 0xffffffff), 5);
    EXPECT_EQ(refused.fault().reason, Reason::too_large);
    EXPECT_LE(reader.capacity_bytes(), 64U << 10);
}

TEST(Frame, a_promised_length_takes_no_more_memory_than_what_has_come) {
    FrameReader reader{limits};
    const auto length = static_cast<std::uint32_t>(limits.frame_bytes_max);
    ByteVector bytes = head_of(Kind::certificate, length);
    bytes.resize(100'000);
    ASSERT_TRUE(read_all(reader, bytes, 4'096));
    EXPECT_LE(reader.capacity_bytes(), 4U * 100'000);
}

TEST(Frame, memory_is_given_back_after_a_large_frame) {
    FrameReader reader{limits};
    ASSERT_EQ(read_all(reader, *make_frame(Kind::blocks, ByteVector(4 << 20)), 1 << 20)->size(), 1U);
    reader.prepare();
    EXPECT_LE(reader.capacity_bytes(), 64U << 10);
}

TEST(Frame, however_the_stream_is_cut_the_same_frames_come_out) {
    const std::uint64_t seed = 4'711;
    SCOPED_TRACE("seed " + std::to_string(seed));
    SeededRandom random{seed};
    ByteVector stream;
    std::vector<std::pair<Kind, ByteVector>> expected;
    for (int i = 0; i < 60; ++i) {
        const Kind kind = random.chance(50) ? Kind::proposal : Kind::transactions;
        ByteVector body(random.chance(10) ? random.below(200'000) : random.below(300));
        std::generate(body.begin(), body.end(), [&random] { return static_cast<std::uint8_t>(random.next()); });
        append_frame(stream, kind, body);
        expected.emplace_back(kind, std::move(body));
    }
    for (const std::size_t step : {1UL, 3UL, 5UL, 17UL, 1'000UL, 16'384UL, 1'000'000UL}) {
        FrameReader reader{limits};
        const auto frames = read_all(reader, stream, step);
        ASSERT_TRUE(frames);
        ASSERT_EQ(*frames, expected);
        EXPECT_EQ(reader.buffered_bytes(), 0U);
    }
}

} // namespace
} // namespace quoin::gossip
