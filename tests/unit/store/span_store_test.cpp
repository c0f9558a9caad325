#include "connection.hpp"
#include "folder.hpp"
#include "span_packing.hpp"

#include <quoin/base/random.hpp>
#include <quoin/store/store.hpp>

#include <support/memory_spans.hpp>
#include <unit/slashing/messages.hpp>

#include <numeric>

namespace quoin::store::test {
namespace {

using quoin::test::indexed;
using quoin::test::MemorySpanStore;
using quoin::test::vote;

const Root votes_genesis{{7, 7, 7}};

class SpanStoreTest : public testing::Test {
protected:
    std::unique_ptr<ports::SpanStore> open() { return opened(open_span_store(path_, votes_genesis)); }

    Folder folder_;
    std::string path_ = folder_ / "slasher.db";
};

TEST_F(SpanStoreTest, a_new_file_has_seen_nothing) {
    const auto store = open();
    EXPECT_EQ(store->highest_epoch(), std::nullopt);
    EXPECT_EQ(store->spans(0, 0), std::nullopt);
    EXPECT_EQ(store->votes(Epoch{1}, 0), std::nullopt);
    EXPECT_TRUE(store->heads(Epoch{1}).empty());
    EXPECT_EQ(store->attestation(Epoch{1}, 1), std::nullopt);
    EXPECT_EQ(store->header(Slot{1}, ValidatorIndex{1}), std::nullopt);
    EXPECT_TRUE(store->evidence().empty());
    EXPECT_GT(store->database_bytes(), 0U);
}

TEST_F(SpanStoreTest, a_file_of_another_chain_is_refused) {
    open();
    const auto other = open_span_store(path_, Root{{8}});
    ASSERT_FALSE(other);
    EXPECT_EQ(other.fault().reason, Reason::wrong_genesis);
}

TEST_F(SpanStoreTest, nothing_of_a_transaction_that_throws_is_kept) {
    const auto store = open();
    EXPECT_THROW(store->in_transaction([&] {
        store->put_highest_epoch(Epoch{4});
        throw std::runtime_error("no");
    }),
                 std::runtime_error);
    EXPECT_EQ(store->highest_epoch(), std::nullopt);
    store->in_transaction([&] { store->put_highest_epoch(Epoch{5}); });
    EXPECT_EQ(store->highest_epoch(), Epoch{5});
}

/// Whatever is done to both, slasher.db gives back what the store in memory does, opened again too.
TEST_F(SpanStoreTest, keeps_what_a_store_in_memory_keeps) {
    constexpr std::uint64_t seed = 23;
    SCOPED_TRACE("seed " + std::to_string(seed));
    SeededRandom random(seed);
    MemorySpanStore memory;
    auto store = open();
    const auto both = [&](const auto& change) {
        change(static_cast<ports::SpanStore&>(memory));
        store->in_transaction([&] { change(*store); });
    };
    for (std::uint64_t i = 0; i < 300; ++i) {
        const Epoch epoch{i / 10 + random.below(3)};
        const std::uint64_t group = random.below(3);
        slashing::SpanChunk chunk;
        for (int n = 0; n < 40; ++n) {
            chunk.nearest[random.below(chunk.nearest.size())] = static_cast<std::uint16_t>(random.next());
            chunk.farthest[random.below(chunk.farthest.size())] = static_cast<std::uint16_t>(random.next());
        }
        both([&](ports::SpanStore& to) { to.put_spans(group, epoch.value / 16, chunk); });
        ports::VoteRow row{};
        for (std::uint16_t& number : row) {
            number = static_cast<std::uint16_t>(random.below(random.chance(50) ? 4 : 65'536));
        }
        both([&](ports::SpanStore& to) { to.put_votes(epoch, group, row); });
        ports::SeenAttestation seen{{static_cast<std::uint16_t>(i + 1), 3, vote(epoch.value, epoch.value, i)}, {}, {}};
        for (std::uint64_t index = 1'000 + random.below(5); i % 2 == 0 && index < 1'048'576;
             index += 1 + random.below(300'000)) {
            seen.recorded_elsewhere.emplace_back(index);
        }
        both([&](ports::SpanStore& to) { to.put_attestation(seen); });
        both([&](ports::SpanStore& to) { to.put_header(quoin::test::header(i, epoch.value)); });
        both([&](ports::SpanStore& to) {
            to.put_evidence(
                {i + 1, ProposerSlashing{quoin::test::header(1, i), quoin::test::header(1, i, 2)}, epoch, epoch});
        });
        if (i % 40 == 39) {
            both([&](ports::SpanStore& to) { to.drop_attestation(epoch, static_cast<std::uint16_t>(i + 1)); });
            both([&](ports::SpanStore& to) {
                to.put_highest_epoch(epoch);
                to.prune_below(epoch.saturating_minus(12), Slot{epoch.saturating_minus(12).value});
            });
            store.reset();
            store = open();
        }
    }
    EXPECT_EQ(store->highest_epoch(), memory.highest_epoch());
    for (std::uint64_t epoch = 0; epoch < 40; ++epoch) {
        for (std::uint64_t group = 0; group < 4; ++group) {
            ASSERT_EQ(store->spans(group, epoch), memory.spans(group, epoch));
            ASSERT_EQ(store->votes(Epoch{epoch}, group), memory.votes(Epoch{epoch}, group));
        }
        ASSERT_EQ(store->heads(Epoch{epoch}).size(), memory.heads(Epoch{epoch}).size());
        for (const ports::AttestationHead& head : memory.heads(Epoch{epoch})) {
            ASSERT_EQ(store->attestation(Epoch{epoch}, head.number), memory.attestation(Epoch{epoch}, head.number));
        }
        for (std::uint64_t proposer = 0; proposer < 300; ++proposer) {
            ASSERT_EQ(store->header(Slot{epoch}, ValidatorIndex{proposer}),
                      memory.header(Slot{epoch}, ValidatorIndex{proposer}));
        }
    }
    ASSERT_EQ(store->evidence().size(), memory.evidence().size());
    for (std::size_t i = 0; i < memory.evidence().size(); ++i) {
        EXPECT_EQ(store->evidence()[i].evidence, memory.evidence()[i].evidence);
        EXPECT_EQ(store->evidence()[i].higher, memory.evidence()[i].higher);
    }
}

TEST_F(SpanStoreTest, bytes_that_were_not_written_by_it_are_refused) {
    const ByteVector chunk = pack_chunk({});
    EXPECT_LT(chunk.size(), 64U) << "a chunk of one value is next to nothing";
    EXPECT_EQ(unpack_chunk(chunk), slashing::SpanChunk{});
    EXPECT_THROW(unpack_chunk(ByteView{chunk}.first(chunk.size() - 1)), Corrupt);
    EXPECT_THROW(unpack_chunk({}), Corrupt);
    EXPECT_THROW(unpack_votes(ByteVector(511)), Corrupt);
    EXPECT_THROW(unpack_indices(ByteVector{0x80}), Corrupt);
    EXPECT_THROW(unpack_indices(ByteVector{0xff, 0xff, 0xff, 0xff, 0xff, 0x01}), Corrupt);
}

} // namespace
} // namespace quoin::store::test
