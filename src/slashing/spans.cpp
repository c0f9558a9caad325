#include <quoin/base/assert.hpp>
#include <quoin/slashing/spans.hpp>

#include <algorithm>
#include <limits>

namespace quoin::slashing {

namespace {

std::uint16_t distance(Epoch from, Epoch to) {
    const std::uint64_t epochs = to - from;
    QUOIN_ASSERT(epochs <= std::numeric_limits<std::uint16_t>::max(), "SP1: a span fits its window");
    return static_cast<std::uint16_t>(epochs);
}

std::uint16_t nearest(SpanChunks& chunks, ValidatorIndex validator, Epoch epoch) {
    return chunks.read(SpanChunk::period_of(epoch)).nearest[SpanChunk::index(validator, epoch)];
}

std::uint16_t farthest(SpanChunks& chunks, ValidatorIndex validator, Epoch epoch) {
    return chunks.read(SpanChunk::period_of(epoch)).farthest[SpanChunk::index(validator, epoch)];
}

void lower_nearest(SpanChunks& chunks, const SpanVote& vote, Epoch first) {
    for (Epoch epoch = vote.source; epoch > first;) {
        epoch = epoch.saturating_minus(1);
        const std::uint16_t reach = distance(epoch, vote.target);
        const std::uint16_t known = nearest(chunks, vote.validator, epoch);
        if (known != 0 && known <= reach) {
            return; // SP3
        }
        chunks.write(SpanChunk::period_of(epoch)).nearest[SpanChunk::index(vote.validator, epoch)] = reach;
    }
}

void raise_farthest(SpanChunks& chunks, const SpanVote& vote, Epoch first) {
    for (Epoch epoch = std::max(vote.source + 1, first); epoch < vote.target; epoch = epoch + 1) {
        const std::uint16_t reach = distance(epoch, vote.target);
        if (farthest(chunks, vote.validator, epoch) >= reach) {
            return; // SP3
        }
        chunks.write(SpanChunk::period_of(epoch)).farthest[SpanChunk::index(vote.validator, epoch)] = reach;
    }
}

} // namespace

SpanConflicts span_conflicts(SpanChunks& chunks, const SpanVote& vote, Epoch first) {
    SpanConflicts conflicts;
    const Epoch from = std::max(vote.source, first);
    if (const std::uint16_t reach = nearest(chunks, vote.validator, from); reach != 0 && from + reach < vote.target) {
        conflicts.surrounded = from + reach;
    }
    if (const Epoch end = from + farthest(chunks, vote.validator, from); vote.source >= first && end > vote.target) {
        conflicts.surrounding = end;
    }
    return conflicts;
}

void record_span(SpanChunks& chunks, const SpanVote& vote, Epoch first) {
    lower_nearest(chunks, vote, first);
    raise_farthest(chunks, vote, first);
}

} // namespace quoin::slashing
