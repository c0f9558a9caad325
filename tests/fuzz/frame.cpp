#include "gossip/frame.hpp"

#include "gossip/messages.hpp"
#include "gossip/packing.hpp"
#include "support/sample.hpp"
#include "support/tape.hpp"

#include <quoin/codec/ssz.hpp>

#include <utility>
#include <vector>

// A peer's stream of octets: how it is cut into pieces on its way does not matter, memory is bounded by what has come,
// and what is read of a frame is in its only form.

namespace quoin::fuzz {
namespace {

using namespace gossip;

using Stream = std::vector<std::pair<Kind, ByteVector>>;

ByteVector sample_stream() {
    const Sample& made = sample();
    ByteVector stream;
    append_frame(stream, Kind::hello, encode(Hello{wire_version, made.chain->genesis_root, {}, {}, {}, {}, "[::]:1"}));
    append_frame(stream, Kind::ping, encode(Ping{}));
    append_frame(stream, Kind::attestations, encode(Attestations{{made.attestation, made.attestation}}));
    append_frame(stream, Kind::transactions, encode(made.transactions));
    append_frame(stream, Kind::evidence, encode(engine::Evidence{made.proposer_slashing}));
    append_frame(stream, Kind::certificate, encode(made.certificate));
    append_frame(stream, Kind::get_blocks_by_range, encode(RangeRequest{1, {Slot{1}, 2}}));
    append_frame(stream, Kind::get_blocks_by_root, encode(RootsRequest{2, {made.chain->genesis_root}}));
    append_frame(stream, Kind::blocks, encode(BlocksAnswer{1, {made.block}}));
    append_frame(stream, Kind::get_peers, encode(PeersRequest{4}));
    append_frame(stream, Kind::peers, encode(PeersAnswer{{KnownPeer{{}, "host:1"}}}));
    append_frame(stream, Kind::proposal, encode(engine::Proposal{made.block, {made.attestation}}));
    append_frame(stream, Kind::aggregate, encode(made.aggregate));
    append_frame(stream, Kind::goodbye, encode(Goodbye{3}));
    return stream;
}

template <class T>
bool is_one(ByteView body) {
    const Result<T> value = decode<T>(body);
    if (value) {
        const ByteVector again = encode(*value);
        require(std::equal(again.begin(), again.end(), body.begin(), body.end()), "a body has one form");
    }
    return value.ok();
}

/// A batch taken apart is the batch that codec reads, whenever its items are.
template <class Batch, class Item>
void check_batch(ByteView body, std::size_t item_bytes, std::size_t items_max) {
    const auto items = split_items(body, item_bytes, items_max);
    bool all_read = items.ok();
    if (items) {
        require(items->size() <= items_max, "a batch keeps its limit");
        std::vector<SharedBytes> copies;
        for (const ByteView item : *items) {
            all_read = is_one<Item>(item) && all_read;
            copies.push_back(std::make_shared<ByteVector>(item.begin(), item.end()));
        }
        const ByteVector again = pack_items({}, copies, item_bytes);
        require(std::equal(again.begin(), again.end(), body.begin(), body.end()), "a batch has one form");
    }
    require(is_one<Batch>(body) == all_read, "splitting a batch and decoding it agree");
}

void check_body(Kind kind, ByteView body) {
    const std::size_t items_max = limits_of(kind, limits).items_max;
    switch (kind) {
    case Kind::hello:
        return static_cast<void>(is_one<Hello>(body));
    case Kind::ping:
    case Kind::pong:
        return static_cast<void>(is_one<Ping>(body));
    case Kind::goodbye:
        return static_cast<void>(is_one<Goodbye>(body));
    case Kind::proposal:
        return static_cast<void>(is_one<engine::Proposal>(body));
    case Kind::aggregate:
        return static_cast<void>(is_one<SignedAggregate>(body));
    case Kind::attestations:
        return check_batch<Attestations, SingleAttestation>(body, attestation_bytes, items_max);
    case Kind::transactions:
        return check_batch<engine::Transactions, SignedTransaction>(body, variable_size, items_max);
    case Kind::evidence:
        return static_cast<void>(is_one<engine::Evidence>(body));
    case Kind::certificate:
        return static_cast<void>(is_one<FinalityCertificate>(body));
    case Kind::get_blocks_by_range:
        return static_cast<void>(is_one<RangeRequest>(body));
    case Kind::get_blocks_by_root:
        return static_cast<void>(is_one<RootsRequest>(body));
    case Kind::blocks:
        return static_cast<void>(is_one<BlocksAnswer>(body));
    case Kind::get_peers:
        return static_cast<void>(is_one<PeersRequest>(body));
    case Kind::peers:
        return static_cast<void>(is_one<PeersAnswer>(body));
    }
}

/// All frames of `stream` handed to a reader in pieces of `piece_bytes`, up to its first fault.
Stream read(ByteView stream, std::size_t piece_bytes) {
    FrameReader reader(limits);
    Stream frames;
    std::size_t arrived = 0;
    while (arrived < stream.size()) {
        const std::span<std::uint8_t> room = reader.prepare();
        const std::size_t count = std::min({piece_bytes, room.size(), stream.size() - arrived});
        require(count > 0, "a reader always has room");
        std::copy_n(stream.begin() + static_cast<std::ptrdiff_t>(arrived), count, room.begin());
        reader.commit(count);
        arrived += count;
        require(reader.capacity_bytes() <= 2 * arrived + (std::size_t{64} << 10), "memory follows what has come");
        for (;;) {
            const Result<std::optional<Frame>> frame = reader.next();
            if (!frame) {
                return frames;
            }
            if (!*frame) {
                break;
            }
            frames.emplace_back((*frame)->kind, ByteVector((*frame)->body.begin(), (*frame)->body.end()));
        }
    }
    return frames;
}

void read_stream(Tape& tape) {
    static const ByteVector sample = sample_stream();
    const std::size_t piece_bytes = 1 + tape.below(1'500);
    const ByteVector stream = draft(sample, tape);
    const Stream frames = read(stream, piece_bytes);
    require(frames == read(stream, stream.size()), "frames do not depend on the pieces");
    for (const auto& [kind, body] : frames) {
        require(body.size() <= limits_of(kind, limits).body_bytes_max, "a frame keeps its kind's limit");
        check_body(kind, body);
    }
}

/// One body alone, so that an edit does not cost the frames behind it.
void read_body(Tape& tape) {
    static const Stream samples = read(sample_stream(), 1 << 20);
    const auto& [kind, body] = samples[tape.below(samples.size())];
    check_body(kind, draft(body, tape));
}

} // namespace
} // namespace quoin::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    quoin::fuzz::Tape tape(data, size);
    if (tape.octet() % 2 == 0) {
        quoin::fuzz::read_stream(tape);
    } else {
        quoin::fuzz::read_body(tape);
    }
    return 0;
}
