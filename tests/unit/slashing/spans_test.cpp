#include "messages.hpp"

#include <quoin/base/random.hpp>
#include <quoin/slashing/offence.hpp>
#include <quoin/slashing/spans.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <string>

namespace quoin::slashing {
namespace {

std::uint64_t seed_of_run() {
    const char* given = std::getenv("QUOIN_SEED");
    return given != nullptr ? std::strtoull(given, nullptr, 10) : 11;
}

class MemoryChunks final : public SpanChunks {
public:
    const SpanChunk& read(std::uint64_t period) override {
        ++reads;
        return chunks[period];
    }
    SpanChunk& write(std::uint64_t period) override {
        ++writes;
        return chunks[period];
    }

    std::map<std::uint64_t, SpanChunk> chunks;
    std::size_t reads = 0;
    std::size_t writes = 0;
};

SpanVote span_vote(std::uint64_t validator, std::uint64_t source, std::uint64_t target) {
    return {ValidatorIndex{validator}, Epoch{source}, Epoch{target}};
}

TEST(Spans, a_vote_that_surrounds_or_is_surrounded_is_found_with_the_target_of_the_other) {
    MemoryChunks chunks;
    record_span(chunks, span_vote(7, 40, 50), Epoch{0});
    EXPECT_EQ(span_conflicts(chunks, span_vote(7, 39, 51), Epoch{0}), (SpanConflicts{Epoch{50}, {}}));
    EXPECT_EQ(span_conflicts(chunks, span_vote(7, 0, 4'000), Epoch{0}), (SpanConflicts{Epoch{50}, {}}));
    EXPECT_EQ(span_conflicts(chunks, span_vote(7, 41, 49), Epoch{0}), (SpanConflicts{{}, Epoch{50}}));
    for (const auto& harmless :
         {span_vote(7, 40, 51), span_vote(7, 39, 50), span_vote(7, 40, 49), span_vote(7, 41, 50), span_vote(7, 50, 51),
          span_vote(7, 39, 40), span_vote(8, 39, 51), span_vote(7 + SpanChunk::validators - 1, 41, 49)}) {
        EXPECT_EQ(span_conflicts(chunks, harmless, Epoch{0}), SpanConflicts{})
            << harmless.validator.value << " " << harmless.source.value << " -> " << harmless.target.value;
    }
}

TEST(Spans, a_vote_of_epoch_zero_with_its_source_at_its_target_does_no_harm) {
    MemoryChunks chunks;
    record_span(chunks, span_vote(1, 0, 0), Epoch{0});
    EXPECT_EQ(span_conflicts(chunks, span_vote(1, 0, 1), Epoch{0}), SpanConflicts{});
    EXPECT_EQ(chunks.writes, 0U);
}

TEST(Spans, a_source_below_the_window_counts_as_its_first_epoch) {
    MemoryChunks chunks;
    const Epoch first{100};
    record_span(chunks, span_vote(1, 20, 130), first);
    EXPECT_TRUE(chunks.chunks.begin()->first >= SpanChunk::period_of(first)) << "nothing below the window is touched";
    EXPECT_EQ(span_conflicts(chunks, span_vote(1, 110, 120), first), (SpanConflicts{{}, Epoch{130}}));
    EXPECT_EQ(span_conflicts(chunks, span_vote(1, 50, 120), first), SpanConflicts{});
    record_span(chunks, span_vote(1, 101, 105), first);
    EXPECT_EQ(span_conflicts(chunks, span_vote(1, 3, 106), first), (SpanConflicts{Epoch{105}, {}}));
}

TEST(Spans, a_vote_of_every_epoch_costs_the_same_however_long_the_window) {
    MemoryChunks chunks;
    for (std::uint64_t target = 1; target <= 4'096; ++target) {
        record_span(chunks, span_vote(3, target - 1, target), Epoch{0});
    }
    EXPECT_LE(chunks.writes, 4'096U);
    EXPECT_LE(chunks.reads, 3 * 4'096U);
}

/// Every recorded vote is compared with every other, and the spans say what comparing says: the lowest target
/// surrounded, the highest surrounding.
TEST(Spans, say_what_comparing_every_pair_says) {
    const std::uint64_t seed = seed_of_run();
    SCOPED_TRACE("QUOIN_SEED=" + std::to_string(seed));
    SeededRandom random(seed);
    constexpr std::uint64_t window = 60;
    std::size_t found = 0;
    for (int round = 0; round < 400; ++round) {
        MemoryChunks chunks;
        std::map<std::uint64_t, SpanVote> recorded; // one validator's, by target (SP5)
        const std::uint64_t validator = random.below(2) == 0 ? 0 : 511;
        for (std::uint64_t now = 1; now < 150; ++now) {
            const Epoch first = Epoch{now}.saturating_minus(window);
            for (auto i = random.below(3); i > 0; --i) {
                const std::uint64_t target =
                    now - random.below(std::min<std::uint64_t>(now, random.chance(10) ? 60 : 3));
                const std::uint64_t reach = random.chance(15) ? 80 : 3;
                const SpanVote seen = span_vote(validator, target - std::min(target, 1 + random.below(reach)), target);
                if (seen.target < first || recorded.contains(target)) {
                    continue;
                }
                SpanConflicts expected;
                for (const auto& [other_target, other] : recorded) {
                    if (other.target < first) {
                        continue;
                    }
                    if (std::max(seen.source, first) < other.source && other.target < seen.target) {
                        expected.surrounded = std::min(expected.surrounded.value_or(other.target), other.target);
                    }
                    if (other.source < seen.source && seen.source >= first && seen.target < other.target) {
                        expected.surrounding = std::max(expected.surrounding.value_or(other.target), other.target);
                    }
                }
                ASSERT_EQ(span_conflicts(chunks, seen, first), expected)
                    << "round " << round << " epoch " << now << ": " << seen.source.value << " -> " << target;
                found += expected.surrounded.has_value() + expected.surrounding.has_value();
                record_span(chunks, seen, first);
                recorded.emplace(target, seen);
            }
        }
    }
    EXPECT_GT(found, 2'000U);
}

} // namespace
} // namespace quoin::slashing
