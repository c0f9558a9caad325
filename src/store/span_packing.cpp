#include "span_packing.hpp"

#include "connection.hpp"

#include <zstd.h>

namespace quoin::store {

using slashing::SpanChunk;

namespace {

constexpr int compression_level = 1;
constexpr std::size_t distances = std::tuple_size_v<SpanChunk::Distances>;
constexpr std::size_t chunk_bytes = 2 * 2 * distances;
constexpr std::size_t vote_row_bytes = 2 * SpanChunk::validators;

template <class Numbers>
void write_numbers(std::uint8_t* to, const Numbers& numbers) {
    for (const std::uint16_t number : numbers) {
        *to++ = static_cast<std::uint8_t>(number);
        *to++ = static_cast<std::uint8_t>(number >> 8);
    }
}

template <class Numbers>
void read_numbers(const std::uint8_t* from, Numbers& numbers) {
    for (std::uint16_t& number : numbers) {
        number = static_cast<std::uint16_t>(from[0] | from[1] << 8);
        from += 2;
    }
}

} // namespace

ByteVector pack_chunk(const SpanChunk& chunk) {
    std::array<std::uint8_t, chunk_bytes> bytes;
    write_numbers(bytes.data(), chunk.nearest);
    write_numbers(bytes.data() + chunk_bytes / 2, chunk.farthest);
    ByteVector packed(ZSTD_compressBound(chunk_bytes));
    const std::size_t size = ZSTD_compress(packed.data(), packed.size(), bytes.data(), chunk_bytes, compression_level);
    if (ZSTD_isError(size) != 0) {
        throw std::runtime_error(std::string("spans could not be compressed: ") + ZSTD_getErrorName(size));
    }
    packed.resize(size);
    return packed;
}

SpanChunk unpack_chunk(ByteView packed) {
    std::array<std::uint8_t, chunk_bytes> bytes;
    if (ZSTD_decompress(bytes.data(), chunk_bytes, packed.data(), packed.size()) != chunk_bytes) {
        throw Corrupt("slasher.db has spans that do not unpack");
    }
    SpanChunk chunk;
    read_numbers(bytes.data(), chunk.nearest);
    read_numbers(bytes.data() + chunk_bytes / 2, chunk.farthest);
    return chunk;
}

ByteVector pack_votes(const ports::VoteRow& row) {
    ByteVector packed(vote_row_bytes);
    write_numbers(packed.data(), row);
    return packed;
}

ports::VoteRow unpack_votes(ByteView packed) {
    if (packed.size() != vote_row_bytes) {
        throw Corrupt("slasher.db has votes of a wrong length");
    }
    ports::VoteRow row;
    read_numbers(packed.data(), row);
    return row;
}

ByteVector pack_indices(const std::vector<ValidatorIndex>& ascending) {
    ByteVector packed;
    std::uint64_t next = 0;
    for (const ValidatorIndex index : ascending) {
        std::uint64_t gap = index.value - std::exchange(next, index.value + 1);
        for (; gap >= 0x80; gap >>= 7) {
            packed.push_back(static_cast<std::uint8_t>(gap | 0x80));
        }
        packed.push_back(static_cast<std::uint8_t>(gap));
    }
    return packed;
}

std::vector<ValidatorIndex> unpack_indices(ByteView packed) {
    std::vector<ValidatorIndex> ascending;
    std::uint64_t next = 0;
    std::uint64_t gap = 0;
    int shift = 0;
    for (const std::uint8_t octet : packed) {
        gap |= std::uint64_t{octet & 0x7fU} << shift;
        if ((octet & 0x80U) != 0 && shift < 28) {
            shift += 7;
            continue;
        }
        next += gap;
        ascending.emplace_back(next++);
        gap = 0;
        shift = 0;
    }
    if (shift != 0 || next > type_limits.validators) {
        throw Corrupt("slasher.db has signers that do not unpack");
    }
    return ascending;
}

} // namespace quoin::store
